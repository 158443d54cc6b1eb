"""Mappings of CSV files: what they make of a row, and how their mistakes are told."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from schemas.money import Money
from schemas.vocabulary import Category, Channel, Language, RemedyKind
from starter.conversion import complaint_of
from starter.errors import InputRejected
from starter.mapping import MappingInvalid, missing_columns
from starter.recipe import Recipe
from tests.support.imports import PLAIN_MAPPING, example_mapping, mapping_from

SHOP_ROW = {
    "店铺": "sh-01",
    "单号": "7",
    "渠道": "电话",
    "分类": "物流",
    "姓名": "王某",
    "电话": "13900000001",
    "邮箱": "",
    "会员号": "M-1",
    "订单": "SO-1",
    "商品": "P-1",
    "金额": "1,299.50",
    "诉求": "退款",
    "投诉内容": "没有到货",
    "投诉时间": "2026-03-01 10:05",
}


# ---- Recipes ------------------------------------------------------------------------------------


def test_a_recipe_puts_cells_into_its_text() -> None:
    recipe = Recipe("{a}, {b} ({a})")
    assert recipe.columns == ("a", "b")
    assert recipe.fill({"a": " x ", "b": "y"}) == "x, y (x)"


def test_a_recipe_whose_cells_are_all_empty_gives_nothing() -> None:
    assert Recipe("{a}, {b}").fill({"a": " ", "b": ""}) is None


def test_a_cell_is_never_read_as_a_recipe() -> None:
    assert Recipe("{a}").fill({"a": "{b}", "b": "secret"}) == "{b}"


def test_a_constant_is_there_for_every_row() -> None:
    assert Recipe("web").fill({}) == "web"


# ---- Rows ---------------------------------------------------------------------------------------


def test_every_field_that_a_mapping_can_fill() -> None:
    complaint = complaint_of(example_mapping("shop"), SHOP_ROW)
    assert complaint.source == "shop"
    assert complaint.source_key == "sh-01-7"
    assert complaint.channel is Channel.PHONE
    assert complaint.content == "没有到货"
    assert complaint.category is Category.LOGISTICS
    assert complaint.demand is RemedyKind.REFUND
    assert (complaint.order, complaint.product, complaint.store) == ("SO-1", "P-1", "sh-01")
    assert complaint.amount_involved == Money(minor=129950, currency="CNY")
    assert complaint.occurred_at == datetime(2026, 3, 1, 2, 5, tzinfo=UTC)
    assert complaint.recorded_by == "shop-export"
    customer = complaint.customer
    assert customer is not None
    assert (customer.name, customer.member_no) == ("王某", "M-1")
    assert [(c.kind, c.address) for c in customer.contacts] == [(Channel.PHONE, "13900000001")]
    assert (customer.language, customer.time_zone) == (Language.ZH_HANS, "Asia/Shanghai")


def test_empty_cells_leave_fields_empty(tmp_path: Path) -> None:
    row = dict.fromkeys(SHOP_ROW, "") | {
        "店铺": "s", "单号": "1", "渠道": "门店", "投诉内容": "x",
    }  # fmt: skip
    complaint = complaint_of(example_mapping("shop"), row)
    assert complaint.category is Category.OTHER
    assert complaint.occurred_at is None
    assert complaint.amount_involved is None
    assert complaint.demand is None
    plain = mapping_from(tmp_path)
    assert complaint_of(plain, {"id": "1", "text": "x"}).customer is None


LAWFUL = """
source = "test"
sold_remotely = true
[fields]
source_key = "{id}"
content = "{id}"
channel = "platform"
external_rule = "{rule}"
[external_due]
value = "{due}"
formats = ["%Y-%m-%d"]
zone = "Asia/Shanghai"
[sold]
value = "{sold}"
formats = ["%Y-%m-%d"]
zone = "Asia/Shanghai"
"""


def test_what_others_have_set_can_be_read_from_rows(tmp_path: Path) -> None:
    mapping = mapping_from(tmp_path, LAWFUL)
    row = {"id": "1", "rule": "", "due": "2026-03-20", "sold": "2026-03-09"}
    complaint = complaint_of(mapping, row)
    assert complaint.external_due_at == datetime(2026, 3, 19, 16, tzinfo=UTC)
    assert complaint.sold_at == datetime(2026, 3, 8, 16, tzinfo=UTC)
    assert (complaint.external_rule, complaint.sold_remotely) == (None, True)
    other = complaint_of(mapping, row | {"rule": "cn-courier", "due": ""})
    assert (other.external_rule, other.external_due_at) == ("cn-courier", None)
    with pytest.raises(InputRejected, match=r"\[sold\] formats"):
        complaint_of(mapping, row | {"sold": "yesterday"})


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"渠道": "传真"}, "channel", "not in [tables.channel]"),
        ({"渠道": ""}, "channel", "names none"),
        ({"诉求": "升职"}, "demand", "not in [tables.demand]"),
        ({"单号": " "}, "source_key", "单号 is empty"),
        ({"金额": "viel"}, "amount", "is no number"),
        ({"金额": "1.234,50"}, "amount", "is no number"),
        ({"金额": "1.005"}, "amount", "more decimals"),
        ({"投诉时间": "1. März 2026"}, "time", "none of the forms"),
    ],
)
def test_a_row_that_cannot_be_understood_says_why(
    changes: dict[str, str], field: str, said: str
) -> None:
    with pytest.raises(InputRejected, match=field) as refusal:
        complaint_of(example_mapping("shop"), SHOP_ROW | changes)
    assert said in str(refusal.value)


def test_a_reason_never_quotes_the_row() -> None:
    with pytest.raises(InputRejected) as refusal:
        complaint_of(example_mapping("shop"), SHOP_ROW | {"渠道": "13900000001"})
    assert "13900000001" not in str(refusal.value)


def test_a_word_without_a_table_must_be_one_of_ours(tmp_path: Path) -> None:
    text = PLAIN_MAPPING.replace('channel = "web"', 'channel = "{how}"')
    mapping = mapping_from(tmp_path, text)
    assert complaint_of(mapping, {"id": "1", "text": "x", "how": "email"}).channel is Channel.EMAIL
    with pytest.raises(InputRejected, match="channel"):
        complaint_of(mapping, {"id": "1", "text": "x", "how": "pigeon"})


@pytest.mark.parametrize(
    ("currency", "said", "minor"), [("JPY", "1200", 1200), ("KWD", "1.205", 1205)]
)
def test_amounts_follow_their_currency(
    tmp_path: Path, currency: str, said: str, minor: int
) -> None:
    text = PLAIN_MAPPING + f'[amount]\nvalue = "{{sum}}"\ncurrency = "{currency}"\n'
    complaint = complaint_of(mapping_from(tmp_path, text), {"id": "1", "text": "x", "sum": said})
    assert complaint.amount_involved == Money(minor=minor, currency=currency)


def test_a_time_with_a_zone_of_its_own_keeps_it(tmp_path: Path) -> None:
    text = PLAIN_MAPPING + (
        '[time]\nvalue = "{at}"\nformats = ["%Y-%m-%dT%H:%M:%S%z"]\nzone = "Asia/Shanghai"\n'
    )
    row = {"id": "1", "text": "x", "at": "2026-03-01T10:00:00+01:00"}
    complaint = complaint_of(mapping_from(tmp_path, text), row)
    assert complaint.occurred_at == datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("date", "month", "day"), [("04-08-2015", 4, 8), ("22-04-2015", 4, 22), ("06-12-2015", 6, 12)]
)
def test_dates_that_a_spreadsheet_turned_round_are_read_as_they_were(
    date: str, month: int, day: int
) -> None:
    row = {
        "Ticket #": "1", "Customer Complaint": "x", "City": "c", "State": "s", "Zip code": "1",
        "Received Via": "Internet", "Date": date, "Time": "10:22:56 PM",
    }  # fmt: skip
    occurred_at = complaint_of(example_mapping("comcast"), row).occurred_at
    assert occurred_at is not None
    assert (occurred_at.month, occurred_at.day, occurred_at.hour) == (month, day, 22)


# ---- Mistakes in a mapping ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('source = "test"', "", "source: is missing; add it"),
        ('source = "test"', 'source = "my shop"', "line 2, source: 'my shop' is no code"),
        ('source = "test"', 'source = "t"\nencodng = "x"', "line 3, encodng: is not known"),
        (
            'source = "test"',
            'source = "t"\nencoding = "klingon"',
            "'klingon' is no usable encoding",
        ),
        ('source = "test"', 'source = "t"\nencoding = "utf-16"', "'utf-16' is no usable encoding"),
        ('content = "{text}"', "", "line 3, fields.content: is missing"),
        ('content = "{text}"', "content = 7", "line 5, fields.content: 7"),
        ('"web"', '"fax"', "line 6, fields.channel: 'fax' is no channel; write one of store_desk"),
        ('"{id}"', '"one"', "line 4, fields.source_key: is the same for every row"),
        ('"web"\n', '"web"\nmember_no = "{id}"\n', "'id' says who somebody is"),
        ('"web"\n', '"web"\n[contacts]\nphone = "{id}"\n', "'id' says who somebody is"),
        ('source = "test"', 'source = "t"\npersonal = ["id"]', "'id' says who somebody is"),
        ('"web"\n', '"web"\n[tables.channel]\nA = "fax"\n', "tables.channel.A: 'fax'"),
        ('"web"\n', '"web"\n[contacts]\nfax = "{text}"\n', "contacts.fax"),
        (
            '"web"\n',
            '"web"\n[time]\nvalue = "{t}"\nformats = ["%Y-%Q"]\nzone = "Asia/Shanghai"\n',
            "'%Y-%Q' is no form of time",
        ),
        (
            '"web"\n',
            '"web"\n[time]\nvalue = "{t}"\nformats = ["%Y"]\nzone = "Shanghai"\n',
            "'Shanghai' is no time zone",
        ),
        (
            '"web"\n',
            '"web"\n[time]\nvalue = "{t}"\nformats = []\nzone = "Asia/Shanghai"\n',
            "time.formats",
        ),
    ],
)
def test_a_mistake_names_line_key_and_remedy(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in PLAIN_MAPPING
    with pytest.raises(MappingInvalid) as error:
        mapping_from(tmp_path, PLAIN_MAPPING.replace(old, new, 1))
    assert said in str(error.value)
    assert "mapping.toml" in str(error.value)


def test_a_column_that_the_file_lacks_is_told_with_those_it_has(tmp_path: Path) -> None:
    text = PLAIN_MAPPING.replace('source = "test"', 'source = "t"\npersonal = ["who"]')
    first, second = missing_columns(mapping_from(tmp_path, text), ("id", "words"))
    assert str(first) == (
        "fields.content: the file has no column 'text'; name one of 'id', 'words'; or set encoding"
        " and delimiter to those of the file."
    )
    assert second.key == "personal"
    assert missing_columns(mapping_from(tmp_path), ("id", "text", "more")) == ()
