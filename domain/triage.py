"""Judge category and severity of a complaint from its words, and say which words decided (H20)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from domain.datafile import read_as, version_of
from domain.errors import DataInvalid
from domain.lexicon import Entry, Lexicon, compile_lexicon, find
from domain.spelling import plain
from schemas.lexicon import Folding
from schemas.triage import Triage, TriageReason, TriageRules, WordGroup
from schemas.vocabulary import Category, Channel, Severity


def parse_rules(data: Mapping[str, Any], folding: Folding) -> TriageRules:
    """Return the rules of config/triage.toml; DataInvalid names what is wrong and its remedy."""
    content = {**data, "folding": folding.model_dump()}
    rules = read_as(TriageRules, {**content, "version": version_of(content)})
    for group in rules.groups:
        _check_group(group)
    _lexicon(rules)
    return rules


def triage(text: str, rules: TriageRules, *, channel: Channel) -> Triage:
    """Return the judgement; only the first `read_characters` of the text are read."""
    lexicon = _lexicon(rules)
    read = plain(text[: rules.read_characters], lexicon.table)[: rules.read_characters]
    words = tuple(dict.fromkeys(find(lexicon, read)))
    categories = _category_reasons(words, rules)
    severities = _severity_reasons(words, rules)
    category, confidence = _category(categories, rules)
    severity = _severity(severities, rules)
    least = rules.at_least.get(channel, severity)
    if least.rank > severity.rank:
        reason = TriageReason(word=f"channel {channel}", points=0, severity=least)
        severity, severities = least, (*severities, reason)
    return Triage(
        category=category,
        severity=severity,
        confidence=confidence,
        certain=confidence >= rules.certain_from_percent,
        rule_version=rules.version,
        reasons=(*categories, *severities),
    )


@lru_cache(maxsize=4)
def _lexicon(rules: TriageRules) -> Lexicon:
    entries = (
        Entry(word, owner, group.may_be_negated)
        for owner, group in enumerate(rules.groups)
        for word in (*group.zh, *group.en)
    )
    return compile_lexicon(entries, rules.folding, rules.negation)


def _check_group(group: WordGroup) -> None:
    """Refuse points for nothing, and something without points."""
    here = f"groups[{group.name}]"
    if (group.category is None) != (group.points == 0):
        raise DataInvalid(f"{here}.points", "category and points need each other", "give both")
    if (group.severity is None) != (group.severity_points == 0):
        problem = "severity and severity_points need each other"
        raise DataInvalid(f"{here}.severity_points", problem, "give both")


def _category_reasons(words: Iterable[Entry], rules: TriageRules) -> tuple[TriageReason, ...]:
    """Return one reason for each word that argues for a category, within its group's limit."""
    given = Counter[int]()
    reasons = []
    for entry in words:
        group = rules.groups[entry.owner]
        left = group.points if group.at_most is None else group.at_most - given[entry.owner]
        points = min(group.points, left)
        given[entry.owner] += points
        if points:
            reasons.append(TriageReason(word=entry.word, points=points, category=group.category))
    return tuple(reasons)


def _severity_reasons(words: Iterable[Entry], rules: TriageRules) -> tuple[TriageReason, ...]:
    """Return one reason for each group that argues for a severity: its first word."""
    first: dict[int, Entry] = {}
    for entry in words:
        first.setdefault(entry.owner, entry)
    return tuple(
        TriageReason(word=entry.word, points=group.severity_points, severity=group.severity)
        for owner, entry in first.items()
        if (group := rules.groups[owner]).severity
    )


def _category(reasons: Iterable[TriageReason], rules: TriageRules) -> tuple[Category, int]:
    """Return the best category, the first in the rules among equals, and the confidence in it."""
    points = Counter[Category | None]()
    for reason in reasons:
        points[reason.category] += reason.points
    order = dict.fromkeys(group.category for group in rules.groups if group.category)
    ranked = sorted(order, key=lambda category: -points[category])
    if not points:
        return Category.OTHER, 0
    best, second = points[ranked[0]], sum(points[each] for each in ranked[1:2])
    return ranked[0], 100 * best // (best + second + rules.doubt)


def _severity(reasons: Iterable[TriageReason], rules: TriageRules) -> Severity:
    """Return the highest severity that has the points it needs."""
    points = Counter[Severity | None]()
    for reason in reasons:
        points[reason.severity] += reason.points
    critical = points[Severity.CRITICAL]
    serious = points[Severity.MAJOR] + critical
    if critical >= rules.needed_points.critical:
        return Severity.CRITICAL
    if serious >= rules.needed_points.major:
        return Severity.MAJOR
    nothing_heavier = not points[Severity.MODERATE] + serious
    if nothing_heavier and points[Severity.MINOR] >= rules.needed_points.minor:
        return Severity.MINOR
    return Severity.MODERATE
