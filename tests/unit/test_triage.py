"""Triage (docs/requirements.md, H20), with the rules that are delivered; every text is invented."""

from __future__ import annotations

import time
import tomllib
from pathlib import Path
from typing import Any

import pytest

from domain.errors import DataInvalid
from domain.spelling import parse_folding
from domain.triage import parse_rules, triage
from schemas.lexicon import Folding
from schemas.triage import Triage, TriageRules
from schemas.vocabulary import Category, Channel, Severity

CONFIG = Path(__file__).parents[2] / "config"
FOLDING = parse_folding(tomllib.loads((CONFIG / "folding.toml").read_text("utf-8")))
DATA = tomllib.loads((CONFIG / "triage.toml").read_text("utf-8"))
RULES = parse_rules(DATA, FOLDING)

SMALL: dict[str, Any] = {
    "read_characters": 60,
    "doubt": 2,
    "certain_from_percent": 55,
    "needed_points": {"minor": 2, "major": 3, "critical": 5},
    "at_least": {"authority": "major"},
    "negation": {"en": {"words": ["not"], "between": ["at all"]}},
    "groups": [
        {"name": "late", "category": "logistics", "points": 3, "en": ["late", "lost"]},
        {"name": "rude", "category": "service_attitude", "points": 3, "zh": ["态度…差"]},
        {"name": "words", "category": "logistics", "points": 1, "at_most": 1, "en": ["van", "box"]},
    ],
}


def judge(text: str, rules: TriageRules = RULES, channel: Channel = Channel.WEB) -> Triage:
    return triage(text, rules, channel=channel)


def small(**changes: object) -> dict[str, Any]:
    return {**SMALL, **changes}


@pytest.mark.parametrize(
    ("category", "text"),
    [
        ("safety", "I bit on a piece of glass in the muffin and my gums were bleeding."),
        ("safety", "孩子喝了这箱牛奶后上吐下泻。"),
        ("safety", "電水壺漏電，差點出大事。"),
        ("missing_or_wrong_items", "The shelf arrived but the bag with the screws is missing."),
        ("missing_or_wrong_items", "打开箱子，发现少了一个遥控器。"),
        ("missing_or_wrong_items", "我訂的是藍色，寄來的是黑色，寄錯了。"),
        ("logistics", "My parcel was due last Friday and still hasn't arrived."),
        ("logistics", "中秋节前下的单，到现在包裹还没到。"),
        ("logistics", "包裹遲遲未到，物流也沒有更新。"),
        ("after_sales", "The repairman didn't come again, the second missed appointment."),
        ("after_sales", "约好的维修师傅两次都没来，打电话也没人接。"),
        ("after_sales", "維修師傅爽約，沒有人通知我。"),
        ("price_or_promotion", "I was charged twice for one order."),
        ("price_or_promotion", "Billing dispute: overage fees for a data cap nobody told me about"),
        ("price_or_promotion", "结账时多收了我二十块，和标价不一致。"),
        ("price_or_promotion", "滿額折價券不能使用，結帳多收我五百元。"),
        ("service_attitude", "The cashier was rude and rolled her eyes at me."),
        ("service_attitude", "柜台服务员态度很差，还对我翻白眼。"),
        ("service_attitude", "店員口氣很差，完全不理人。"),
        ("description_mismatch", "The sofa looks nothing like the picture in your shop."),
        ("description_mismatch", "收到的衣服和图片完全不一样。"),
        ("description_mismatch", "實品與照片不符，懷疑是仿品。"),
        ("product_quality", "The television flickers and then the screen goes black."),
        ("product_quality", "Internet speed is far too slow and the connection drops"),
        ("product_quality", "电视机一直闪烁，看一会儿就黑屏。"),
        ("product_quality", "手機螢幕用兩天就壞了，品質很差。"),
        ("other", "小区旁边的工地夜间施工扰民。"),
        ("service_attitude", "The agent hung up on me, 客服直接挂我电话。"),
    ],
)
def test_a_plain_complaint_lands_with_certainty(category: str, text: str) -> None:
    result = judge(text)
    assert result.category == category
    assert result.certain


@pytest.mark.parametrize(
    ("hant", "hans"),
    [
        ("店員態度惡劣", "店员态度恶劣"),
        ("食物過期發霉", "食物过期发霉"),
        ("遲遲不發貨", "迟迟不发货"),
    ],
)
def test_both_scripts_are_judged_alike(hant: str, hans: str) -> None:
    assert judge(hant) == judge(hans)
    assert judge(hant).reasons


