"""The plugin on a real server: what it writes, what it logs, how it connects, what it registers."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import structlog
from temporalio import activity
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client, WorkflowHandle
from temporalio.envconfig import ClientConnectConfig
from temporalio.worker import Replayer, Worker

from runtime.config import load_config
from runtime.embedded.directory import temporary_directory
from runtime.embedded.patience import becomes_true
from runtime.embedded.temporal_server import DevServerOptions, TemporalDevServer
from runtime.errors import SearchAttributesUnusable, TemporalUnavailable, WiringError
from runtime.logs import configure_logs
from runtime.settings import PROJECT
from runtime.temporal import (
    connect,
    missing_search_attributes,
    redress_plugin,
    register_search_attributes,
)
from schemas.attributes import NEXT_DUE, SEARCH_ATTRIBUTES, STAGE
from schemas.triage import Triage
from schemas.vocabulary import Category, Language, Severity
from tests.integration.plugin_workflows import (
    AskingWorkflow,
    FoundWorkflow,
    NotedWorkflow,
    PassingWorkflow,
    StumblingWorkflow,
)

pytestmark = pytest.mark.server

PERSONAL = "Mei Lin, 138-0013-8000"
QUEUE = "plugin"
SECONDS = 10.0
WORKFLOWS = [AskingWorkflow, FoundWorkflow, NotedWorkflow, PassingWorkflow, StumblingWorkflow]
AT = datetime(2026, 11, 2, 1, tzinfo=UTC)
CONFIG = load_config(PROJECT / "config")
JUDGEMENT = Triage(
    category=Category.LOGISTICS,
    severity=Severity.MINOR,
    confidence=70,
    certain=True,
    rule_version="v",
)


class Unlucky(WiringError):
    """The system is busy; try again."""

    code = "unlucky"


@asynccontextmanager
async def serving() -> AsyncIterator[str]:
    with temporary_directory() as directory:
        options = DevServerOptions(is_headless=True, is_persistent=False)
        async with TemporalDevServer(directory / "temporal", options) as server:
            yield server.address


@pytest.fixture(scope="module")
async def address() -> AsyncIterator[str]:
    async with serving() as address:
        yield address


@pytest.fixture
async def client(address: str) -> Client:
    return await connect(address)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Callable[[], list[dict[str, Any]]]]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    file = tmp_path / "redress.log"
    configure_logs("info", "json", file)
    yield lambda: [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    for handler in root.handlers:
        handler.close()
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@activity.defn(name="judge")
async def judge() -> Triage:
    return JUDGEMENT


@activity.defn(name="stumble")
async def stumble() -> Triage:
    raise ValueError(PERSONAL)


@activity.defn(name="give_up")
async def give_up() -> Triage:
    raise Unlucky from KeyError(PERSONAL)


def events(lines: list[dict[str, Any]]) -> list[str]:
    return [line["event"] for line in lines]


def worker_of(client: Client) -> Worker:
    """Return a worker that replays a workflow from the start at every step."""
    return Worker(
        client,
        task_queue=QUEUE,
        workflows=WORKFLOWS,
        activities=[judge, stumble, give_up],
        max_cached_workflows=0,
    )


async def run(client: Client, definition: Any, *args: Any) -> WorkflowHandle[Any, Any]:
    """Run a workflow to its end."""
    async with worker_of(client):
        handle: WorkflowHandle[Any, Any] = await client.start_workflow(
            definition.run, args=list(args), id=str(uuid4()), task_queue=QUEUE
        )
        await handle.result()
    return handle


# ---- What it writes -----------------------------------------------------------------------------


async def test_our_models_zones_and_rules_work_in_the_sandbox(client: Client) -> None:
    wording = CONFIG.templates.wordings[Language.EN]
    handle = await run(client, PassingWorkflow, CONFIG.policy, AT, wording)
    result = await handle.result()
    assert "2 November 2026, 09:00 (China time, UTC+08:00)" in result


async def test_a_result_arrives_as_the_model_it_was(client: Client) -> None:
    handle = await run(client, AskingWorkflow, "judge")
    assert Triage.model_validate(await handle.result()) == JUDGEMENT


async def test_the_text_of_an_unforeseen_exception_stays_out_of_the_history(
    client: Client,
) -> None:
    handle = await run(client, AskingWorkflow, "stumble")
    assert await handle.result() == "ValueError: ValueError"
    assert "Mei Lin" not in (await handle.fetch_history()).to_json()


async def test_our_own_errors_are_told_by_code_and_message(client: Client) -> None:
    handle = await run(client, AskingWorkflow, "give_up")
    assert await handle.result() == "unlucky: The system is busy; try again."
    assert "Mei Lin" not in (await handle.fetch_history()).to_json()


# ---- What it logs -------------------------------------------------------------------------------


async def test_each_line_is_logged_once_however_often_a_case_is_replayed(
    client: Client, log: Callable[[], list[dict[str, Any]]]
) -> None:
    wording = CONFIG.templates.wordings[Language.ZH_HANS]
    handle = await run(client, PassingWorkflow, CONFIG.policy, AT, wording)
    mine = [line for line in log() if line.get("workflow_id") == handle.id]
    assert [line["event"] for line in mine] == ["begun", "begun, by Temporal's logger", "ended"]
    assert all("workflow_time" in line for line in mine)

    replayer = Replayer(workflows=[PassingWorkflow], plugins=[redress_plugin()])
    await replayer.replay_workflow(await handle.fetch_history())
    assert len([line for line in log() if line.get("workflow_id") == handle.id]) == 3


async def test_a_line_of_an_update_names_it(
    client: Client, log: Callable[[], list[dict[str, Any]]]
) -> None:
    async with worker_of(client):
        handle = await client.start_workflow(NotedWorkflow.run, id=str(uuid4()), task_queue=QUEUE)
        await handle.execute_update(NotedWorkflow.note)
    (line,) = [line for line in log() if line["event"] == "noted"]
    assert (line["workflow_id"], line["update"]) == (handle.id, "note")


async def test_a_failed_activity_is_logged_without_its_text(
    client: Client, log: Callable[[], list[dict[str, Any]]]
) -> None:
    await run(client, AskingWorkflow, "stumble")
    await run(client, AskingWorkflow, "give_up")
    told = [line["exception"] for line in log() if line.get("activity")]
    assert [text.splitlines()[0] for text in told] == ["ValueError", "Unlucky (unlucky)"]
    assert "caused by KeyError" in told[1]
    assert "Mei Lin" not in json.dumps(log(), ensure_ascii=False)


async def test_a_jammed_workflow_is_logged_without_its_text(
    client: Client, log: Callable[[], list[dict[str, Any]]]
) -> None:
    async with worker_of(client):
        handle = await client.start_workflow(
            StumblingWorkflow.run, PERSONAL, id=str(uuid4()), task_queue=QUEUE
        )
        # The core tells of it too, through its own door and with fields of its own.
        assert await becomes_true(lambda: "Failing workflow task" in events(log()), SECONDS)
        await handle.terminate()
    assert any(line.get("run_id") == handle.first_execution_run_id for line in log())
    assert any(line.get("exception", "").startswith("ValueError\n") for line in log())
    assert "Mei Lin" not in json.dumps(log(), ensure_ascii=False)


# ---- How it connects and what it registers ------------------------------------------------------


async def test_a_namespace_that_does_not_exist_is_named(address: str) -> None:
    config = ClientConnectConfig(target_host=address, namespace="nowhere")
    with pytest.raises(TemporalUnavailable, match="it has no namespace nowhere"):
        await connect(config)


async def test_the_identity_given_is_used(address: str) -> None:
    assert (await connect(address, identity="desk")).identity == "desk"


async def test_search_attributes_are_registered_once_and_found(client: Client) -> None:
    assert await missing_search_attributes(client) == list(SEARCH_ATTRIBUTES)
    assert await register_search_attributes(client) == list(SEARCH_ATTRIBUTES)
    assert await missing_search_attributes(client) == []
    assert await register_search_attributes(client) == []

    handle = await run(client, FoundWorkflow, AT)
    found = (await handle.describe()).typed_search_attributes
    values = {pair.key.name: pair.value for pair in found}
    assert values[STAGE] == "received"
    assert values[NEXT_DUE] == AT


async def test_an_attribute_of_another_type_is_named() -> None:
    async with serving() as address:
        client = await connect(address)
        wrong = AddSearchAttributesRequest(
            namespace="default",
            search_attributes={STAGE: IndexedValueType.INDEXED_VALUE_TYPE_INT},
        )
        await client.operator_service.add_search_attributes(wrong)
        for look in (missing_search_attributes, register_search_attributes):
            with pytest.raises(SearchAttributesUnusable, match=f"as another type: {STAGE}"):
                await look(client)


async def test_a_server_that_goes_away_is_named() -> None:
    async with serving() as address:
        client = await connect(address)
    with pytest.raises(TemporalUnavailable, match="it answers unavailable"):
        await missing_search_attributes(client)
