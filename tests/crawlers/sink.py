"""The shortest way to a stored and acknowledged visit, for tests that are about the crawl."""

import asyncio


class Sink:
    """Stores and acknowledges; what lies between is another room's test."""

    def __init__(self, crawler):
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler):
        return cls(crawler)

    async def process_item(self, item):
        spider = self._crawler.spider
        await asyncio.to_thread(spider.archive.sync)
        assert await asyncio.to_thread(spider.store.visits.store, [item]) == [True]
        await asyncio.to_thread(spider.store.visits.judge, [item])
        return item
