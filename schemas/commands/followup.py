"""Calling the customer back, and the survey (rules 17 and 18)."""

from __future__ import annotations

from pydantic import AwareDatetime

from schemas.commands.header import Command
from schemas.sealed import Sealed
from schemas.vocabulary import CallbackResult


class RecordCallbackAttempt(Command):
    """One try to call the customer back, just now unless `called_at` says when (H11, rule 17)."""

    result: CallbackResult
    called_at: AwareDatetime | None = None
    note: Sealed | None = None


class MoveCallback(Command):
    """Call at another time; the deadline moves only by the customer's own wish (rule 17).

    `evidence` is the code of the record that proves it, such as a recorded call.
    """

    to: AwareDatetime
    at_customers_request: bool = False
    evidence: str | None = None


class RecordSuggestion(Command):
    """What the customer would have us do better (rule 34)."""

    text: Sealed


class SignOff(Command):
    """A manager takes leave of a customer who stays dissatisfied (H11)."""

    note: Sealed | None = None


class AnswerSurvey(Command):
    """The customer's score from 1 to 5 for the last cycle (H12, rule 18)."""

    score: int
    comment: Sealed | None = None
