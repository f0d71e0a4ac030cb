"""A bad line between a tablet and the service: what passes comes late, is cut off, or is swallowed without a word."""

from __future__ import annotations

import asyncio
import random
import threading
from collections import Counter
from contextlib import suppress
from types import TracebackType
from typing import Self

from tests.tablets import free_port

LATE_SECONDS = 5  # each way: ten seconds there and back
BAD = {"late": 50, "cut": 30, "swallowed": 20}
SLOW = {"late": 100}
GOOD = {"carried": 100}


class BadLine:
    """A line from a port of its own to that of the service; what becomes of what passes, in a hundred: `chances`."""

    def __init__(self, port: int, seed: int) -> None:
        self.chances = GOOD
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
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        far_end = asyncio.ensure_future(self._deliver(under_way, sink))
        try:
            while chunk := await source.read(1 << 16):
                fate = self._fate()
                if fate == "cut":
                    return
                if fate != "swallowed":
                    late = LATE_SECONDS if fate == "late" else 0
                    under_way.put_nowait((self._loop.time() + late, chunk))
            await under_way.join()
        except OSError:
            return
        finally:
            far_end.cancel()

    async def _deliver(self, under_way: asyncio.Queue[tuple[float, bytes]], sink: asyncio.StreamWriter) -> None:
        """Write what comes when its time has come, in its order."""
        with suppress(OSError):
            while True:
                then, chunk = await under_way.get()
                await asyncio.sleep(max(0, then - self._loop.time()))
                sink.write(chunk)
                await sink.drain()
                under_way.task_done()

    def _fate(self) -> str:
        (fate,) = self._chance.choices(list(self.chances), list(self.chances.values()))
        self.fates[fate] += 1
        return fate
