"""Listed words found in a text, in both Chinese scripts and English, in time linear in its length.

A word may hold `…` for a few other characters of the same clause, and `*` for the rest of an
English word; between bars, `|so what|` must fill its clause. English words match whole words only.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from domain.datafile import DataInvalid
from schemas.lexicon import Denial, Folding, Negation

INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
STOPS = ",.;:!?，。；：！？、\u2026"
CLAUSE_START = rf"(?:(?<=[{STOPS}]\s)|(?<=[{STOPS}])|(?<!.))"
CLAUSE_END = rf"(?=\s?(?:[{STOPS}~]|\Z))"
GAP_OF_CHINESE = rf"[^{STOPS}]{{0,8}}?"
GAP_OF_ENGLISH = rf"[^{STOPS}]{{0,30}}?"
REST_OF_WORD = "[a-z]{0,12}"
DENIAL_REACH = 40
DISTINCTIVE = 2
PAIR = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """A listed word: as written, whose it is, and whether "not" before it undoes it."""

    word: str
    owner: int
    may_be_negated: bool = False


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Entries compiled for search, by their first two characters, or by one where it stands alone."""

    entries: Mapping[str, tuple[tuple[re.Pattern[str], Entry], ...]]
    table: Mapping[int, str | None]
    denied: re.Pattern[str]


def compile_lexicon(entries: Iterable[Entry], folding: Folding, negation: Negation) -> Lexicon:
    """Prepare entries for search; DataInvalid if a word is empty or listed twice."""
    table = _table(folding)
    by_start: defaultdict[str, list[tuple[re.Pattern[str], Entry]]] = defaultdict(list)
    seen: dict[str, str] = {}
    for entry in entries:
        plain = _checked(entry.word, table, seen)
        by_start[_start(plain)].append((re.compile(_pattern(plain)), entry))
    denied = "|".join(_denial(each, table) for each in (negation.zh, negation.en) if each.words)
    return Lexicon(
        entries={start: tuple(found) for start, found in by_start.items()},
        table=table,
        denied=re.compile(denied or r"(?!)"),
    )


def plain(lexicon: Lexicon, text: str) -> str:
    """Return the text as it is compared: one width, one script, small letters, single spaces."""
    return _plain(text, lexicon.table)


def find(lexicon: Lexicon, text: str) -> Iterator[Entry]:
    """Yield the entries in a plain text, in order, as often as they occur.

    A longer word hides those inside it, so that "no reply" does not also count as "reply".
    """
    covered = 0
    for start in range(len(text)):
        end, entry = _longest(lexicon, text, start)
        if entry is None or end <= covered:
            continue
        covered = end
        if not (entry.may_be_negated and _is_denied(lexicon, text, start)):
            yield entry


def _longest(lexicon: Lexicon, text: str, start: int) -> tuple[int, Entry | None]:
    """Return end and entry of the longest word that begins here."""
    best: tuple[int, Entry | None] = (start, None)
    for size in (DISTINCTIVE, 1):
        for pattern, entry in lexicon.entries.get(text[start : start + size], ()):
            match = pattern.match(text, start)
            if match and match.end() > best[0]:
                best = (match.end(), entry)
    return best


def _is_denied(lexicon: Lexicon, text: str, start: int) -> bool:
    return lexicon.denied.search(text, max(0, start - DENIAL_REACH), start) is not None


def _table(folding: Folding) -> dict[int, str | None]:
    """Return the table for str.translate; DataInvalid for a pair that is none."""
    table: dict[int, str | None] = dict.fromkeys(map(ord, INVISIBLE))
    table |= {ord("’"): "'", ord("‘"): "'", ord("-"): " "}
    for pair in folding.pairs.split():
        if len(pair) != PAIR:
            raise DataInvalid(f"pairs, {pair!r}", "not a pair of characters", "write such as 態态")
        table[ord(pair[0])] = pair[1]
    return table


def _plain(text: str, table: Mapping[int, str | None]) -> str:
    narrow = unicodedata.normalize("NFKC", text.replace("…", "\u0000"))
    return " ".join(narrow.casefold().translate(table).replace("\u0000", "…").split())


def _checked(word: str, table: Mapping[int, str | None], seen: dict[str, str]) -> str:
    """Return the word as compared, after refusing what could never or would doubly be found."""
    plain_word = _plain(word, table)
    if not plain_word.strip("|")[:1].strip("…* "):
        raise DataInvalid(repr(word), "nothing to look for", "begin with a letter or character")
    if plain_word in seen:
        problem = f"listed twice, the other time as {seen[plain_word]!r}"
        raise DataInvalid(repr(word), problem, "keep one of them")
    seen[plain_word] = word
    return plain_word


def _start(word: str) -> str:
    literal = re.split(r"[…*]", word.strip("|"))[0]
    return literal[:DISTINCTIVE].rstrip()


def _pattern(word: str) -> str:
    """Return the regular expression of a plain word."""
    inner = word.strip("|")
    gap = GAP_OF_ENGLISH if inner.isascii() or inner.replace("…", "").isascii() else GAP_OF_CHINESE
    pattern = gap.join(_part(part.strip()) for part in inner.split("…"))
    return pattern if inner == word else f"{CLAUSE_START}{pattern}{CLAUSE_END}"


def _part(part: str) -> str:
    """Return a stretch without gap; a letter or digit at its edge needs the edge of a word."""
    before = "(?<![a-z0-9])" if _is_latin(part[:1]) else ""
    after = "(?![a-z0-9])" if _is_latin(part[-1:]) or part.endswith("*") else ""
    return before + REST_OF_WORD.join(map(re.escape, part.split("*"))) + after


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _denial(denial: Denial, table: Mapping[int, str | None]) -> str:
    """Return the expression of a denial that ends just before a word."""
    words = "|".join(_part(_plain(word, table)) for word in denial.words)
    between = "|".join(_part(_plain(word, table)) for word in denial.between) or "(?!)"
    return rf"(?:{words})\s?(?:(?:{between})\s?){{0,4}}\Z"
