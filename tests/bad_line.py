"""A bad line between a tablet and the service: what passes comes late, is cut off, or is swallowed without a word."""

from __future__ import annotations

import asyncio
import random
import threading
from collections import Counter
from types import TracebackType
from typing import Self

from tests.tablets import free_port

LATE_SECONDS = 2.5  # each way: five seconds there and back
FATES = {"late": 50, "cut": 30, "swallowed": 20}


class BadLine:
    """A line from a port of its own to that of the service; it is a good one while `bad` is not set."""

    def __init__(self, port: int, seed: int) -> None:
        self.bad = False
        self.fates: Counter[str] = Counter()
        self.address = f"http://127.0.0.1:{(own := free_port())}"
        self._ports = own, port
        self._chance = random.Random(seed)
        self._begun = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._begun.wait()
        return self

    def __exit__(self, _type: type[BaseException] | None, _error: object, _trace: TracebackType | None) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join()

    async def _run(self) -> None:
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._carry, "127.0.0.1", self._ports[0])
        self._begun.set()
        await self._ended.wait()
        server.close()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._ports[1])
        except OSError:
            writer.transport.abort()
            return
        ways = [asyncio.ensure_future(self._pump(*way)) for way in ((reader, far_writer), (far_reader, writer))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way, end in zip(ways, (far_writer, writer), strict=True):
                way.cancel()
                end.transport.abort()

    async def _pump(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        """Carry what comes until the line is cut or one side ends it."""
        try:
            while chunk := await source.read(1 << 16):
                fate = self._fate()
                if fate == "cut":
                    return
                if fate == "swallowed":
                    continue
                if fate == "late":
                    await asyncio.sleep(LATE_SECONDS)
                sink.write(chunk)
                await sink.drain()
        except OSError:
            return

    def _fate(self) -> str:
        if not self.bad:
            return "carried"
        (fate,) = self._chance.choices(list(FATES), list(FATES.values()))
        self.fates[fate] += 1
        return fate
