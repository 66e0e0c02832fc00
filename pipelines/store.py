"""Third pipeline: writes visits in batches, off the crawl's thread, after their bytes are safe on disk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from domain.visit import Visit
from storage.batch import Batcher


class Store:
    """Stores a visit if its lease still holds; a visit whose lease went to another process is dropped."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._batcher: Batcher[Visit, bool] = Batcher(self._write)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Store:
        """Scrapy's way to make a pipeline."""
        return cls(crawler)

    async def process_item(self, item: Visit) -> Visit:
        """The visit, stored.

        Raises:
            DropItem: the lease ran out and another process visits this target.
        """
        if not await self._batcher.submit(item):
            raise DropItem(f"lease lost: {item.target.url}")
        return item

    async def close_spider(self) -> None:
        """Writes what is left."""
        await self._batcher.aclose()

    def _write(self, visits: Sequence[Visit]) -> Sequence[bool]:
        spider: Any = self._crawler.spider
        # The store may only claim snapshots whose bytes have reached the disk.
        spider.archive.sync()
        stored: Sequence[bool] = spider.store.visits.store(visits)
        return stored
