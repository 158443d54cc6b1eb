"""The client's methods of those who handle a case: owners and their superiors."""

from __future__ import annotations

from datetime import datetime

from schemas.case import Answer
from schemas.vocabulary import Category, Department, Role, Severity
from starter.speaker import Sender, Speaker


class HandlingCommands(Speaker):
    """Commands by which a case is answered, judged, held, promised, raised and explained."""

    async def assign_owner(self, number: int, owner: str, *, by: Sender) -> Answer:
        """Name who is responsible: any code, on the rota or not."""
        return await self.send(number, "assign_owner", by, owner=owner)

    async def reply(self, number: int, text: str, *, by: Sender) -> Answer:
        return await self.send(number, "reply", by, text=text)

    async def record_note(
        self, number: int, text: str, *, by: Sender, department: Department | None = None
    ) -> Answer:
        return await self.send(number, "record_note", by, text=text, department=department)

    async def link_duplicate(self, number: int, of: int, *, by: Sender) -> Answer:
        """Link complaint `of` about the same matter; raises LinkedComplaintUnknown."""
        return await self.send(number, "link_duplicate", by, of=of)

    async def merge_into(self, number: int, survivor: int, *, by: Sender) -> Answer:
        """Close a complaint that goes on under the number of another, which hears of it first.

        The answer is that of the case that refuses, if one does. Raises LinkedComplaintUnknown.
        """
        return await self.send(number, "merge_into", by, survivor=survivor)

    async def undo_merge(self, number: int, *, by: Sender) -> Answer:
        """Go on under the own number again, within the window for reopening."""
        return await self.send(number, "undo_merge", by)

    async def reclassify(
        self,
        number: int,
        category: Category,
        reason: str,
        *,
        by: Sender,
        severity: Severity | None = None,
    ) -> Answer:
        """Judge the category anew, and the severity if it is given; clocks move from receipt."""
        fields = {"category": category, "severity": severity, "reason": reason}
        return await self.send(number, "reclassify", by, **fields)

    async def set_severity(self, number: int, severity: Severity, *, by: Sender) -> Answer:
        return await self.send(number, "set_severity", by, severity=severity)

    async def hold(self, number: int, question: str, remind_at: datetime, *, by: Sender) -> Answer:
        """Ask the customer; the solution clock stands still until the answer."""
        return await self.send(number, "hold", by, question=question, remind_at=remind_at)

    async def resume(self, number: int, *, by: Sender) -> Answer:
        return await self.send(number, "resume", by)

    async def promise(self, number: int, promised_at: datetime, text: str, *, by: Sender) -> Answer:
        """Give the customer a date; the answer's `created` is the number of the promise."""
        return await self.send(number, "promise", by, promised_at=promised_at, text=text)

    async def escalate(
        self, number: int, to: Role, *, by: Sender, reason: str | None = None
    ) -> Answer:
        """Raise the case to a supervisor or a manager."""
        return await self.send(number, "escalate", by, to=to, reason=reason)

    async def close_explained(self, number: int, explanation: str, *, by: Sender) -> Answer:
        return await self.send(number, "close_explained", by, explanation=explanation)

    async def close_unjustified(self, number: int, explanation: str, *, by: Sender) -> Answer:
        """Close as without ground, for a superior, once legal or quality has found so."""
        return await self.send(number, "close_unjustified", by, explanation=explanation)

    async def migrate_policy(self, number: int, policy: str, *, by: Sender) -> Answer:
        """Let a case go on under the policy of this version, for a manager; its clocks follow."""
        return await self.send(number, "migrate_policy", by, policy=policy)

    async def complete_task(
        self, number: int, task: int, *, by: Sender, note: str | None = None
    ) -> Answer:
        return await self.send(number, "complete_task", by, task=task, note=note)
