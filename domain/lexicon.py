"""Listed words found in a text, in both Chinese scripts and English, in time linear in its length.

A word may hold `…` for a few other characters of the same clause, and `*` for the rest of an
English word; between bars, `|so what|` must fill its clause. English words match whole words only.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from domain.errors import DataInvalid
from domain.spelling import Table, plain, spelling_table
from schemas.lexicon import Denial, Folding, Negation

GAP = "…"
STOPS = ",.;:!?。、~"
CLAUSE_START = rf"(?:(?<=[{STOPS}]\s)|(?<=[{STOPS}])|(?<!.))"
CLAUSE_END = rf"(?=\s?(?:[{STOPS}]|\Z))"
GAP_IN_CHINESE = rf"[^{STOPS}]{{0,8}}?"
GAP_IN_ENGLISH = rf"[^{STOPS}]{{0,30}}?"
REST_OF_WORD = "[a-z]{0,12}"
NEVER = "(?!)"
LONGEST_DENIAL = 40
KEY = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """A listed word: as written, whose it is, and whether "not" before it undoes it."""

    word: str
    owner: int
    may_be_negated: bool = False


Entries = tuple[tuple[re.Pattern[str], Entry], ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Entries compiled for search, by the two characters, or the one, with which they begin."""

    entries: Mapping[str, Entries]
    table: Table
    denied: re.Pattern[str]


def compile_lexicon(
    entries: Iterable[Entry], folding: Folding, negation: Negation | None = None
) -> Lexicon:
    """Prepare entries for search; DataInvalid for a word that is empty or listed twice."""
    table = spelling_table(folding)
    listed: dict[str, str] = {}
    by_key: defaultdict[str, Entries] = defaultdict(tuple)
    for entry in entries:
        spelt = _spelt(entry.word, table)
        key = _key(spelt)
        _check(entry.word, key, listed.get(spelt))
        listed[spelt] = entry.word
        by_key[key] += ((re.compile(_pattern(spelt)), entry),)
    denied = re.compile(_denials(negation or Negation(), table))
    return Lexicon(entries=dict(by_key), table=table, denied=denied)


def find(lexicon: Lexicon, text: str) -> Iterator[Entry]:
    """Yield the entries in a text spelt by `plain`, in order, as often as they occur.

    A longer word hides those inside it, so that "sick of" need not count as "sick".
    """
    entries, covered = lexicon.entries, 0
    for start in range(len(text)):
        here = entries.get(text[start : start + KEY], ()) + entries.get(text[start], ())
        end, entry = _longest(here, text, start) if here else (start, None)
        if entry is None or end <= covered:
            continue
        covered = end
        if not (entry.may_be_negated and _is_denied(lexicon, text, start)):
            yield entry


def _longest(entries: Entries, text: str, start: int) -> tuple[int, Entry | None]:
    """Return end and entry of the longest word that begins here, the first listed among equals."""
    best: tuple[int, Entry | None] = (start, None)
    for pattern, entry in entries:
        match = pattern.match(text, start)
        if match and match.end() > best[0]:
            best = (match.end(), entry)
    return best


def _is_denied(lexicon: Lexicon, text: str, start: int) -> bool:
    return lexicon.denied.search(text, max(0, start - LONGEST_DENIAL), start) is not None


def _check(word: str, key: str, other: str | None) -> None:
    if not key:
        raise DataInvalid(repr(word), "nothing to look for", "begin it with a letter or character")
    if other is not None:
        problem = f"listed twice, the first time as {other!r}"
        raise DataInvalid(repr(word), problem, "keep one of them")


def _spelt(word: str, table: Table) -> str:
    """Return a listed word as texts are spelt, its gaps kept (NFKC would make them full stops)."""
    return GAP.join(plain(part, table) for part in word.split(GAP))


def _key(spelt: str) -> str:
    """Return the characters by which a word is looked up: as many as are fixed, two at most."""
    return re.split(rf"[{GAP}*]", spelt.strip("|"))[0][:KEY].strip()


def _pattern(spelt: str) -> str:
    """Return the regular expression of a listed word."""
    inner = spelt.strip("|")
    parts = inner.split(GAP)
    gap = GAP_IN_ENGLISH if all(part.isascii() for part in parts) else GAP_IN_CHINESE
    pattern = gap.join(_part(part) for part in parts)
    return pattern if inner == spelt else f"{CLAUSE_START}{pattern}{CLAUSE_END}"


def _part(part: str) -> str:
    """Return a stretch without gap; a letter or digit at its edge must be the edge of a word."""
    before = "(?<![a-z0-9])" if _is_latin(part[:1]) else ""
    after = "(?![a-z0-9])" if _is_latin(part.rstrip("*")[-1:]) else ""
    return before + REST_OF_WORD.join(map(re.escape, part.split("*"))) + after


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _denials(negation: Negation, table: Table) -> str:
    """Return the expression of any denial that ends just before a word."""
    return "|".join(_denial(each, table) for each in (negation.zh, negation.en))


def _denial(denial: Denial, table: Table) -> str:
    """Return the expression of a denial and up to four words between it and what it denies."""
    words = "|".join(_part(plain(word, table)) for word in denial.words) or NEVER
    between = "|".join(_part(plain(word, table)) for word in denial.between) or NEVER
    return rf"(?:{words})\s?(?:(?:{between})\s?){{0,4}}\Z"
