"""A TCP proxy that can lose answers: what was asked is done, and the asker never hears of it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from ssl import SSLContext
from typing import Self

CHUNK = 65_536


class Proxy:
    """`async with Proxy("127.0.0.1:7233") as proxy:` forwards `proxy.address` to that address.

    `answered` and `lost` count the bytes of answers that were passed on, and that were not. With
    `tls` it is the end of encryption: the target is spoken to in the clear.
    """

    def __init__(self, target: str, tls: SSLContext | None = None) -> None:
        self._tls = tls
        self._host, _, port = target.rpartition(":")
        self._port = int(port)
        self._writers: set[asyncio.StreamWriter] = set()
        self._exchanges: set[asyncio.Task[None]] = set()
        self.is_swallowing = False
        self.answered = self.lost = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, ssl=self._tls)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.reset()
        await asyncio.gather(*self._exchanges, return_exceptions=True)

    @property
    def address(self) -> str:
        host, port = self._server.sockets[0].getsockname()
        return f"{host}:{port}"

    def reset(self) -> None:
        """Break every connection off, whatever is on its way."""
        for writer in self._writers:
            writer.transport.abort()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        exchange = asyncio.create_task(self._exchange(reader, writer))
        self._exchanges.add(exchange)
        exchange.add_done_callback(self._exchanges.discard)

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, asking = await asyncio.open_connection(self._host, self._port)
        both = {writer, asking}
        self._writers |= both
        try:
            with suppress(OSError):
                await asyncio.gather(self._ask(reader, asking), self._answer(answers, writer))
        finally:
            self._writers -= both
            for each in both:
                each.transport.abort()

    async def _ask(self, reader: asyncio.StreamReader, asking: asyncio.StreamWriter) -> None:
        while data := await reader.read(CHUNK):
            asking.write(data)
            await asking.drain()
        asking.transport.abort()

    async def _answer(self, answers: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await answers.read(CHUNK):
            if self.is_swallowing:
                self.lost += len(data)
            else:
                self.answered += len(data)
                writer.write(data)
                await writer.drain()
        writer.transport.abort()
