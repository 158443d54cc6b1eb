"""One spelling for texts that differ only in width, script, case, dashes or spaces."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Any

from domain.datafile import read_as
from domain.errors import DataInvalid
from schemas.lexicon import Folding

INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
PAIR = 2

Table = Mapping[int, str | None]


def parse_folding(data: Mapping[str, Any]) -> Folding:
    """Return the pairs of config/folding.toml; DataInvalid names a pair that is none."""
    folding = read_as(Folding, data)
    spelling_table(folding)
    return folding


def spelling_table(folding: Folding) -> Table:
    """Return the table for `plain`: traditional to simplified, typographic to typewritten."""
    table: dict[int, str | None] = dict.fromkeys(map(ord, INVISIBLE))
    table |= {ord("’"): "'", ord("‘"): "'", ord("-"): " "}
    for pair in folding.pairs.split():
        if len(pair) != PAIR:
            raise DataInvalid("pairs", f"{pair!r} is not two characters", "write such as 態态")
        table[ord(pair[0])] = pair[1]
    return table


def plain(text: str, table: Table) -> str:
    """Return the text as it is compared: NFKC, folded, small letters, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().translate(table).split())
