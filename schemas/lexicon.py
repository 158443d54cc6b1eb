"""How lists of words are read: scripts folded together, negations recognised."""

from __future__ import annotations

from schemas.base import Wire


class Folding(Wire, extra="forbid"):
    """Traditional characters and the simplified ones they are compared as: `"態态 惡恶"`."""

    pairs: str = ""


class Denial(Wire, extra="forbid"):
    """Words that deny what follows, and words that may stand between."""

    words: tuple[str, ...] = ()
    between: tuple[str, ...] = ()


class Negation(Wire, extra="forbid"):
    """How each language denies."""

    zh: Denial = Denial()
    en: Denial = Denial()