@pytest.mark.parametrize("text", ["", " \n\t", "。！？", "%%%%", "qwrtz", "🙂"])
def test_a_text_that_says_nothing_is_left_to_the_owner(text: str) -> None:
    result = judge(text)
    assert (result.category, result.severity) == (Category.OTHER, Severity.MODERATE)
    assert (result.confidence, result.certain, result.reasons) == (0, False, ())


def test_a_single_weak_word_gives_a_guess_without_certainty() -> None:
    result = judge("Something about my phone")
    assert result.category == Category.PRODUCT_QUALITY
    assert 0 < result.confidence < DATA["certain_from_percent"]
    assert not result.certain


def test_two_equal_matters_are_left_to_the_owner() -> None:
    assert not judge("The parcel never arrived, and I was charged twice for it.").certain


@pytest.mark.parametrize(
    ("severity", "text"),
    [
        ("critical", "吃了贵店的盒饭食物中毒，住院三天。"),
        ("critical", "She was burned: second degree burns, and we had to call an ambulance."),
        ("critical", "寶寶被割傷，送醫縫了三針。"),
        ("major", "I slipped on your wet floor and got hurt."),
        ("major", "蛋糕里吃出一根铁丝。"),
        ("major", "The milk was mouldy."),
        ("major", "再不处理我就找记者曝光。"),
        ("major", "If nothing happens I talk to a journalist."),
        ("major", "我已经向12315投诉了。"),
        ("major", "I filed a report with the attorney general."),
        ("moderate", "The kettle stopped working after two days."),
        ("minor", "请问这个定时功能怎么用？"),
        ("minor", "Just a question about the warranty card: how do I fill it in?"),
    ],
)
def test_severity_follows_harm_and_attention_from_outside(severity: str, text: str) -> None:
    assert judge(text).severity == severity


@pytest.mark.parametrize(
    "text",
    [
        "还好没有受伤。",
        "幸好没有人员受伤。",
        "並未造成人員傷亡。",
        "无人受伤",
        "Luckily nobody was hurt.",
        "no one was injured",
        "I was not injured.",
        "It didn't cause any injury.",
    ],
)
def test_harm_that_is_denied_does_not_count(text: str) -> None:
    assert judge(text).severity == Severity.MODERATE
    assert judge(text).reasons == ()


@pytest.mark.parametrize("text", ["不小心受伤了", "He was not only ignored, he was injured."])
def test_harm_beside_another_negation_counts(text: str) -> None:
    assert judge(text).severity == Severity.MAJOR


@pytest.mark.parametrize(
    "text",
    [
        "The parcel intruded upon the crude fence.",
        "order number 88123159",
        "I am sick of this.",
        "The prices went through the roof, what a sticker shock.",
        "饭店长期占道",
    ],
)
def test_a_word_inside_another_is_not_that_word(text: str) -> None:
    words = {reason.word for reason in judge(text).reasons}
    assert words.isdisjoint({"rude*", "12315", "店長", "店长", "got sick", "made me sick"})
    assert judge(text).severity == Severity.MODERATE


def test_case_width_and_typographic_signs_do_not_matter() -> None:
    assert judge("ＣＨＡＲＧＥＤ　ＴＷＩＣＥ") == judge("charged twice")
    assert judge("it wasn’t delivered") == judge("it wasn't delivered")
    assert judge("no-show") == judge("no show")
    assert judge("态\u200b度恶劣") == judge("态度恶劣")


@pytest.mark.parametrize(
    ("channel", "severity"),
    [
        (Channel.AUTHORITY, Severity.MAJOR),
        (Channel.PLATFORM, Severity.MODERATE),
        (Channel.PHONE, Severity.MINOR),
    ],
)
def test_a_channel_sets_the_least_severity(channel: Channel, severity: Severity) -> None:
    result = judge("请问这个定时功能怎么用？", channel=channel)
    assert result.severity == severity
    raised = [reason for reason in result.reasons if reason.word == f"channel {channel}"]
    assert bool(raised) == (severity is not Severity.MINOR)


def test_a_channel_never_lowers() -> None:
    result = judge("食物中毒，住院三天", channel=Channel.AUTHORITY)
    assert result.severity == Severity.CRITICAL
    assert "channel authority" not in {reason.word for reason in result.reasons}


