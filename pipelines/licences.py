"""Judges the licence displays of a visit: pictures read, register looked up, earlier days asked for 亮照判定.

All of it waits on disk, store or recognition, so it runs on a thread of its own, one display at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path

from detectors.base import BEIJING, legal_day
from detectors.licence import Given, Judged, LicenceDetector, record_of, with_span
from detectors.licensing.decide import text_suffices
from detectors.licensing.readings import enough_read
from domain.licence import CapturedPicture, LicenceCapture
from domain.picture import PictureReading, PictureState
from domain.subjects import LinkedPageState, Shop
from domain.visit import Visit
from evidence.pictures import PictureReader, is_available, may_be_licence
from storage.store import Store


@dataclass
class LicenceJudging:
    """The licence detector with what it is given from outside."""

    detector: LicenceDetector
    store: Store
    pictures: Path
    """Folder of readings by digest."""
    _reader: PictureReader = field(init=False, repr=False)
    _turn: asyncio.Lock = field(init=False, repr=False)

    def __post_init__(self) -> None:
        # The reader loads its models when the first picture comes, and has one engine: one at a time.
        self._reader = PictureReader(cache=self.pictures, enough=enough_read)
        self._turn = asyncio.Lock()

    async def judge(self, visit: Visit) -> None:
        """Adds findings, records and what was not judged to the visit."""
        async with self._turn:
            for capture in visit.displays:
                await asyncio.to_thread(self._judge, visit, capture)

    def _judge(self, visit: Visit, capture: LicenceCapture) -> None:
        page = visit.snapshots[0]
        moment = page.fetched_at
        first = self._given(visit, capture, moment)
        judged = self.detector.judge(capture, moment, snapshot=page.id, given=first)
        if capture.pictures and not text_suffices(judged.outcome):
            given = self._given(visit, capture, moment, self._readings(capture))
            judged = self.detector.judge(capture, moment, snapshot=page.id, given=given)
        shop = next((each for each in visit.shops if each.key == capture.shop), None)
        self._take(visit, capture, judged, shop)

    def _take(self, visit: Visit, capture: LicenceCapture, judged: Judged, shop: Shop | None) -> None:
        page = visit.snapshots[0]
        found = (with_span(finding, shop) if shop else finding for finding in judged.findings)
        visit.findings = (*visit.findings, *found)
        visit.not_judged = (*visit.not_judged, *judged.not_judged)
        visit.licences = (
            *visit.licences,
            record_of(
                judged,
                capture,
                target=visit.target.id,
                snapshot=page.id,
                run=visit.target.run,
                observed_at=page.fetched_at,
            ),
        )

    def _given(
        self,
        visit: Visit,
        capture: LicenceCapture,
        moment: datetime,
        readings: Mapping[str, PictureReading] | None = None,
    ) -> Given:
        midnight = datetime.combine(legal_day(moment), time(), BEIJING)
        return Given(
            categories=self.store.frame.categories_of(visit.target.run, capture.shop),
            register=self.store.registers.register(),
            readings=readings or {},
            earlier=self.store.licences.broken_before(capture.shop, midnight),
        )

    def _readings(self, capture: LicenceCapture) -> dict[str, PictureReading]:
        return {picture.url: self._reading(picture) for picture in capture.pictures}

    def _reading(self, picture: CapturedPicture) -> PictureReading:
        if picture.state is LinkedPageState.FETCHED:
            if picture.named or not is_available() or may_be_licence(picture.data):
                return self._reader.read(picture.data)
            return PictureReading(digest="", state=PictureState.READ, reason="形状不似证照，未识别")
        gone = picture.state is LinkedPageState.DEAD
        state = PictureState.BROKEN if gone else PictureState.NOT_READ
        return PictureReading(digest="", state=state, reason=picture.reason)
