"""Messages to customers (H3, H17, rules 4 and 29), with the templates that are delivered."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from domain.errors import (
    DataInvalid,
    DomainError,
    FactMissing,
    LanguageMissing,
    MomentWithoutZone,
    ZoneUnknown,
)
from domain.messages import MAY_LACK, Facts, Rendered, reachable, render
from domain.phrases import forbidden, parse_phrases
from domain.spelling import parse_folding
from domain.templates import FIELDS, Templates, parse_templates
from domain.wording import show_money
from schemas.commands import Contact, Customer
from schemas.money import Money
from schemas.offer import Option, RemedyStep
from schemas.sealed import Sealed
from schemas.vocabulary import Channel, Language, Party, Purpose, RemedyKind

CONFIG = Path(__file__).parents[2] / "config"
FILES = {
    (path.parent.name, path.stem): path.read_text("utf-8")
    for path in (CONFIG / "templates").glob("*/*")
}
TEMPLATES = parse_templates(FILES)
FOLDING = parse_folding(tomllib.loads((CONFIG / "folding.toml").read_text("utf-8")))
PHRASES = parse_phrases(tomllib.loads((CONFIG / "phrases.toml").read_text("utf-8")), FOLDING)
RESEND = Option(steps=(RemedyStep(kind=RemedyKind.RESEND, item="SCREW-8", quantity=2),))
REFUND = Option(
    steps=(
        RemedyStep(
            kind=RemedyKind.PARTIAL_REFUND,
            amount=Money(minor=1234, currency="CNY"),
            cost=Money(minor=9999, currency="CNY"),
        ),
        RemedyStep(kind=RemedyKind.APOLOGY),
    )
)
FACTS = Facts(
    number=1024,
    name="Li Na",
    text="The bag of screws was left out. It costs $5 & is <light>.",
    reply_due_at=datetime(2026, 11, 7, 20, 5, tzinfo=UTC),
    solution_due_at=datetime(2026, 11, 8, 20, 5, tzinfo=UTC),
    answer_until=datetime(2026, 12, 31, 16, 0, tzinfo=UTC),
    promised_at=datetime(2026, 11, 10, 1, 0, tzinfo=UTC),
    reason=Party.DEPARTMENTS,
    survivor=1009,
    version=2,
    options=(RESEND, REFUND),
    agreed=REFUND,
)


def letter(
    purpose: Purpose,
    language: Language = Language.EN,
    facts: Facts = FACTS,
    *,
    zone: str = "Asia/Shanghai",
    templates: Templates = TEMPLATES,
) -> Rendered:
    return render(templates, purpose, language, facts, zone=zone)


def changed(folder: str, stem: str, text: str | None) -> dict[tuple[str, str], str]:
    """The delivered files with one replaced, or removed for None."""
    rest = {key: each for key, each in FILES.items() if key != (folder, stem)}
    return rest if text is None else {**rest, (folder, stem): text}


def test_every_language_has_all_purposes_and_none_stands_in_for_another() -> None:
    assert set(TEMPLATES.letters) == {(lang, purpose) for lang in Language for purpose in Purpose}
    assert set(TEMPLATES.wordings) == set(Language)
    assert TEMPLATES.fallbacks == {}


@pytest.mark.parametrize("language", list(Language))
def test_every_remedy_and_the_usual_zones_have_a_name_of_their_own(language: Language) -> None:
    wording = TEMPLATES.wordings[language]
    assert set(wording.remedies) == set(RemedyKind)
    assert len(set(wording.remedies.values())) == len(RemedyKind)
    assert set(wording.zones) == set(TEMPLATES.wordings[Language.ZH_HANS].zones)


def test_each_chinese_script_is_written_with_its_own_characters() -> None:
    pairs = [(pair[0], pair[1]) for pair in FOLDING.pairs.split()]
    texts = {
        folder: "".join(text for (each, _), text in FILES.items() if each == folder)
        for folder in ("zh-Hans", "zh-Hant")
    }
    assert {hant for hant, _ in pairs if hant in texts["zh-Hans"]} == set()
    # Simplified writing took these over; they stand in their old meaning here.
    either = set("出同系台致向了核修合回")
    assert {hans for _, hans in pairs if hans in texts["zh-Hant"]} <= either


@pytest.mark.parametrize("purpose", list(Purpose))
@pytest.mark.parametrize("language", list(Language))
def test_a_letter_says_what_its_purpose_declares(language: Language, purpose: Purpose) -> None:
    template = TEMPLATES.letters[language, purpose]
    assert set(template.body.get_identifiers()) == FIELDS[purpose]
    assert set(template.subject.get_identifiers()) <= {"number", "version", "survivor"}


@pytest.mark.parametrize("purpose", list(Purpose))
@pytest.mark.parametrize("language", list(Language))
def test_a_letter_names_the_complaint_and_leaves_nothing_open(
    language: Language, purpose: Purpose
) -> None:
    rendered = letter(purpose, language, replace(FACTS, text="Words."))
    assert "1024" in rendered.subject
    assert "1024" in rendered.body
    assert "Li Na" in rendered.body
    assert "Li Na" not in rendered.subject
    assert "\n" not in rendered.subject
    assert "$" not in rendered.subject + rendered.body
    assert "\n\n\n" not in rendered.body


@pytest.mark.parametrize("purpose", list(Purpose))
@pytest.mark.parametrize("language", list(Language))
def test_no_letter_holds_a_forbidden_phrase(language: Language, purpose: Purpose) -> None:
    rendered = letter(purpose, language)
    assert forbidden(f"{rendered.subject}\n{rendered.body}", PHRASES) == ()


def test_the_acknowledgement_names_both_due_moments_in_the_customers_zone() -> None:
    english = letter(Purpose.ACKNOWLEDGEMENT).body
    assert "by 8 November 2026, 04:05 (China time, UTC+08:00) a member of our team" in english
    assert "by 9 November 2026, 04:05 (China time, UTC+08:00) we offer" in english
    chinese = letter(Purpose.ACKNOWLEDGEMENT, Language.ZH_HANS).body
    assert "在 2026年11月8日 04:05（北京时间，UTC+08:00）之前，会有工作人员答复您" in chinese
    assert "在 2026年11月9日 04:05（北京时间，UTC+08:00）之前，我们会给您解决方案" in chinese


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("America/New_York", "7 November 2026, 15:05 (America/New York, UTC-05:00)"),
        ("Asia/Kolkata", "8 November 2026, 01:35 (Asia/Kolkata, UTC+05:30)"),
        ("UTC", "7 November 2026, 20:05 (UTC, UTC+00:00)"),
    ],
)
def test_a_zone_without_a_word_of_its_own_is_named_as_it_is(zone: str, shown: str) -> None:
    assert shown in letter(Purpose.ACKNOWLEDGEMENT, zone=zone).body


def test_an_anonymous_customer_is_greeted_without_a_name() -> None:
    nobody = replace(FACTS, name=None)
    assert letter(Purpose.REMEDY_DONE, facts=nobody).body.startswith("Dear customer,")
    chinese = letter(Purpose.REMEDY_DONE, Language.ZH_HANS, nobody).body
    assert chinese.startswith("尊敬的顾客，您好：")


def test_the_words_of_a_person_stand_as_they_were_written() -> None:
    assert FACTS.text is not None
    assert f"\n{FACTS.text}\n" in letter(Purpose.REPLY).body


def test_a_proposal_lists_its_options_with_amounts_and_not_our_costs() -> None:
    body = letter(Purpose.PROPOSAL).body
    assert "Option 1: sending the goods again (product SCREW-8, quantity 2)" in body
    assert "Option 2: a partial refund of ¥12.34; a formal apology" in body
    assert "99.99" not in body
    assert "proposal 2" in body
    chinese = letter(Purpose.PROPOSAL_REMINDER, Language.ZH_HANS).body
    assert "方案 1：补寄商品（商品 SCREW-8，数量 2）" in chinese
    assert "方案 2：部分退款 ¥12.34；正式致歉" in chinese


def test_what_was_agreed_is_said_without_a_number() -> None:
    assert (
        "\na partial refund of ¥12.34; a formal apology\n" in letter(Purpose.CONSENT_RECORDED).body
    )


@pytest.mark.parametrize(("purpose", "fact"), sorted(MAY_LACK))
def test_a_fact_that_may_lack_leaves_no_gap(purpose: Purpose, fact: str) -> None:
    body = letter(purpose, facts=replace(FACTS, **{fact: None})).body  # type: ignore[arg-type]
    assert "\n\n\n" not in body
    assert "None" not in body


@pytest.mark.parametrize(
    ("purpose", "fact"),
    [
        (purpose, fact)
        for purpose in Purpose
        for fact in sorted(FIELDS[purpose] - {"greeting", "number"})
        if (purpose, fact) not in MAY_LACK
    ],
)
def test_a_fact_that_lacks_is_an_error(purpose: Purpose, fact: str) -> None:
    lacking = replace(FACTS, **{fact: () if fact == "options" else None})  # type: ignore[arg-type]
    with pytest.raises(FactMissing, match=f"{purpose} needs {fact}"):
        letter(purpose, facts=lacking)


def test_blank_words_are_no_reply() -> None:
    with pytest.raises(FactMissing):
        letter(Purpose.REPLY, facts=replace(FACTS, text=" \n"))


def test_one_language_stands_in_for_another_only_where_the_data_say_so() -> None:
    files = {key: text for key, text in FILES.items() if key[0] != "zh-Hant"}
    templates = parse_templates({**files, ("zh-Hant", "words"): 'fallback = "zh-Hans"'})
    assert templates.fallbacks == {Language.ZH_HANT: Language.ZH_HANS}
    stand_in = letter(Purpose.SURVEY, Language.ZH_HANT, templates=templates)
    assert stand_in == letter(Purpose.SURVEY, Language.ZH_HANS)


def test_traditional_chinese_names_moments_and_options_in_its_own_words() -> None:
    first = letter(Purpose.ACKNOWLEDGEMENT, Language.ZH_HANT, zone="Asia/Taipei").body
    assert first.startswith("Li Na，您好：")
    assert "在 2026年11月8日 04:05（台北時間，UTC+08:00）之前，會有專人答覆您" in first
    offer = letter(Purpose.PROPOSAL, Language.ZH_HANT).body
    assert "方案 1：補寄商品（商品 SCREW-8，數量 2）" in offer
    assert "方案 2：部分退款 ¥12.34；正式致歉" in offer


@pytest.mark.parametrize(
    ("purpose", "told"),
    [
        (Purpose.PROMISE_MADE, "you hear from us by 10 November 2026, 09:00 (China time"),
        (Purpose.PROMISE_BROKEN, "The new date: you hear from us by 10 November 2026, 09:00"),
        (Purpose.DELAY, "The new date: we offer you a solution by 10 November 2026, 09:00"),
        (Purpose.CALLBACK_MOVED, "at a new time: 10 November 2026, 09:00 (China time"),
        (Purpose.HOLD_QUESTION, "Please answer this message by 1 January 2027, 00:00"),
        (Purpose.UNJUSTIFIED_CLOSED, "tell us by 1 January 2027, 00:00"),
    ],
)
def test_a_date_that_is_given_stands_in_the_letter(purpose: Purpose, told: str) -> None:
    assert told in letter(purpose).body


def test_bad_news_comes_with_its_reason_in_a_paragraph_of_its_own() -> None:
    assert f"\n\n{FACTS.text}\n\n" in letter(Purpose.UNJUSTIFIED_CLOSED).body


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("purpose", [Purpose.PROMISE_BROKEN, Purpose.DELAY])
def test_lateness_is_explained_by_whom_it_waits_for(purpose: Purpose, language: Language) -> None:
    told = {letter(purpose, language, facts=replace(FACTS, reason=party)).body for party in Party}
    assert len(told) == len(Party)


EMAIL = Contact(kind=Channel.EMAIL, address=Sealed(field="contact", box="AAAA", digest="00"))
WECHAT = EMAIL.model_copy(update={"kind": Channel.WECHAT})
PHONE = EMAIL.model_copy(update={"kind": Channel.PHONE})


@pytest.mark.parametrize(
    ("customer", "kinds", "expected"),
    [
        (None, {Channel.EMAIL}, ()),
        (Customer(), {Channel.EMAIL}, ()),
        (Customer(contacts=(EMAIL, PHONE)), set(), ()),
        (Customer(contacts=(PHONE,)), {Channel.EMAIL}, ()),
        (Customer(contacts=(PHONE, WECHAT, EMAIL)), {Channel.EMAIL, Channel.PHONE}, (PHONE, EMAIL)),
        (Customer(contacts=(EMAIL, EMAIL)), {Channel.EMAIL}, (EMAIL, EMAIL)),
    ],
)
def test_a_customer_is_reached_by_what_is_configured_in_the_order_given(
    customer: Customer | None, kinds: set[Channel], expected: tuple[Contact, ...]
) -> None:
    assert reachable(customer, kinds) == expected


def test_a_language_without_templates_or_fallback_is_an_error() -> None:
    templates = parse_templates({key: text for key, text in FILES.items() if key[0] == "en"})
    with pytest.raises(LanguageMissing, match="No templates in zh-Hant"):
        letter(Purpose.SURVEY, Language.ZH_HANT, templates=templates)


@pytest.mark.parametrize("zone", ["Atlantis", "", "Asia", "../etc/passwd", "Asia/Shanghai "])
def test_a_zone_that_is_none_is_an_error(zone: str) -> None:
    with pytest.raises(ZoneUnknown, match="use an IANA name"):
        letter(Purpose.ACKNOWLEDGEMENT, zone=zone)


def test_a_moment_without_zone_is_an_error() -> None:
    naive = replace(FACTS, answer_until=datetime(2026, 11, 7))  # noqa: DTZ001 - The mistake itself.
    with pytest.raises(MomentWithoutZone, match="2026-11-07T00:00:00"):
        letter(Purpose.SURVEY, facts=naive)


@pytest.mark.parametrize(
    ("minor", "currency", "shown"),
    [
        (1234, "CNY", "¥12.34"),
        (5, "CNY", "¥0.05"),
        (0, "CNY", "¥0.00"),
        (123456789, "CNY", "¥1,234,567.89"),
        (-1234, "CNY", "-¥12.34"),
        (1234, "JPY", "JP¥1,234"),
        (1234, "KRW", "KRW 1,234"),
        (1234, "KWD", "KWD 1.234"),
        (1234, "USD", "US$12.34"),
        (1234, "CHF", "CHF 12.34"),
    ],
)
def test_money_is_shown_with_the_decimals_of_its_currency(
    minor: int, currency: str, shown: str
) -> None:
    assert show_money(Money(minor=minor, currency=currency)) == shown


WORDS = FILES["en", "words"]
DONE = FILES["en", "remedy_done"]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({("fr", "words"): ""}, "fr: this folder is named after no language"),
        (changed("en", "reply", None), "en/reply: there is no such file; add it."),
        (changed("en", "replies", DONE), "en/replies: no message has this purpose"),
        (changed("zh-Hant", "progress", None), "zh-Hant/progress: there is no such file; add it."),
        (
            changed("zh-Hant", "words", 'fallback = "en"'),
            "zh-Hant/acknowledgement: no message has this purpose",
        ),
        (changed("en", "words", None), "en/words: there is no such file"),
        (changed("en", "words", "greeting = "), "en/words: Invalid value"),
        (changed("en", "words", WORDS + "\n[more]\n"), "en/words, more: Extra inputs"),
        (changed("en", "words", WORDS.replace("Dear $name", "Hello")), "greeting: $name is not"),
        (changed("en", "words", WORDS.replace('gift = "a gift"', "")), "remedies.gift: missing"),
        (changed("en", "remedy_done", ""), "en/remedy_done: a message begins with its subject"),
        (changed("en", "remedy_done", "Done $number\nDear"), "en/remedy_done: a message begins"),
        (changed("en", "remedy_done", DONE + "$"), "en/remedy_done: a $ stands without a name"),
        (
            changed("en", "remedy_done", DONE + "$colour"),
            "$colour is not known here; use only $gre",
        ),
        (changed("en", "remedy_done", "A $name\n\n" + DONE), "remedy_done, subject: $name is not"),
        (changed("en", "remedy_done", "Done\n\n$greeting"), "en/remedy_done: $number is not said"),
        ({("zh-Hant", "words"): 'fallback = "zh-Hant"'}, "there are no templates in zh-Hant"),
        ({("zh-Hant", "words"): 'fallback = "fr"'}, "zh-Hant/words, fallback: Input should"),
    ],
)
def test_a_mistake_in_the_templates_is_named(
    files: dict[tuple[str, str], str], message: str
) -> None:
    with pytest.raises(DataInvalid) as caught:
        parse_templates(files)
    assert message in str(caught.value)


def test_an_error_without_a_sentence_of_its_own_tells_its_code() -> None:
    class Nameless(DomainError):
        code = "nameless"

    Nameless.__doc__ = ""
    assert str(Nameless()) == "nameless"


@pytest.mark.parametrize(
    ("language", "says"),
    [
        (Language.EN, "nothing of this offer was carried out"),
        (Language.ZH_HANS, "我们没有执行这次提出的方案"),
        (Language.ZH_HANT, "我們沒有執行這次提出的方案"),
    ],
)
def test_silence_is_told_of_the_last_offer_alone(language: Language, says: str) -> None:
    """A part of an earlier one may have been carried out with consent."""
    assert says in letter(Purpose.NO_ANSWER_CLOSED, language).body


@pytest.mark.parametrize(
    ("language", "says"),
    [
        (Language.EN, "your time to choose begins when you receive it"),
        (Language.ZH_HANS, "从您收到时起算"),
        (Language.ZH_HANT, "從您收到時起算"),
    ],
)
def test_an_offer_says_that_the_time_to_choose_counts_from_its_receipt(
    language: Language, says: str
) -> None:
    """Its date is counted from the release, which is never later than the customer has (H17)."""
    assert says in letter(Purpose.PROPOSAL, language).body
