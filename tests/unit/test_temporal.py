"""One plugin for client, worker and replayer; its sandbox refuses what would be loaded anew."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from temporalio.client import WorkflowHistory
from temporalio.envconfig import ClientConnectConfig
from temporalio.worker import Replayer

from runtime.converter import REDRESS_CONVERTER
from runtime.embedded.ports import free_port
from runtime.errors import TemporalUnavailable
from runtime.temporal import NEEDED, connect, redress_plugin
from schemas.attributes import SEARCH_ATTRIBUTES
from tests.integration.plugin_workflows import PassingWorkflow
from tests.integration.reloading_workflow import ReloadingWorkflow
from workflows.complaint import ComplaintWorkflow


async def loaded(definition: type) -> None:
    """Load a workflow as a worker does, which a replayer without histories does too."""

    async def no_histories() -> AsyncIterator[WorkflowHistory]:
        histories: list[WorkflowHistory] = []
        for history in histories:
            yield history

    replayer = Replayer(workflows=[definition], plugins=[redress_plugin()])
    assert replayer.config(active_config=True).get("data_converter") is REDRESS_CONVERTER
    async with replayer.workflow_replay_iterator(no_histories()) as results:
        assert [result async for result in results] == []


@pytest.mark.parametrize("definition", [ComplaintWorkflow, PassingWorkflow])
async def test_a_workflow_that_passes_everything_through_is_accepted(definition: type) -> None:
    await loaded(definition)


async def test_a_workflow_that_would_load_our_modules_anew_is_refused() -> None:
    with pytest.raises(RuntimeError) as caught:
        await loaded(ReloadingWorkflow)
    chain = (caught.value, caught.value.__cause__)
    assert any("not intentionally passed through" in str(error) for error in chain)


def test_every_search_attribute_has_a_type_that_temporal_knows() -> None:
    assert NEEDED.keys() == SEARCH_ATTRIBUTES.keys()


async def test_a_server_that_is_away_is_named_with_a_remedy() -> None:
    address = f"127.0.0.1:{free_port()}"
    with pytest.raises(TemporalUnavailable) as caught:
        await connect(address)
    assert str(caught.value).startswith(f"Temporal at {address} cannot be used: connection refused")
    assert "redress up" in str(caught.value)


async def test_an_address_that_is_none_is_named() -> None:
    with pytest.raises(TemporalUnavailable, match="Temporal at  cannot be used: invalid target"):
        await connect("")


async def test_the_key_to_a_server_is_not_told() -> None:
    config = ClientConnectConfig(target_host=f"127.0.0.1:{free_port()}", api_key="s3cr3t")
    with pytest.raises(TemporalUnavailable) as caught:
        await connect(config)
    assert "s3cr3t" not in str(caught.value)
