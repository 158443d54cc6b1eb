"""What was carried out, and what people had to do (rule 13)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from schemas.base import Wire
from schemas.case import Step, Task
from schemas.sealed import Sealed


class StepStarted(Wire):
    """A remedy step is being carried out under its key (rule 13)."""

    kind: Literal["step_started"] = "step_started"
    step: Step


class StepSettled(Wire):
    """A remedy step took effect; `by_hand` if people gave money or things instead of a service."""

    kind: Literal["step_settled"] = "step_settled"
    step: int
    reference: str
    by: str
    by_hand: bool = False


class PaymentEntered(Wire):
    """The ledger was told what was paid back by hand; `code` says why that does not add up."""

    kind: Literal["payment_entered"] = "payment_entered"
    step: int
    code: str | None = None


class StepFailed(Wire):
    """A remedy step could not be carried out; it became a task."""

    kind: Literal["step_failed"] = "step_failed"
    step: int
    reason: str


class CompensationStarted(Wire):
    """A step that took effect is being taken back under its key."""

    kind: Literal["compensation_started"] = "compensation_started"
    step: int
    by: str
    reason: Sealed | None = None


class StepCompensated(Wire):
    """A step was taken back, or given up before it took effect (`reference` is None)."""

    kind: Literal["step_compensated"] = "step_compensated"
    step: int
    by: str
    reference: str | None = None
    reason: Sealed | None = None


class StepNotCompensated(Wire):
    """A step could not be taken back, so that it stays as it is; `code` says why.

    It is `kept` for good if that was tried because the complaint is withdrawn.
    """

    kind: Literal["step_not_compensated"] = "step_not_compensated"
    step: int
    code: str
    kept: bool = False


class TaskCreated(Wire):
    """A person has something to do."""

    kind: Literal["task_created"] = "task_created"
    task: Task


class TaskCompleted(Wire):
    """A person has done it."""

    kind: Literal["task_completed"] = "task_completed"
    task: int
    by: str
    ended_at: datetime
    note: Sealed | None = None


class TaskWithdrawn(Wire):
    """It needs doing no longer."""

    kind: Literal["task_withdrawn"] = "task_withdrawn"
    task: int
    ended_at: datetime


RemedyEvent = (
    StepStarted
    | StepSettled
    | PaymentEntered
    | StepFailed
    | CompensationStarted
    | StepCompensated
    | StepNotCompensated
    | TaskCreated
    | TaskCompleted
    | TaskWithdrawn
)
