"""A workflow that forgets to pass our modules through."""

from __future__ import annotations

from temporalio import workflow

from schemas.money import Money


@workflow.defn(name="ReloadingWorkflow")
class ReloadingWorkflow:
    """Would load schemas anew for every case."""

    @workflow.run
    async def run(self, price: Money) -> Money:
        return price
