"""The client's methods after the remedy: the callback, the survey, and coming back."""

from __future__ import annotations

from datetime import datetime

from schemas.case import Answer
from schemas.vocabulary import CallbackResult
from starter.speaker import Sender, Speaker


class FollowUpCommands(Speaker):
    """Commands by which a customer is followed until it is really solved (H11)."""

    async def record_callback_attempt(
        self,
        number: int,
        result: CallbackResult,
        called_at: datetime | None = None,
        *,
        by: Sender,
        note: str | None = None,
    ) -> Answer:
        fields = {"result": result, "called_at": called_at, "note": note}
        return await self.send(number, "record_callback_attempt", by, **fields)

    async def move_callback(
        self,
        number: int,
        to: datetime,
        *,
        by: Sender,
        at_customers_request: bool = False,
        evidence: str | None = None,
    ) -> Answer:
        """Call at another time; evidence is the code of a record of the customer's own wish."""
        fields = {"to": to, "at_customers_request": at_customers_request, "evidence": evidence}
        return await self.send(number, "move_callback", by, **fields)

    async def record_suggestion(self, number: int, text: str, *, by: Sender) -> Answer:
        """Keep what the customer would have us do better."""
        return await self.send(number, "record_suggestion", by, text=text)

    async def sign_off(self, number: int, *, by: Sender, note: str | None = None) -> Answer:
        """Close with a customer who stays dissatisfied after the last cycle; for a manager."""
        return await self.send(number, "sign_off", by, note=note)

    async def answer_survey(
        self, number: int, score: int, *, by: Sender, comment: str | None = None
    ) -> Answer:
        return await self.send(number, "answer_survey", by, score=score, comment=comment)

    async def reopen(self, number: int, *, by: Sender, reason: str | None = None) -> Answer:
        return await self.send(number, "reopen", by, reason=reason)
