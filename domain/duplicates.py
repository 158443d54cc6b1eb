"""Duplicates: repeated contacts about one matter are one complaint that weighs more (H22)."""

from __future__ import annotations

from domain import classification
from domain.decision import Decision, require
from schemas.commands import LinkDuplicate
from schemas.events import DuplicateLinked, NothingChanged
from schemas.refusals import RefusalCode

HIGHEST = 2**63 - 1
"""No register gives a higher number."""


def link_duplicate(decision: Decision, command: LinkDuplicate) -> None:
    """Link another complaint about the same matter; with the third contact the case weighs more."""
    state = decision.state
    other = 1 <= command.of <= HIGHEST and command.of != state.number
    require(other, RefusalCode.LINK_INVALID)
    if command.of in state.links:
        decision.record(NothingChanged(command="link_duplicate"))
        return
    decision.record(DuplicateLinked(of=command.of))
    contacts = 1 + len(decision.state.links)
    if contacts == state.policy.contacts_before_raise:
        classification.raise_severity(decision)
