"""Temporal as Redress uses it: the plugin, the connection and the search attributes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from types import MappingProxyType

from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import (
    AddSearchAttributesRequest,
    ListSearchAttributesRequest,
)
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client
from temporalio.envconfig import ClientConnectConfig
from temporalio.plugin import SimplePlugin
from temporalio.runtime import Runtime
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions
from temporalio.workflow import SandboxImportNotificationPolicy

from runtime.converter import REDRESS_CONVERTER
from runtime.errors import SearchAttributesUnusable, TemporalUnavailable
from runtime.logs import core_runtime
from schemas.attributes import SEARCH_ATTRIBUTES

PATIENCE = timedelta(seconds=10)
# The one legible part of what the transport says.
CAUSE = re.compile(r'(?:message|error): "([^"]+)"')

TYPES: Mapping[str, IndexedValueType.ValueType] = MappingProxyType(
    {
        "Keyword": IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
        "Datetime": IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
    }
)
NEEDED = MappingProxyType({name: TYPES[kind] for name, kind in SEARCH_ATTRIBUTES.items()})


def redress_plugin() -> SimplePlugin:
    """Return what makes client, worker and replayer read and run histories alike.

    Given to the client it reaches its workers too; a replayer needs it given.
    """
    return SimplePlugin(
        "Redress", data_converter=REDRESS_CONVERTER, workflow_runner=sandboxed_runner()
    )


def sandboxed_runner() -> SandboxedWorkflowRunner:
    """Return the runner whose sandbox refuses a module of ours that is not passed through.

    Such a module would be loaded again for every case, at many times the memory and the time.
    """
    policy = SandboxImportNotificationPolicy.RAISE_ON_UNINTENTIONAL_PASSTHROUGH
    restrictions = SandboxRestrictions.default.with_import_notification_policy(policy)
    # It imports parts of itself as late as at the first wrong signature, and aborts if it may not.
    # Zones are read as late as a case first needs one.
    passed = restrictions.with_passthrough_modules("cryptography", "tzdata")
    return SandboxedWorkflowRunner(restrictions=passed)


async def connect(temporal: ClientConnectConfig | str, *, identity: str | None = None) -> Client:
    """Return a client of the server at this address. Raises TemporalUnavailable."""
    config = ClientConnectConfig(target_host=temporal) if isinstance(temporal, str) else temporal
    address = config["target_host"]
    try:
        client = await _client(config, identity, lazy=False)
        await _check_namespace(client)
    except RPCError as error:
        raise TemporalUnavailable(address=address, reason=_refusal(error, config)) from None
    except (RuntimeError, ValueError) as error:
        raise TemporalUnavailable(address=address, reason=_cause(error)) from None
    return client


async def connect_when_needed(
    temporal: ClientConnectConfig, *, identity: str | None = None
) -> Client:
    """Return a client that connects with its first request: a door opens while Temporal is away.

    Requests raise RuntimeError as long as there is no connection.
    """
    return await _client(temporal, identity, lazy=True)


async def _client(config: ClientConnectConfig, identity: str | None, *, lazy: bool) -> Client:
    return await Client.connect(
        **config,
        plugins=[redress_plugin()],
        identity=identity,
        runtime=shared_runtime(),
        connect_timeout=PATIENCE,
        lazy=lazy,
    )


@lru_cache(maxsize=1)
def shared_runtime() -> Runtime:
    """Return the one Temporal runtime of this process."""
    return core_runtime()


async def missing_search_attributes(client: Client) -> list[str]:
    """Return the names that the server does not know yet.

    Raises SearchAttributesUnusable if it knows one as another type, or TemporalUnavailable.
    """
    known = await _known(client)
    others = [name for name, kind in NEEDED.items() if known.get(name, kind) != kind]
    if others:
        raise SearchAttributesUnusable(names=", ".join(others))
    return [name for name in NEEDED if name not in known]


async def register_search_attributes(client: Client) -> list[str]:
    """Make the missing ones known and return their names; harmless if there are none.

    Raises as missing_search_attributes does.
    """
    missing = await missing_search_attributes(client)
    if missing:
        request = AddSearchAttributesRequest(
            namespace=client.namespace,
            search_attributes={name: NEEDED[name] for name in missing},
        )
        try:
            await client.operator_service.add_search_attributes(request, timeout=PATIENCE)
        except RPCError as error:
            # Another process may have been quicker, which is just as well.
            if error.status is not RPCStatusCode.ALREADY_EXISTS:
                raise _unavailable(client, error) from None
    return missing


async def _check_namespace(client: Client) -> None:
    # A client connects to a server without the namespace too, and then every request fails.
    request = DescribeNamespaceRequest(namespace=client.namespace)
    await client.workflow_service.describe_namespace(request, timeout=PATIENCE)


def _refusal(error: RPCError, config: ClientConnectConfig) -> str:
    if error.status is RPCStatusCode.NOT_FOUND:
        return f"it has no namespace {config.get('namespace', 'default')}"
    return f"it answers {error.status.name.lower()}"


def _cause(error: Exception) -> str:
    """Return why there is no connection, in few words where the transport has them."""
    found = CAUSE.search(str(error))
    return (found[1] if found else str(error)).lower()


async def _known(client: Client) -> Mapping[str, IndexedValueType.ValueType]:
    request = ListSearchAttributesRequest(namespace=client.namespace)
    try:
        answer = await client.operator_service.list_search_attributes(request, timeout=PATIENCE)
    except RPCError as error:
        raise _unavailable(client, error) from None
    return answer.custom_attributes


def _unavailable(client: Client, error: RPCError) -> TemporalUnavailable:
    reason = f"asked about search attributes, it answers {error.status.name.lower()}"
    return TemporalUnavailable(address=client.service_client.config.target_host, reason=reason)
