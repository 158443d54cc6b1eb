"""Words and rules depend on their arguments only; workflows take time and ids from Temporal.

The sandbox does not look into modules that are passed through, so this check is the guard.
"""

from __future__ import annotations

import pytest

from tests.architecture.purity import banned_imports, banned_names
from tests.architecture.tree import modules, name_of

IMPURE_MODULES = frozenset(
    """
    asyncio asyncpg concurrent httpx io locale logging multiprocessing os pathlib random runtime
    secrets select shutil signal socket sqlite3 ssl structlog subprocess sys tempfile temporalio
    threading time urllib.request
    """.split()
)
IMPURE_NAMES = frozenset(
    """
    builtins.__import__ builtins.eval builtins.exec builtins.hash builtins.id builtins.input
    builtins.open builtins.print
    datetime.date.today datetime.datetime.now datetime.datetime.today datetime.datetime.utcnow
    os.environ os.getenv os.getpid os.urandom
    random.choice random.randint random.random random.shuffle random.uniform random.Random
    secrets.choice secrets.token_bytes secrets.token_hex secrets.token_urlsafe
    time.localtime time.monotonic time.perf_counter time.sleep time.time time.time_ns
    uuid.getnode uuid.uuid1 uuid.uuid4 uuid_utils.uuid4 uuid_utils.uuid7
    uuid_utils.compat.uuid4 uuid_utils.compat.uuid7
    """.split()
)


def test_words_and_rules_import_nothing_impure() -> None:
    found = {
        name_of(path): banned_imports(path.read_text("utf-8"), IMPURE_MODULES)
        for path in modules("schemas", "domain")
    }
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_words_rules_and_workflows_use_nothing_impure() -> None:
    found = {
        name_of(path): banned_names(path.read_text("utf-8"), IMPURE_NAMES)
        for path in modules("schemas", "domain", "workflows")
    }
    assert {path: lines for path, lines in found.items() if lines} == {}


def test_the_composition_root_speaks_no_sql() -> None:
    # The import linter reads packages only, and worker.py is a single module.
    for path in modules("worker.py", "bench"):
        assert banned_imports(path.read_text("utf-8"), {"asyncpg"}) == [], name_of(path)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import os", ["1: os"]),
        ("import os.path as p", ["1: os.path"]),
        ("from time import sleep", ["1: time.sleep"]),
        ("from temporalio import workflow", ["1: temporalio.workflow"]),
        ("def late():\n    import random", ["2: random"]),
        ("import timeit, osmosis\nfrom datetime import time", []),
    ],
)
def test_an_impure_import_is_seen(source: str, expected: list[str]) -> None:
    assert banned_imports(source, IMPURE_MODULES) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("from datetime import datetime\ndatetime.now()", ["2: datetime.datetime.now"]),
        ("import datetime as d\nx = d.datetime.now", ["2: datetime.datetime.now"]),
        ("import datetime\ndatetime.date.today()", ["2: datetime.date.today"]),
        ("from uuid import uuid4 as fresh\nfresh()", ["2: uuid.uuid4"]),
        ("import uuid\nfield(default_factory=uuid.uuid4)", ["2: uuid.uuid4"]),
        ("import uuid_utils.compat\nuuid_utils.compat.uuid7()", ["2: uuid_utils.compat.uuid7"]),
        ("import os\nos.environ['TZ']", ["2: os.environ"]),
        ("from time import time\ntime()", ["2: time.time"]),
        ("hash('word')", ["1: builtins.hash"]),
        ("class A:\n    def __hash__(self):\n        return hash(self.version)", []),
        ("from temporalio import workflow\nworkflow.now(); workflow.uuid4()", []),
        ("event.hash; state.now(); datetime.fromisoformat(text)", []),
    ],
)
def test_an_impure_call_is_seen(source: str, expected: list[str]) -> None:
    assert banned_names(source, IMPURE_NAMES) == expected
