"""A department without a system of its own: people answer from their inbox."""

from __future__ import annotations

from gateways.check_request import CheckRequest


class InboxOnly:
    """Takes every question and leaves the answer to people."""

    async def ask(self, request: CheckRequest) -> None:
        """Accept the question; its answer comes by signal or update."""
