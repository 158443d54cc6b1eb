"""A policy that makes no sense is refused with file, line, key and remedy of every mistake."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from domain.chain import policy_version
from runtime.duration import parse_duration
from runtime.errors import ConfigMissing, ConfigUnreadable, PolicyInvalid, Problem
from runtime.policy_file import load_policy
from runtime.settings import PROJECT
from schemas.money import Money
from schemas.vocabulary import Category, Department, RemedyKind, Severity

CONFIG = PROJECT / "config"
OWN = CONFIG / "policy.toml"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

Refused = Callable[..., tuple[Problem, ...]]


@pytest.fixture
def refused(tmp_path: Path) -> Refused:
    """Return what is wrong with our policy after these replacements."""

    def check(*replacements: tuple[str, str]) -> tuple[Problem, ...]:
        file = tmp_path / "policy.toml"
        file.write_text(changed(*replacements))
        with pytest.raises(PolicyInvalid) as caught:
            load_policy(file, CONFIG)
        assert str(file) in str(caught.value)
        assert all(str(problem) in str(caught.value) for problem in caught.value.problems)
        return caught.value.problems

    return check


def changed(*replacements: tuple[str, str]) -> str:
    text = OWN.read_text("utf-8")
    for old, new in replacements:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def line_of(text: str) -> int:
    """Return the line on which this stands in our policy."""
    lines = OWN.read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)


# ---- Our own policy says what the requirements say ----------------------------------------------


def test_every_category_is_answered_in_a_day_and_solved_in_two() -> None:
    targets = load_policy(OWN).targets
    assert set(targets) == set(Category)
    assert {(each.reply, each.solution) for each in targets.values()} == {(DAY, 2 * DAY)}


def test_logistics_gives_progress_within_a_day() -> None:
    progress = {word: each.progress for word, each in load_policy(OWN).targets.items()}
    assert progress == {**dict.fromkeys(Category), Category.LOGISTICS: DAY}


def test_delays_promises_and_escalations_are_as_required() -> None:
    policy = load_policy(OWN)
    assert (policy.delay, policy.longest_hold) == (DAY, 7 * DAY)
    assert (policy.promises.renewal, policy.promises.broken_before_escalation) == (DAY, 2)
    assert (policy.serious, policy.contacts_before_raise) == (Severity.MAJOR, 3)


def test_the_other_clocks_are_as_required() -> None:
    policy = load_policy(OWN)
    assert (policy.consent.target, policy.consent.reminders_after) == (3 * DAY, (DAY, 2 * DAY))
    assert (policy.remedy, policy.revision) == (DAY, DAY)
    callback = policy.callback
    assert (callback.target, callback.attempts, callback.cycles) == (7 * DAY, 3, 3)
    assert policy.checks == dict.fromkeys(Department, DAY)
    assert (policy.critical_percent, policy.warning_percent) == (50, 80)


def test_windows_and_limits_are_as_required() -> None:
    policy = load_policy(OWN)
    windows = policy.windows
    assert (windows.reopening, windows.survey, windows.survey_change) == (30 * DAY, 14 * DAY, DAY)
    assert (policy.delivery_gives_up_after, policy.evidence_gives_up_after) == (DAY, HOUR)
    assert (policy.refusals_stored_per_actor, policy.refusals_stored) == (100, 500)
    assert Money(minor=20000, currency="CNY") in policy.authority.agent_limits
    assert RemedyKind.RESEND in policy.authority.agent_remedies
    assert policy.rota


def test_the_version_follows_the_meaning_and_not_the_writing(tmp_path: Path) -> None:
    same, other = tmp_path / "same.toml", tmp_path / "other.toml"
    same.write_text(changed(('remedy = "24h"', 'remedy = "1d"')))
    other.write_text(changed(('remedy = "24h"', 'remedy = "25h"')))
    version = policy_version(load_policy(OWN))
    assert policy_version(load_policy(same, CONFIG)) == version
    assert policy_version(load_policy(other, CONFIG)) != version


# ---- Mistakes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "key", "what", "remedy"),
    [
        (
            'other = { reply = "24h"',
            'other = { reply = "24 hours"',
            "targets.other.reply",
            "'24 hours' is no duration",
            'write such as "30m"',
        ),
        ('revision = "24h"', "revision = 24", "clocks.revision", "24 is no duration", "write such"),
        ('revision = "24h"', 'revision = "0h"', "clocks.revision", "not between a second", "write"),
        ('revision = "24h"', 'revision = "-1h"', "clocks.revision", "is no duration", "write such"),
        ('revision = "24h"', 'revision = "3651d"', "clocks.revision", "ten years", "write such"),
        (
            'other = { reply = "24h"',
            'other = { reply = "49h"',
            "targets.other",
            "reply is longer than solution",
            "shorten the one",
        ),
        (
            'progress = "24h"',
            'progress = "49h"',
            "targets.logistics",
            "progress is longer than solution",
            "shorten the one",
        ),
        (
            'serious = "major"',
            'serious = "grave"',
            "escalation.serious",
            "'grave' is not known",
            "write 'minor', 'moderate'",
        ),
        (
            "contacts_before_raise = 3",
            "contacts_before_raise = 1",
            "escalation.contacts_before_raise",
            "greater than or equal to 2",
            "write such a value",
        ),
        (
            'other = { reply = "24h", solution = "48h" }',
            'other = "24h"',
            "targets.other",
            "is not a table",
            "write its keys and values",
        ),
        (
            'target = "7d"',
            'target = "7d"\nsurprise = 1',
            "callback.surprise",
            "is not known",
            "remove it",
        ),
        (
            "critical_percent = 50",
            "critical_percent = 100",
            "clocks.critical_percent",
            "100 should be less than or equal to 99",
            "write such a value",
        ),
        (
            "warning_percent = 80",
            "warning_percent = 0",
            "clocks.warning_percent",
            "0 should be greater than or equal to 1",
            "write such a value",
        ),
        (
            "warning_percent = 80",
            "warning_percent = true",
            "clocks.warning_percent",
            "True should be a valid integer",
            "write such a value",
        ),
        (
            '["24h", "48h"]',
            '["48h", "24h"]',
            "consent",
            "reminders_after does not ascend",
            "put the earlier reminder first",
        ),
        (
            '["24h", "48h"]',
            '"24h"',
            "consent.reminders_after",
            "is not a list",
            "put its values between",
        ),
        ('["24h", "48h"]', '["24h", "24h"]', "consent", "does not ascend", "put the earlier"),
        (
            '["24h", "48h"]',
            '["24h", "72h"]',
            "consent",
            "a reminder comes when the target is over",
            "remind earlier",
        ),
        ("attempts = 3", "attempts = 0", "callback.attempts", "greater than or equal", "write"),
        ("attempts = 3", "attempts = 3.0", "callback.attempts", "a valid integer", "write"),
        ('wait = "1d"', 'wait = "7d"', "callback", "wait is not shorter than target", "let calls"),
        ('"14:00-17:00"', '"11:00-17:00"', "callback.hours", "spans that overlap", "write them"),
        ("cycles = 3", "cycles = 0", "callback.cycles", "greater than or equal", "write"),
        ("stored = 500", "stored = 0", "refusals.stored", "greater than or equal", "write"),
        (
            'survey_change = "24h"',
            'survey_change = "15d"',
            "windows",
            "survey_change is longer than survey",
            "shorten it",
        ),
        (
            'reopening = "30d"',
            'reopening = "13d"',
            "windows",
            "survey is longer than reopening",
            "shorten the one",
        ),
        (
            '"USD", minor = 3000',
            '"USD", minor = 0',
            "authority.agent_limits[4].minor",
            "0 should be greater than or equal to 1",
            "write such a value",
        ),
        (
            '"USD", minor',
            '"CNY", minor',
            "authority.agent_limits",
            "CNY is listed twice",
            "keep one of them",
        ),
        (
            '"USD", minor',
            '"usd", minor',
            "authority.agent_limits[4].currency",
            "'usd' is not a currency",
            "write its three capital letters, such as CNY",
        ),
        (
            '"apology",',
            '"flowers",',
            "authority.agent_remedies[2]",
            "'flowers' is not known",
            "write 'explanation', 'apology'",
        ),
        (
            '["agent-01", "agent-02", "agent-03", "agent-04"]',
            "[]",
            "rota.agents",
            "is empty",
            "name at least one",
        ),
        (
            '"agent-02", ',
            '"agent-01", ',
            "rota.agents",
            "agent-01 is listed twice",
            "keep one of them",
        ),
        (
            '"agent-02", ',
            '"Mei Lin", ',
            "rota.agents[2]",
            "'Mei Lin' is not a code",
            "use letters, digits, dots and dashes only, never a name",
        ),
    ],
)
def test_a_mistake_is_told_with_line_key_and_remedy(
    refused: Refused, old: str, new: str, key: str, what: str, remedy: str
) -> None:
    (problem,) = refused((old, new))
    assert problem.key == key
    assert what in problem.what
    assert problem.remedy.startswith(remedy)
    assert problem.line is not None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('reopening = "30d"', 'reopening = "14d"'),
        ('survey_change = "24h"', 'survey_change = "14d"'),
        ('other = { reply = "24h"', 'other = { reply = "48h"'),
        ("warning_percent = 80", "warning_percent = 99"),
        ("critical_percent = 50", "critical_percent = 1"),
        ('["24h", "48h"]', "[]"),
        ("attempts = 3", "attempts = 1"),
        ('revision = "24h"', 'revision = "3650d"'),
    ],
)
def test_limits_themselves_are_allowed(tmp_path: Path, old: str, new: str) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(changed((old, new)))
    assert load_policy(file, CONFIG) != load_policy(OWN)


@pytest.mark.parametrize("category", Category)
def test_a_missing_category_is_told(refused: Refused, category: Category) -> None:
    line = re.search(rf"^{category} = .*\n", OWN.read_text("utf-8"), re.MULTILINE)
    assert line is not None
    (problem,) = refused((line[0], ""))
    assert (problem.key, problem.what) == (f"targets.{category}", "is missing")
    assert problem.line == line_of("[targets]")


@pytest.mark.parametrize("department", Department)
def test_a_missing_department_is_told(refused: Refused, department: Department) -> None:
    (problem,) = refused((f'\n{department} = "24h"', ""))
    assert str(problem) == f"line {line_of('[checks]')}, checks.{department}: is missing; add it."


def test_a_missing_table_is_told_without_a_line(refused: Refused) -> None:
    (problem,) = refused(("[windows]", "[windoze]"))[-1:]
    assert str(problem) == "windows: is missing; add it."


def test_a_table_that_is_none_is_told(refused: Refused) -> None:
    checks = re.search(r"\[checks\]\n(?:\w+ = .*\n)+", OWN.read_text("utf-8"))
    assert checks is not None
    (problem,) = refused((checks[0], ""), ("[targets]", "checks = 3\n[targets]"))
    assert (problem.key, problem.what) == ("checks", "is not a table")


def test_every_mistake_is_listed_at_once_in_the_order_of_the_file(refused: Refused) -> None:
    problems = refused(
        ("warning_percent = 80", "warning_percent = 100"),
        ("critical_percent = 50", "critical_percent = 0"),
        ('other = { reply = "24h"', 'other = { reply = "soon"'),
        ("attempts = 3", "attempt = 3"),
        ('logistics = { reply = "24h", solution = "48h", progress = "24h" }\n', ""),
    )
    assert [problem.key for problem in problems] == [
        "targets.logistics",
        "targets.other.reply",
        "clocks.critical_percent",
        "clocks.warning_percent",
        "callback.attempts",
        "callback.attempt",
    ]


def test_the_line_is_that_of_the_mistake(refused: Refused) -> None:
    (problem,) = refused(("warning_percent = 80", "warning_percent = 100"))
    assert problem.line == line_of("warning_percent")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigMissing, match="REDRESS_CONFIG_DIR"):
        load_policy(tmp_path / "policy.toml")


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"a = = 1", r"Invalid value \(at line 1, column 5\)"), (b"\xff", "not encoded as UTF-8")],
)
def test_a_file_that_is_no_toml_is_told_where(tmp_path: Path, content: bytes, reason: str) -> None:
    file = tmp_path / "policy.toml"
    file.write_bytes(content)
    with pytest.raises(ConfigUnreadable, match=reason):
        load_policy(file)


# ---- Durations ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("45s", timedelta(seconds=45)),
        ("90m", timedelta(minutes=90)),
        ("24h", DAY),
        ("7d", 7 * DAY),
        ("2w", 14 * DAY),
        ("1d12h", timedelta(hours=36)),
        ("1w2d3h4m5s", timedelta(weeks=1, days=2, hours=3, minutes=4, seconds=5)),
        ("PT24H", DAY),
        ("P7D", 7 * DAY),
        ("P1DT12H", timedelta(hours=36)),
        ("PT5M", timedelta(minutes=5)),
    ],
)
def test_a_duration_is_read(text: str, expected: timedelta) -> None:
    assert parse_duration(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *("", "24", "h", "24 h", "24H", "12h1d", "1.5h", "-1h", "+1h", "24h ", "\n24h"),
        *("P", "PT", "P1M", "P1Y", "P1H", "P24h", "٣h", "1e3s", "9999999d"),
    ],
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no duration; write such as"):
        parse_duration(text)
