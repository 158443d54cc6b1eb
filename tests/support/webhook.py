"""A real HTTP server in this process that receives webhooks, or misbehaves as told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import NamedTuple


class Posted(NamedTuple):
    """A request as it arrived; header names in lower case."""

    line: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Receiver:
    """Remembers what it got and answers with `status`; or it stalls, or hangs up."""

    url: str = ""
    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    stalls: bool = False
    hangs_up: bool = False
    posted: list[Posted] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.posted.append(await _read(reader))
        if self.stalls:
            await reader.read()  # Only the sender, by hanging up, ends this.
        elif not self.hangs_up:
            lines = [f"HTTP/1.1 {self.status} .", "content-length: 0", "connection: close"]
            lines += [f"{name}: {value}" for name, value in self.headers.items()]
            writer.write("\r\n".join([*lines, "", ""]).encode())
        writer.close()


@asynccontextmanager
async def receiver() -> AsyncIterator[Receiver]:
    """Receive at a free port of this machine."""
    served = Receiver()
    async with await asyncio.start_server(served.serve, "127.0.0.1", 0) as server:
        served.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hooks/redress"
        yield served


async def _read(reader: asyncio.StreamReader) -> Posted:
    line, *fields = (await reader.readuntil(b"\r\n\r\n")).decode("ascii").split("\r\n")[:-2]
    pairs = (each.partition(":") for each in fields)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    return Posted(line, headers, await reader.readexactly(int(headers["content-length"])))
