"""Phrases that are not used towards customers, found in a text before it is sent (H17)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from domain.datafile import read_as, version_of
from domain.errors import DataInvalid
from domain.lexicon import Entry, Lexicon, compile_lexicon, find
from domain.spelling import plain
from schemas.lexicon import Folding
from schemas.phrases import Hit, PhraseKind, Phrases
from schemas.vocabulary import Language

ALLOWED = -1
QUOTED = re.compile(r"“[^“”]{0,60}”|「[^「」]{0,60}」|『[^『』]{0,60}』|\"[^\"]{0,60}\"")


def parse_phrases(data: Mapping[str, Any], folding: Folding) -> Phrases:
    """Return the phrases of config/phrases.toml; DataInvalid names what is wrong and its remedy."""
    content = {**data, "folding": folding.model_dump()}
    phrases = read_as(Phrases, {**content, "version": version_of(content)})
    for kind in phrases.kinds:
        for language in Language:
            if language not in kind.advice:
                key = f"kinds[{kind.name}].advice.{language}"
                raise DataInvalid(key, "missing", "say what to write instead, in this language")
    _lexicons(phrases)
    return phrases


def forbidden(text: str, phrases: Phrases) -> tuple[Hit, ...]:
    """Return each forbidden phrase in the text once; short quotations are not read."""
    lexicon, excuses = _lexicons(phrases)
    read = QUOTED.sub(",", plain(text, lexicon.table))
    excused = {entry.owner for entry in find(excuses, read)}
    found = dict.fromkeys(find(lexicon, read))
    return tuple(
        _hit(entry, phrases.kinds[entry.owner])
        for entry in found
        if entry.owner != ALLOWED and entry.owner not in excused
    )


def advice(hit: Hit, phrases: Phrases, language: Language) -> str:
    """Return what to write instead, for the writer, in the writer's language."""
    return next(kind.advice[language] for kind in phrases.kinds if kind.name == hit.kind)


def _hit(entry: Entry, kind: PhraseKind) -> Hit:
    return Hit(phrase=entry.word, kind=kind.name, blocks=kind.blocks)


@lru_cache(maxsize=4)
def _lexicons(phrases: Phrases) -> tuple[Lexicon, Lexicon]:
    """Return the phrases and the words that excuse them, compiled."""
    excuses = (
        Entry(word, owner) for owner, kind in enumerate(phrases.kinds) for word in kind.excused_by
    )
    return (
        compile_lexicon(_entries(phrases), phrases.folding),
        compile_lexicon(excuses, phrases.folding),
    )


def _entries(phrases: Phrases) -> Iterator[Entry]:
    for owner, phrase_list in ((ALLOWED, phrases.allowed), *enumerate(phrases.kinds)):
        for word in (*phrase_list.zh, *phrase_list.en):
            yield Entry(word, owner)
