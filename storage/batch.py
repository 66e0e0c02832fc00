"""Batches for an event loop: single submissions in, one blocking write for many of them in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Batcher(Generic[Item, Result]):
    """Collects what is submitted and hands it to ``flush`` as one list, one flush at a time, in order.

    A flush starts when ``max_items`` are waiting or the oldest has waited ``max_wait_s``. Whoever submitted
    waits for the result of its own item, so a caller that went on knows that its item is stored. When a
    flush raises, everyone in that batch gets the error.
    """

    def __init__(
        self,
        flush: Callable[[Sequence[Item]], Sequence[Result]],
        *,
        max_items: int = 64,
        max_wait_s: float = 0.05,
    ) -> None:
        self._flush = flush
        self._max_items = max_items
        self._max_wait_s = max_wait_s
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._full = asyncio.Event()
        self._worker: asyncio.Task[None] | None = None

    async def submit(self, item: Item) -> Result:
        """The result of ``item`` once its batch was flushed."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        if len(self._waiting) >= self._max_items:
            self._full.set()
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        return await future

    async def aclose(self) -> None:
        """Flushes what is left and waits for it."""
        self._full.set()
        if self._worker is not None:
            await self._worker

    async def _work(self) -> None:
        while self._waiting:
            if len(self._waiting) < self._max_items:
                await self._pause()
            self._full.clear()
            batch, self._waiting = self._waiting[: self._max_items], self._waiting[self._max_items :]
            await self._write(batch)

    async def _pause(self) -> None:
        try:
            await asyncio.wait_for(self._full.wait(), self._max_wait_s)
        except TimeoutError:
            return

    async def _write(self, batch: Sequence[tuple[Item, asyncio.Future[Result]]]) -> None:
        try:
            results = await asyncio.to_thread(self._flush, [item for item, _ in batch])
        except Exception as error:  # noqa: BLE001 - handed on to everyone who waits
            for _, future in batch:
                if not future.cancelled():
                    future.set_exception(error)
            return
        for (_, future), result in zip(batch, results, strict=True):
            if not future.cancelled():
                future.set_result(result)
