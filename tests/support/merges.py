"""Commands of merging in few words; a story gives them their id and stamp."""

from __future__ import annotations

from datetime import datetime

from schemas.commands import Actor, AdoptDuplicate, MergeInto, ReleaseDuplicate, UndoMerge
from tests.support.actors import AGENT
from tests.support.commands import UNNAMED
from tests.support.story import START


def merge_into(survivor: int = 3, by: Actor = AGENT) -> MergeInto:
    return MergeInto(command_id=UNNAMED, actor=by, survivor=survivor)


def undo_merge(by: Actor = AGENT) -> UndoMerge:
    return UndoMerge(command_id=UNNAMED, actor=by)


def adopt_duplicate(
    of: int = 3,
    contacted_at: datetime = START,
    *,
    reply_due_at: datetime | None = None,
    solution_due_at: datetime | None = None,
    external_due_at: datetime | None = None,
    promised_at: datetime | None = None,
) -> AdoptDuplicate:
    return AdoptDuplicate(
        command_id=UNNAMED,
        actor=AGENT,
        of=of,
        contacted_at=contacted_at,
        reply_due_at=reply_due_at,
        solution_due_at=solution_due_at,
        external_due_at=external_due_at,
        promised_at=promised_at,
    )


def release_duplicate(of: int = 3, by: Actor = AGENT) -> ReleaseDuplicate:
    return ReleaseDuplicate(command_id=UNNAMED, actor=by, of=of)
