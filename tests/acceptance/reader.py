"""What a reader of the documents does: starts a set-up, copies lines, compares what is shown."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from runtime.embedded.directory import temporary_directory
from runtime.embedded.process import clean_environment
from starter.serving import served_in_passing
from tests.architecture.tree import ROOT

FENCE = re.compile(r"^```(?P<language>\w*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
WIDE = "200"
"""Columns of the terminal, so that no cell of a table is broken."""


@dataclass(frozen=True)
class Said:
    """What a program printed, on both streams, and how it ended."""

    code: int
    out: str
    err: str


@asynccontextmanager
async def surroundings() -> AsyncIterator[Mapping[str, str]]:
    """Start a set-up with an empty register; give the environment of a program that finds it."""
    programs = Path(sys.executable).parent
    with temporary_directory() as directory:
        async with served_in_passing(directory, time_skipping=False, environment={}) as served:
            environment = clean_environment(
                REDRESS_DATA_DIR=str(directory),
                REDRESS_DATABASE_URL=served.database_url,
                TEMPORAL_ADDRESS=served.temporal_address,
                COLUMNS=WIDE,
            )
            yield environment | {"PATH": f"{programs}:{environment.get('PATH', '')}"}


async def run(command: Sequence[str], environment: Mapping[str, str]) -> Said:
    """Run a program at the root of the tree, to its end."""
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    output, errors = await process.communicate()
    assert process.returncode is not None
    return Said(process.returncode, output.decode(), errors.decode())


def blocks(text: str, language: str) -> list[str]:
    """Return the fenced blocks in a language."""
    return [found["body"] for found in FENCE.finditer(text) if found["language"] == language]


def missing_lines(shown: str, said: str) -> list[str]:
    """Return the lines of a page that the output has not, in this order; `…` is anything."""
    lines, missing = iter(said.splitlines()), []
    for line in shown.splitlines():
        pattern = re.compile(_pattern(line))
        if not any(pattern.fullmatch(" ".join(each.split())) for each in lines):
            missing.append(line)
    return missing


def _pattern(line: str) -> str:
    parts = (re.escape(" ".join(part.split())) for part in line.split("…"))
    return r" ?.*".join(parts)
