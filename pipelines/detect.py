"""Fourth pipeline: judges what was stored and acknowledges the target."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any

from loguru import logger
from scrapy.crawler import Crawler

import settings
from detectors.registry import ItemDetectors, item_detectors
from domain.errors import EvidenceError, StorageError
from domain.finding import Finding
from domain.subjects import Listing, Shop
from domain.visit import Visit
from pipelines.licences import LicenceJudging
from rules.loader import load_catalogue, load_packs
from storage.batch import Batcher


class Detect:
    """Runs the sweep's item detectors over a visit; then its target is done."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._detectors: asyncio.Task[ItemDetectors] | None = None
        self._licences: LicenceJudging | None = None
        self._batcher: Batcher[Visit, None] = Batcher(self._write)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Detect:
        """Scrapy's way to make a pipeline."""
        return cls(crawler)

    async def process_item(self, item: Visit) -> Visit:
        """The visit, judged and acknowledged."""
        if item.listings or item.shops or item.displays:
            await self._judge(item)
        await self._batcher.submit(item)
        self._count(item)
        return item

    async def close_spider(self) -> None:
        """Writes what is left."""
        await self._batcher.aclose()

    async def _judge(self, item: Visit) -> None:
        # Made for the first that is judged, since a dry run only searches; and in a thread, so that no
        # download times out in the seconds that it takes.
        self._detectors = self._detectors or asyncio.ensure_future(asyncio.to_thread(self._load))
        detectors = await self._detectors
        captured = {display.shop for display in item.displays} if self._licences else set()
        shops = [shop for shop in item.shops if shop.key not in captured]
        subjects: list[Listing | Shop] = [*item.listings, *shops]
        item.findings = tuple(
            finding for subject in subjects for finding in self._inspect(detectors, subject, item)
        )
        if self._licences is not None:
            await self._judge_licences(self._licences, item)

    def _load(self) -> ItemDetectors:
        catalogue = load_catalogue()
        spider: Any = self._crawler.spider
        made = item_detectors(load_packs(catalogue), catalogue, spider.sweep.detectors)
        if made.licence is not None:
            self._licences = LicenceJudging(made.licence, spider.store, settings.load().picture_dir)
        return made

    async def _judge_licences(self, licences: LicenceJudging, visit: Visit) -> None:
        try:
            await licences.judge(visit)
        except (EvidenceError, StorageError):
            raise
        except Exception as error:  # noqa: BLE001 - a detector's fault costs its judgement only
            visit.not_judged += (f"{licences.detector.name}: {type(error).__name__}",)
            logger.bind(detector=licences.detector.name, url=visit.target.url).exception("detector failed")

    def _inspect(self, detectors: ItemDetectors, subject: Listing | Shop, visit: Visit) -> Iterator[Finding]:
        snapshot = visit.snapshots[0]
        for detector in detectors.of(subject):
            try:
                visit.not_judged += detector.abstains(subject)
                yield from detector.inspect(subject, snapshot=snapshot.id, observed_at=snapshot.fetched_at)
            except Exception as error:  # noqa: BLE001 - a detector's fault costs its judgement only
                visit.not_judged += (f"{detector.name}: {type(error).__name__}",)
                logger.bind(detector=detector.name, subject=subject.key).exception("detector failed")

    def _write(self, visits: Sequence[Visit]) -> Sequence[None]:
        spider: Any = self._crawler.spider
        spider.store.visits.judge(visits)
        return [None] * len(visits)

    def _count(self, visit: Visit) -> None:
        stats = self._crawler.stats
        if stats is not None:
            stats.inc_value(f"netsword/visits/{visit.target.kind}")
            stats.inc_value("netsword/findings", len(visit.findings))
