"""The client's methods about checks: asking departments, and their answers (rules 9 and 10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from schemas.case import Answer
from schemas.vocabulary import Department, Finding, ReturnReason
from starter.speaker import Sender, Speaker


class CheckCommands(Speaker):
    """Commands of the owner, of departments and of superiors about checks."""

    async def request_check(
        self,
        number: int,
        department: Department,
        question: str,
        *,
        by: Sender,
        required: bool = True,
    ) -> Answer:
        """Ask a department; the answer's `created` is the number of the check."""
        fields = {"department": department, "question": question, "required": required}
        return await self.send(number, "request_check", by, **fields)

    async def claim_check(self, number: int, check: int, *, by: Sender) -> Answer:
        return await self.send(number, "claim_check", by, check=check)

    async def complete_check(
        self,
        number: int,
        check: int,
        finding: Finding,
        *,
        by: Sender,
        summary: str | None = None,
        references: Sequence[str] = (),
    ) -> Answer:
        """Answer a check; references are codes of the department's own records."""
        fields = {"check": check, "finding": finding, "summary": summary}
        references = tuple(references)
        return await self.send(number, "complete_check", by, **fields, references=references)

    async def return_check(
        self,
        number: int,
        check: int,
        reason: ReturnReason,
        *,
        by: Sender,
        question: str | None = None,
    ) -> Answer:
        fields = {"check": check, "reason": reason, "question": question}
        return await self.send(number, "return_check", by, **fields)

    async def withdraw_check(self, number: int, check: int, *, by: Sender) -> Answer:
        return await self.send(number, "withdraw_check", by, check=check)

    async def proceed_without_check(
        self, number: int, check: int, reason: str, *, by: Sender
    ) -> Answer:
        """Let the proposal go on without a check; for a supervisor or manager."""
        return await self.send(number, "proceed_without_check", by, check=check, reason=reason)

    async def correct_finding(
        self,
        number: int,
        check: int,
        finding: Finding,
        *,
        by: Sender,
        summary: str | None = None,
        references: Sequence[str] = (),
    ) -> Answer:
        """Replace the finding of a check that was answered; the first stays on record."""
        fields = {"check": check, "finding": finding, "summary": summary}
        references = tuple(references)
        return await self.send(number, "correct_finding", by, **fields, references=references)

    async def ask_extension(
        self, number: int, check: int, until: datetime, reason: str, *, by: Sender
    ) -> Answer:
        """Ask a supervisor for more time for a check."""
        fields = {"check": check, "until": until, "reason": reason}
        return await self.send(number, "ask_extension", by, **fields)

    async def grant_extension(
        self, number: int, check: int, until: datetime, *, by: Sender
    ) -> Answer:
        return await self.send(number, "grant_extension", by, check=check, until=until)

    async def decline_extension(self, number: int, check: int, *, by: Sender) -> Answer:
        return await self.send(number, "decline_extension", by, check=check)

    async def hand_over_check(
        self, number: int, check: int, department: Department, *, by: Sender
    ) -> Answer:
        """Pass a check on; the answer's `created` is the number of the check that follows it."""
        fields = {"check": check, "department": department}
        return await self.send(number, "hand_over_check", by, **fields)
