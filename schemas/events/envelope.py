"""An event in its place in the journal."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from schemas.base import Wire
from schemas.case import Answer, Cause
from schemas.events.checks import CheckEvent
from schemas.events.clocks import ClockEvent
from schemas.events.followup import FollowUpEvent
from schemas.events.handling import HandlingEvent
from schemas.events.intake import IntakeEvent
from schemas.events.messages import MessageEvent
from schemas.events.proposals import ProposalEvent
from schemas.events.refusals import RefusalEvent
from schemas.events.remedies import RemedyEvent

Event = (
    IntakeEvent
    | ClockEvent
    | MessageEvent
    | CheckEvent
    | ProposalEvent
    | RemedyEvent
    | FollowUpEvent
    | HandlingEvent
    | RefusalEvent
)


class Envelope(Wire):
    """An event in its place in the journal of one complaint.

    `occurred_at` is when its cause reached us, `recorded_at` when the workflow handled it.
    `seq` counts from 1 without gaps. `answer` stands on the last event of a command, so that
    the same command again gets the same answer. `hash` covers everything above it.
    """

    complaint: int
    cycle: int
    seq: int
    occurred_at: datetime
    recorded_at: datetime
    cause: Cause
    policy_version: str
    event: Annotated[Event, Field(discriminator="kind")]
    answer: Answer | None = None
    prev_hash: str
    hash: str = ""
