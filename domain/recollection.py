"""From a journal back to what was asked for: the causes of its events, as commands again.

The journal holds what happened, not what was sent; but what happened says everything about a
command that a rule depends on. What was refused, or changed nothing, is not recalled: the journal
keeps no body of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple, cast

from domain.journaling import Moment
from domain.senders import is_unverified
from domain.state import CaseState
from schemas import events
from schemas.case import Cause
from schemas.commands import COMMANDS, INTERNAL, Command
from schemas.events import ComplaintOpened, Envelope, Event
from schemas.vocabulary import Proof

OPEN = "open"
WAKE = "wake"

LEFT_OUT = (WAKE, "migrate_policy")
"""What is never recalled: the alarm rings by itself, and who tells anew has chosen the policy."""

ON_RECORD = "on-record"
"""Stands for the code of a recording that an event does not repeat."""


class Deed(NamedTuple):
    """A cause and all that it brought about."""

    cause: Cause
    moment: Moment
    events: tuple[Event, ...]


@dataclass(frozen=True)
class Source:
    """Where the fields of a command are found: in the first event of one of these kinds.

    `fields` maps each to its path within the event; where an event has no such thing, the command
    had none.
    """

    kinds: tuple[type[Any], ...]
    fields: Mapping[str, str]


def deeds(envelopes: Iterable[Envelope]) -> Iterator[Deed]:
    """Yield the causes of the events of one complaint, in order."""
    found: list[Envelope] = []
    for envelope in envelopes:
        if found and not _belongs(envelope, found[-1]):
            yield _deed(found)
            found = []
        found.append(envelope)
    yield _deed(found)


def recall(deed: Deed, record: CaseState) -> Command | None:
    """Return the command again; None for an alarm, and for what had no effect.

    `record` is the case as its whole journal tells it.
    """
    if deed.cause.name == OPEN:
        opened = _first(deed, (ComplaintOpened,))
        return cast("ComplaintOpened", opened).opening if opened else None
    fields: dict[str, object] = {}
    for source in SOURCES.get(deed.cause.name, ()):
        event = _first(deed, source.kinds)
        if event is None:
            return None
        fields |= {field: _at(event, path) for field, path in source.fields.items()}
    return _command(deed, fields, record) if deed.cause.name in SOURCES else None


def _command(deed: Deed, fields: dict[str, Any], record: CaseState) -> Command:
    model = {**COMMANDS, **INTERNAL}[deed.cause.name]
    known = {name: value for name, value in fields.items() if value is not None}
    if "step" in known:
        known["version"] = record.steps[known["step"] - 1].version
    if "evidence" in model.model_fields and "evidence" not in fields:
        # No customer needs evidence, and whoever noted a refusal for one had some.
        known["evidence"] = ON_RECORD
    return model(
        command_id=deed.cause.command_id,
        actor=deed.cause.actor,
        received_at=_received_at(deed) if _is_stamped(deed) else None,
        **known,
    )


def _belongs(envelope: Envelope, last: Envelope) -> bool:
    """Tell whether an event has the cause of the one before it, which an answer would end."""
    mine = (envelope.cause, envelope.occurred_at, envelope.recorded_at)
    return last.answer is None and mine == (last.cause, last.occurred_at, last.recorded_at)


def _deed(envelopes: list[Envelope]) -> Deed:
    first = envelopes[0]
    happened = tuple(envelope.event for envelope in envelopes)
    return Deed(first.cause, Moment(first.occurred_at, first.recorded_at), happened)


def _received_at(deed: Deed) -> datetime:
    """Return the stamp, which for an answer to a case that has closed is not when it counts."""
    reinstated = _first(deed, (events.ProposalReinstated,))
    return _at(reinstated, "received_at") or deed.moment.occurred_at


def _is_stamped(deed: Deed) -> bool:
    """Tell whether a door said when the command reached us, as far as its events show."""
    if deed.cause.name in INTERNAL or is_unverified(deed.cause.actor):
        return False
    proofs = (_at(event, "proof") or _at(event, "message.proof") for event in deed.events)
    return Proof.ENGINE not in proofs


def _first(deed: Deed, kinds: tuple[type[Any], ...]) -> Event | None:
    return next((event for event in deed.events if isinstance(event, kinds)), None)


def _at(event: object, path: str) -> Any:  # noqa: ANN401 - Whatever a field of an event holds.
    for name in path.split("."):
        event = getattr(event, name, None)
    return event


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}


def _from(kinds: type[Any] | tuple[type[Any], ...], *same: str, **paths: str) -> Source:
    wanted = kinds if isinstance(kinds, tuple) else (kinds,)
    return Source(wanted, MappingProxyType(_same(*same) | paths))


_FINDING = ("check", "finding", "summary", "references")
_COMPLETED = (events.CheckCompleted, events.CheckCorrected)
_AGREED = (events.AcceptanceHeld, events.OptionAccepted, events.ObjectionRaised)
_DECLINED = (events.ProposalRefused, events.ObjectionRaised)
_DEMANDED = (events.DemandChanged, events.ObjectionRaised)
_SETTLED = (events.StepSettled, events.StepFailed)
_TAKEN_BACK = (events.CompensationStarted, events.StepCompensated, events.StepNotCompensated)
_TOKEN = {"token": "check.token", "token_hash": "check.token_hash"}
_QUESTION = {"department": "check.department", "question": "check.question"}
_SURVEY = ("score", "comment")
_OWED = ("reply_due_at", "solution_due_at", "external_due_at", "promised_at")
_ADOPTED = ("of", "contacted_at", *_OWED)

SOURCES: Mapping[str, tuple[Source, ...]] = MappingProxyType(
    {
        "add_information": (_from(events.InformationAdded, "text", "attachments"),),
        "assign_owner": (_from(events.OwnerAssigned, "owner"),),
        "reply": (_from(events.MessageReleased, text="message.text"),),
        "record_note": (_from(events.NoteRecorded, "text", "department"),),
        "link_duplicate": (_from(events.DuplicateLinked, "of"),),
        "merge_into": (_from(events.ComplaintMerged, "survivor"),),
        "undo_merge": (_from(events.MergeUndone),),
        "adopt_duplicate": (_from(events.DuplicateAdopted, *_ADOPTED),),
        "release_duplicate": (_from(events.DuplicateReleased, "of"),),
        "reclassify": (_from(events.CaseReclassified, "category", "severity", "reason"),),
        "set_severity": (_from(events.CaseReclassified, "severity"),),
        "hold": (_from(events.HoldStarted, question="hold.question", remind_at="hold.remind_at"),),
        "resume": (_from(events.HoldEnded),),
        "promise": (
            _from(events.MessageReleased, promised_at="message.promised_at", text="message.text"),
        ),
        "escalate": (_from(events.CaseEscalated, "to", reason="text"),),
        "request_check": (
            _from(events.CheckRequested, required="check.required", **_QUESTION, **_TOKEN),
        ),
        "claim_check": (_from(events.CheckClaimed, "check"),),
        "complete_check": (_from(_COMPLETED, *_FINDING),),
        "return_check": (_from(events.CheckReturned, "check", "reason", "question"),),
        "withdraw_check": (_from(events.CheckWithdrawn, "check"),),
        "proceed_without_check": (_from(events.CheckWaived, "check", "reason"),),
        "correct_finding": (_from(events.CheckCorrected, *_FINDING),),
        "ask_extension": (_from(events.ExtensionAsked, "check", "until", "reason"),),
        "grant_extension": (_from(events.ExtensionGranted, "check", "until"),),
        "decline_extension": (_from(events.ExtensionDeclined, "check"),),
        "hand_over_check": (
            _from(events.CheckHandedOver, "check", "department"),
            _from(events.CheckRequested, **_TOKEN),
        ),
        "propose": (
            _from(events.ProposalMade, "text", options="proposal.options", unmet="proposal.unmet"),
            # Only of a proposal that must be approved is the customer told a date.
            _from(events.MessageReleased, promised_at="message.promised_at"),
        ),
        "approve_proposal": (_from(events.ProposalApproved, "version"),),
        "decline_proposal": (_from(events.ProposalDeclined, "version", "reason"),),
        "accept_option": (_from(_AGREED, "version", "option", "evidence", "objection"),),
        "confirm_acceptance": (_from(events.OptionAccepted, "version", "option", "evidence"),),
        "refuse_proposal": (_from(_DECLINED, "version", "reason", "text"),),
        "counter_demand": (
            _from(_DECLINED, "version"),
            _from(_DEMANDED, remedy="demand.remedy", text="demand.text"),
        ),
        "withdraw": (_from(events.ComplaintWithdrawn, "reason"),),
        "close_explained": (_from(events.MessageReleased, explanation="message.text"),),
        "close_unjustified": (_from(events.MessageReleased, explanation="message.text"),),
        "record_callback_attempt": (
            _from(
                events.CallbackAttempted,
                result="attempt.result",
                called_at="attempt.called_at",
                note="attempt.note",
            ),
        ),
        "move_callback": (_from(events.CallbackMoved, "to", "at_customers_request", "evidence"),),
        "record_suggestion": (_from(events.SuggestionRecorded, text="suggestion.text"),),
        "sign_off": (_from(events.TaskCompleted, "note"),),
        "answer_survey": (_from(events.SurveyAnswered, *_SURVEY),),
        "settle_step": (_from(events.StepSettled, "step", "reference"),),
        "fail_step": (_from(events.StepFailed, "step", "reason"),),
        "compensate_step": (_from(_TAKEN_BACK, "step", "reason"),),
        "complete_task": (_from(events.TaskCompleted, "task", "note"),),
        "reopen": (_from(events.CycleStarted, "reason"),),
        "trust_keys": (_from(events.KeysTrusted, "keys"),),
        "record_triage": (_from(events.CaseTriaged, "triage"),),
        "record_evidence": (_from(events.EvidenceAttached, "check", "evidence"),),
        "record_delivery": (
            _from((events.MessageDelivered, events.MessageGivenUp), "message", "channel", "reason"),
        ),
        "record_step": (_from(_SETTLED, "step", "reference", code="reason"),),
        "record_reversal": (_from(_TAKEN_BACK, "step", "reference", "code"),),
        "record_payment": (_from(events.PaymentEntered, "step", "code"),),
    }
)
"""Every command but `open` and what is left out; a test proves that none is without its source."""
