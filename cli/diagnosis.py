"""What `redress doctor` examines: each part of the set-up, and how to mend it."""

from __future__ import annotations

import asyncio
import os
import platform
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit
from uuid import uuid4

from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import (
    DescribeNamespaceRequest,
    DescribeTaskQueueRequest,
    GetSystemInfoRequest,
    PollActivityTaskQueueRequest,
)
from temporalio.client import Client
from temporalio.service import RPCError

from domain.chain import policy_version
from runtime.config import load_config
from runtime.errors import NothingRunning
from runtime.kek import KeyEncryptionKey, load_kek
from runtime.main import explain
from runtime.run_file import Setup, find_setup
from runtime.settings import Settings
from runtime.temporal import connect, missing_search_attributes
from schemas.attributes import DEPARTMENT_QUEUES, TASK_QUEUE
from starter.polling import has_pollers
from store.health import keys_in_use, server_facts
from store.migrate import status
from store.pool import Pool, open_pool
from store.register import Register
