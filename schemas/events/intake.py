"""How a case begins, is judged and learns more."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from schemas.base import Wire
from schemas.commands import OpenComplaint
from schemas.keys import PublicKey
from schemas.sealed import Attachment, Sealed
from schemas.triage import Triage
from schemas.vocabulary import Category, CycleCause, Department, Role, Severity, Stage


class ComplaintOpened(Wire):
    """The complaint as received, immutable from here on."""

    kind: Literal["complaint_opened"] = "complaint_opened"
    complaint_id: str
    opening: OpenComplaint


class CycleStarted(Wire):
    """A cycle began under the policy with this hash."""

    kind: Literal["cycle_started"] = "cycle_started"
    cycle: int
    cause: CycleCause
    policy_version: str
    started_at: datetime
    reason: Sealed | None = None


class OwnerAssigned(Wire):
    """A person is responsible from now on (H8, H21)."""

    kind: Literal["owner_assigned"] = "owner_assigned"
    owner: str


class StageChanged(Wire):
    """The case moved to another stage."""

    kind: Literal["stage_changed"] = "stage_changed"
    stage: Stage


class CaseTriaged(Wire):
    """Category and severity were judged (H20); `triage` says why."""

    kind: Literal["case_triaged"] = "case_triaged"
    category: Category
    severity: Severity
    triage: Triage


class InformationAdded(Wire):
    """More facts arrived."""

    kind: Literal["information_added"] = "information_added"
    text: Sealed | None = None
    attachments: tuple[Attachment, ...] = ()


class NoteRecorded(Wire):
    """A note was written, possibly to a department."""

    kind: Literal["note_recorded"] = "note_recorded"
    text: Sealed
    department: Department | None = None


class CaseEscalated(Wire):
    """A higher authority was told (H9); `reason` is a code, `text` what a person says of it."""

    kind: Literal["case_escalated"] = "case_escalated"
    to: Role
    reason: str
    text: Sealed | None = None


class KeysTrusted(Wire):
    """From now on a command counts only if one of these keys has signed it."""

    kind: Literal["keys_trusted"] = "keys_trusted"
    keys: tuple[PublicKey, ...]


IntakeEvent = (
    ComplaintOpened
    | CycleStarted
    | OwnerAssigned
    | StageChanged
    | CaseTriaged
    | InformationAdded
    | NoteRecorded
    | CaseEscalated
    | KeysTrusted
)
