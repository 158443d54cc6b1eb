"""Temporal as Redress uses it: one plugin for client, worker and replayer, and its attributes."""

from __future__ import annotations

from functools import lru_cache

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
