"""How a cycle ended and what came after (rules 17 and 18)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from schemas.base import Wire
from schemas.case import Attempt, Suggestion, Survey
from schemas.sealed import Sealed
from schemas.vocabulary import Outcome


class ComplaintExplained(Wire):
    """A misunderstanding, explained at first contact; a callback follows (H20)."""

    kind: Literal["complaint_explained"] = "complaint_explained"


class CallbackAttempted(Wire):
    """The customer was called back, or not reached (H11)."""

    kind: Literal["callback_attempted"] = "callback_attempted"
    attempt: Attempt


class CallbackMoved(Wire):
    """The callback has a new appointment; `evidence` proves that the customer wished for it."""

    kind: Literal["callback_moved"] = "callback_moved"
    to: datetime
    at_customers_request: bool
    evidence: str | None = None


class SuggestionRecorded(Wire):
    """What the customer would have us do better (rule 34)."""

    kind: Literal["suggestion_recorded"] = "suggestion_recorded"
    suggestion: Suggestion


class ComplaintWithdrawn(Wire):
    """The customer took the complaint back (H15); open remedy steps end first."""

    kind: Literal["complaint_withdrawn"] = "complaint_withdrawn"
    reason: Sealed | None = None


class CycleClosed(Wire):
    """The cycle has its outcome."""

    kind: Literal["cycle_closed"] = "cycle_closed"
    cycle: int
    outcome: Outcome
    closed_at: datetime


class SurveyOffered(Wire):
    """The customer may say how content they are (H12)."""

    kind: Literal["survey_offered"] = "survey_offered"
    survey: Survey


class SurveyAnswered(Wire):
    """The customer's score."""

    kind: Literal["survey_answered"] = "survey_answered"
    cycle: int
    score: int
    answered_at: datetime
    comment: Sealed | None = None


class SurveyWithdrawn(Wire):
    """The survey can no longer be answered."""

    kind: Literal["survey_withdrawn"] = "survey_withdrawn"
    cycle: int


class CaseCompleted(Wire):
    """Every window has passed; the run ends."""

    kind: Literal["case_completed"] = "case_completed"


FollowUpEvent = (
    ComplaintExplained
    | CallbackAttempted
    | CallbackMoved
    | SuggestionRecorded
    | ComplaintWithdrawn
    | CycleClosed
    | SurveyOffered
    | SurveyAnswered
    | SurveyWithdrawn
    | CaseCompleted
)
