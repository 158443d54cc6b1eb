"""Rules of law that make no sense are refused with file, line, key and remedy; ours are sound."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runtime.errors import ConfigInvalid, ConfigMissing, Problem
from runtime.law_file import FILE, load_law
from runtime.settings import PROJECT
from schemas.law import AnswerRule, RemedyRule
from schemas.vocabulary import Choice, Finding, RemedyKind

CONFIG = PROJECT / "config"
ANSWER = """\
[answers.a]
workdays = 7
calendar = "cn-office"
edition = "2026-01-01"
source = "a law, art. 1"
"""
REMEDY = """\
[remedies.r]
choice = "customer"
must = ["refund"]
within_days = 7
if_found = ["late_delivery"]
calendar = "always"
edition = 2026-01-01
source = "a law, art. 2"
"""

Refused = Callable[[str], tuple[Problem, ...]]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    shutil.copytree(CONFIG / "calendars", tmp_path / "calendars")
    return tmp_path


@pytest.fixture
def refused(config: Path) -> Refused:
    def check(text: str) -> tuple[Problem, ...]:
        (config / FILE).write_text(text)
        with pytest.raises(ConfigInvalid) as caught:
            load_law(config)
        assert caught.value.file == config / FILE
        return caught.value.problems

    return check


def test_the_law_says_what_its_file_says(config: Path) -> None:
    (config / FILE).write_text(ANSWER + REMEDY)
    law = load_law(config)
    said: dict[str, Any] = {"edition": "2026-01-01", "source": "a law, art. 1"}
    assert law.answers == (AnswerRule(code="a", workdays=7, calendar="cn-office", **said),)
    said["source"] = "a law, art. 2"
    assert law.remedies == (
        RemedyRule(
            code="r",
            choice=Choice.CUSTOMER,
            must=(RemedyKind.REFUND,),
            within_days=7,
            if_found=(Finding.LATE_DELIVERY,),
            calendar="always",
            **said,
        ),
    )
    assert [calendar.name for calendar in law.calendars] == ["always", "cn-office"]


def test_a_business_may_have_no_rules(config: Path) -> None:
    (config / FILE).write_text("")
    assert load_law(config).calendars == ()


def test_a_missing_file_is_named(config: Path) -> None:
    with pytest.raises(ConfigMissing, match=FILE):
        load_law(config)


def test_our_own_rules_are_sound() -> None:
    law = load_law(CONFIG)
    codes = [rule.code for rule in (*law.answers, *law.remedies)]
    assert len(set(codes)) == len(codes)
    assert all(code.startswith("cn-") for code in codes)


@pytest.mark.parametrize(
    ("old", "new", "key", "what"),
    [
        ("workdays = 7", "", "answers.a", "counts in no way, or in two"),
        ("workdays = 7", "workdays = 7\ndays = 7", "answers.a", "counts in no way, or in two"),
        ("workdays = 7", "workdays = 0", "answers.a.workdays", "greater than or equal to 1"),
        ("workdays = 7", "days = 5000", "answers.a.days", "less than or equal to 3660"),
        ("workdays = 7", "weeks = 1\ndays = 7", "answers.a.weeks", "is not known"),
        ('"cn-office"', '"mars"', "answers.a.calendar", "'mars' is no calendar"),
        ('edition = "2026-01-01"', 'edition = "new"', "answers.a.edition", "'new' is no date"),
        ('"a law, art. 1"', '" "', "answers.a.source", "is empty"),
        ("[answers.a]", '[answers."a b"]', "answers.a b", "'a b' is not a code"),
        ('choice = "customer"', "", "remedies.r.choice", "is missing"),
        ('must = ["refund"]', "", "remedies.r", "says nothing"),
        ('must = ["refund"]', 'must = ["money"]', "remedies.r.must[1]", "'money' is not known"),
        (
            'must = ["refund"]',
            'must = ["refund"]\nmay_not = ["gift", "refund"]',
            "remedies.r",
            "refund must and may not be offered",
        ),
    ],
)
def test_a_mistake_is_told(refused: Refused, old: str, new: str, key: str, what: str) -> None:
    text = ANSWER + REMEDY
    assert text.count(old) == 1
    (problem,) = refused(text.replace(old, new))
    assert problem.key == key
    assert what in problem.what
    assert problem.remedy
