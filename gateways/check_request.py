"""The question that a department's system is asked about a check."""

from __future__ import annotations

from datetime import datetime

from pydantic import AwareDatetime, Field

from schemas.base import Wire
from schemas.vocabulary import Department


class CheckRequest(Wire):
    """A check as it leaves us; `due_at` in UTC, the references are codes of the company.

    `occurred_at` is when it happened, as the customer says.
    `question` is plain text, opened by the activity, and therefore never shown by repr.
    `key` stays the same when the question is asked again; it holds neither full stop nor blank.
    With `token` the department may answer this check past our doors; it is a secret.
    """

    number: int
    check: int
    department: Department
    question: str = Field(repr=False)
    due_at: datetime
    key: str
    order: str | None = None
    product: str | None = None
    batch: str | None = None
    store: str | None = None
    carrier: str | None = None
    occurred_at: AwareDatetime | None = None
    token: str | None = Field(default=None, repr=False)
