"""Forbidden phrases (H17), with the list that is delivered; every text is invented."""

from __future__ import annotations

import time
import tomllib
from pathlib import Path
from typing import Any

import pytest

from domain.errors import DataInvalid
from domain.phrases import advice, forbidden, parse_phrases
from domain.spelling import parse_folding
from schemas.vocabulary import Language

CONFIG = Path(__file__).parents[2] / "config"
FOLDING = parse_folding(tomllib.loads((CONFIG / "folding.toml").read_text("utf-8")))
DATA = tomllib.loads((CONFIG / "phrases.toml").read_text("utf-8"))
PHRASES = parse_phrases(DATA, FOLDING)

ADVICE = {"en": "Stay calm.", "zh-Hans": "请冷静。", "zh-Hant": "請冷靜。"}
SMALL: dict[str, Any] = {
    "kinds": [{"name": "contempt", "blocks": True, "en": ["whatever"], "advice": ADVICE}]
}


def kinds(text: str) -> set[str]:
    return {hit.kind for hit in forbidden(text, PHRASES)}


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("refusal", "我们没办法，规定就是规定。"),
        ("refusal", "這個我們辦不到。"),
        ("refusal", "退款不行。换货，不行！"),
        ("refusal", "There is nothing we can do."),
        ("shifting_responsibility", "这不归我们管，您找别人吧。"),
        ("shifting_responsibility", "您说的情况，我不知道。"),
        ("shifting_responsibility", "That’s NOT MY PROBLEM"),
        ("blaming_the_system", "系统故障，退款没到账。"),
        ("blaming_the_system", "Our system was down on Monday."),
        ("harsh_question", "我说了多少遍了，您听不懂吗？"),
        ("harsh_question", "What part of the letter don't you understand?"),
        ("contempt", "随便你怎么想，爱信不信。"),
        ("contempt", "Calm down, please."),
        ("contempt", "Whatever."),
        ("impatience", "我们很忙，您等着吧。"),
        ("impatience", "You'll have to wait."),
        ("provocation", "那您去告吧，投诉也没用。"),
        ("provocation", "Feel free to take your business elsewhere."),
        ("empty_promise", "我们保证解决，绝对没问题。"),
        ("empty_promise", "I promise this will never happen again."),
        ("vagueness", "我们会尽快处理。"),
        ("vagueness", "We will answer as soon as possible."),
    ],
)
def test_what_offends_is_found_with_its_kind(kind: str, text: str) -> None:
    assert kind in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "我们不可能不处理，今天18点前给您答复。",
        "您提到“没办法才投诉”，我们完全理解。",
        "您提到「客服說不可能」，我們已經核實。",
        'You wrote "nothing we can do" was the answer you got; that was wrong.',
        "这个时间行不行，您看？",
        "不知道您明天下午是否方便？",
        "如果这样仍然解决不了，我们给您换货。",
        "质量保证期到2027年5月，可以免费维修。",
        "非常抱歉，因为系统故障，短信没有发出，现已补发。",
        "We apologise: our system was down, so that the mail went out late.",
        "It is not your fault.",
        "Choose whatever suits you.",
        "The shirt is 100% cotton and guaranteed for two years.",
        "It was impossible to reach you by telephone on Monday.",
        "You should have received our letter of 4 March.",
    ],
)
def test_harmless_wording_is_left_alone(text: str) -> None:
    assert forbidden(text, PHRASES) == ()


def test_a_long_quotation_is_read_all_the_same() -> None:
    assert kinds("“" + "您好，" * 30 + "我们没办法。”") == {"refusal"}


def test_an_apology_excuses_the_failure_and_nothing_else() -> None:
    assert kinds("抱歉，系统故障，您等着吧。") == {"impatience"}


def test_a_phrase_is_named_once_and_as_the_list_writes_it() -> None:
    hits = forbidden("我們沒辦法，真的没办法。", PHRASES)
    assert [hit.phrase for hit in hits] == ["没办法"]


def test_vague_words_do_not_block_and_the_others_do() -> None:
    assert {kind.name for kind in PHRASES.kinds if not kind.blocks} == {"vagueness"}
    assert [hit.blocks for hit in forbidden("尽快。没办法。", PHRASES)] == [False, True]


@pytest.mark.parametrize("language", list(Language))
def test_every_hit_comes_with_advice_in_every_language(language: Language) -> None:
    hits = forbidden("没办法。Whatever.", PHRASES)
    told = {advice(hit, PHRASES, language) for hit in hits}
    assert len(told) == 2


def test_no_advice_breaks_the_rule_it_gives() -> None:
    for kind in PHRASES.kinds:
        for text in kind.advice.values():
            assert forbidden(text, PHRASES) == ()


def test_every_listed_phrase_is_found_where_nothing_hides_it() -> None:
    for kind in PHRASES.kinds:
        for phrase in (*kind.zh, *kind.en):
            text = phrase.strip("|").replace("…", " ").replace("*", "")
            assert forbidden(text, PHRASES), phrase


def test_the_version_names_the_content() -> None:
    louder = {"kinds": [{**SMALL["kinds"][0], "blocks": False}]}
    assert parse_phrases(SMALL, FOLDING).version == parse_phrases(dict(SMALL), FOLDING).version
    assert parse_phrases(SMALL, FOLDING).version != parse_phrases(louder, FOLDING).version


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"blocks": "yes"}, "kinds[contempt].blocks"),
        ({"block": True}, "kinds[contempt].block"),
        ({"name": ""}, "kinds[1].name"),
        ({"advice": {"en": "Stay calm.", "zh-Hans": "请冷静。"}}, "kinds[contempt].advice.zh-Hant"),
        ({"en": ["whatever", "Whatever"]}, "'Whatever'"),
        ({"en": ["||"]}, "'||'"),
    ],
)
def test_a_mistake_in_the_list_is_named(changes: dict[str, object], key: str) -> None:
    with pytest.raises(DataInvalid) as caught:
        parse_phrases({"kinds": [{**SMALL["kinds"][0], **changes}]}, FOLDING)
    assert caught.value.key == key


def test_the_cost_of_a_long_text_grows_with_its_length_only() -> None:
    started = time.perf_counter()
    forbidden('“「"没有' * 20_000, PHRASES)
    assert time.perf_counter() - started < 5