def test_reasons_quote_the_rules_and_add_up() -> None:
    result = judge("THE CASHIER WAS RUDE!!! and the courier late, Ms Zhang of 5 Lake Road")
    listed = {word for group in RULES.groups for word in (*group.zh, *group.en)}
    assert {reason.word for reason in result.reasons} <= listed
    points = dict.fromkeys(Category, 0)
    for reason in result.reasons:
        assert (reason.category is None) != (reason.severity is None)
        if reason.category:
            points[reason.category] += reason.points
    best, second = sorted(points.values(), reverse=True)[:2]
    assert result.confidence == 100 * best // (best + second + RULES.doubt)


def test_a_word_counts_once_however_often_it_is_written() -> None:
    rules = parse_rules(SMALL, FOLDING)
    assert judge("late late late late", rules) == judge("late", rules)


def test_a_group_gives_no_more_than_its_limit() -> None:
    rules = parse_rules(SMALL, FOLDING)
    assert [reason.word for reason in judge("a van, a box", rules).reasons] == ["van"]


def test_of_equal_categories_the_first_in_the_rules_wins() -> None:
    result = judge("态度太差, late", parse_rules(SMALL, FOLDING))
    assert result.category == Category.LOGISTICS
    assert result.confidence == 100 * 3 // (3 + 3 + 2)


def test_only_the_beginning_of_a_text_is_read() -> None:
    rules = parse_rules(SMALL, FOLDING)
    assert judge("x" * 55 + " late", rules).reasons
    assert not judge("x" * 56 + " late", rules).reasons
    assert not judge("\ufdfa" * 10 + " late", rules).reasons, "cut again where NFKC lengthens"


def test_the_version_names_the_content() -> None:
    rules = parse_rules(SMALL, FOLDING)
    assert len(rules.version) == 12
    assert judge("late", rules).rule_version == rules.version
    assert parse_rules(dict(reversed(SMALL.items())), FOLDING).version == rules.version
    assert parse_rules(small(doubt=3), FOLDING).version != rules.version
    assert parse_rules(SMALL, Folding()).version != rules.version


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"doubt": 0}, "doubt"),
        ({"certain_from_percent": "55"}, "certain_from_percent"),
        ({"certainfrom": 55}, "certainfrom"),
        ({"needed_points": {"minor": 2, "major": 3}}, "needed_points.critical"),
        ({"at_least": {"pigeon": "major"}}, "at_least.pigeon.[key]"),
        ({"groups": [{"en": ["late"]}]}, "groups[1].name"),
        ({"groups": [{"name": "late", "zh": "晚"}]}, "groups[late].zh"),
        ({"groups": [{"name": "late", "points": 3, "en": ["late"]}]}, "groups[late].points"),
        (
            {"groups": [{"name": "late", "severity": "major", "en": ["late"]}]},
            "groups[late].severity_points",
        ),
        ({"groups": [{"name": "late", "en": ["late", "LATE"]}]}, "'LATE'"),
        ({"groups": [{"name": "late", "zh": ["態度差", "态度差"]}]}, "'态度差'"),
        ({"groups": [{"name": "late", "en": [" "]}]}, "' '"),
        ({"groups": [{"name": "late", "en": ["*late"]}]}, "'*late'"),
        ({"groups": [{"name": "late", "en": ["…late"]}]}, "'…late'"),
    ],
)
def test_a_mistake_in_the_rules_is_named(changes: dict[str, object], key: str) -> None:
    with pytest.raises(DataInvalid) as caught:
        parse_rules(small(**changes), FOLDING)
    assert caught.value.key == key
    assert caught.value.remedy in str(caught.value)


def test_a_folding_pair_that_is_none_is_named() -> None:
    with pytest.raises(DataInvalid, match="'態' is not two characters"):
        parse_folding({"pairs": "態 惡恶"})


def test_every_category_and_severity_can_be_reached_by_the_rules() -> None:
    assert {group.category for group in RULES.groups} == {None, *Category}
    assert {group.severity for group in RULES.groups} == {None, *Severity}


def test_a_page_is_judged_in_no_time() -> None:
    text = "收到的衣服和图片完全不一样，客服态度恶劣，the parcel was late and nobody replied. " * 8
    judge(text)
    started = time.perf_counter()
    for _ in range(20):
        judge(text[:500])
    assert (time.perf_counter() - started) / 20 < 0.01, "ten times what is asked, for slow machines"


def test_the_cost_of_a_long_text_is_bounded() -> None:
    started = time.perf_counter()
    judge("态度" * 2_000_000)
    assert time.perf_counter() - started < 1
