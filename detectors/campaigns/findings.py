"""Findings on campaigns 刷单炒信线索: one per listing, family and stretch of time, else per shop.

All of these rules carry a high false-positive risk in the catalogue: a finding is a lead to look at, never
proof. Basis (catalogue, checked there article by article): 反不正当竞争法 第九条、第二十五条 and 电子商务法
第十七条、第八十五条, "verified in a full copy"; 网络反不正当竞争暂行规定 第九条, "verified second-hand".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import numpy as np
import polars as pl

from detectors.base import FindingMaker, Sighting
from detectors.campaigns.columns import DAY, NO_TIME, Longs
from detectors.campaigns.evidence import usual, values_of
from detectors.campaigns.families import LINE, Family
from detectors.campaigns.inducements import Offer, inducements
from detectors.campaigns.judge import Judgement
from domain.finding import Finding, Signal
from rules.catalogue import Catalogue
from rules.packs import RulePacks

DETECTOR = "campaigns/2"
LEAST_REVIEWS = 5
"""Reviews over the line that make a finding, where the rule's pack says nothing else."""
_MOST_EVIDENCE = 200
_MOST_SIGNALS = 6
_LEAST_OF_RUSH = 0.5
_APART_DAYS = 45
"""Flagged reviews of one listing and family that lie further apart belong to two campaigns."""
_BEIJING = timezone(timedelta(hours=8))
_INDUCEMENT = "REVIEW-INDUCEMENT"
SELLER_REPLY = "seller_reply"

_CODES = {
    Family.BURST_TEMPLATE: "REVIEW-BURST",
    Family.COLLUSION_GROUP: "REVIEW-GROUP",
    Family.SLOW_DRIP_COPY: "REVIEW-DUPLICATE",
    Family.CASHBACK: "REVIEW-INDUCEMENT",
    Family.DEFAULT_GOOD_BURST: "REVIEW-BURST",
    Family.NEGATIVE_ATTACK: "REVIEW-BURST",
    Family.SHARED_ADDRESS: "REVIEW-GROUP",
}
_REASONS = {
    Family.BURST_TEMPLATE: (
        "{span}集中出现{flagged}条好评，同期评价量约为该商品常态的{times}倍，措辞成批雷同，涉嫌编造用户评价"
    ),
    Family.COLLUSION_GROUP: (
        "{span}有{users}个账号多次在相近日期共同评价同一批商品，涉及本商品评价{flagged}条，涉嫌组织刷评"
    ),
    Family.SLOW_DRIP_COPY: (
        "{span}有{users}个账号的{flagged}条评价彼此高度雷同或改写自其他商品的评价，涉嫌编造用户评价"
    ),
    Family.CASHBACK: (
        "{span}有{flagged}条评价提及以好评、晒图换取返现等利益，或与此类评价用语雷同，涉嫌诱导好评"
    ),
    Family.DEFAULT_GOOD_BURST: (
        "{span}集中出现{flagged}条默认好评，同期数量约为该商品常态的{times}倍，涉嫌虚构交易"
    ),
    Family.NEGATIVE_ATTACK: (
        "{span}集中出现{flagged}条低星评价，同期数量约为该商品常态的{times}倍，涉嫌恶意差评；"
        "本商品经营者可能是受害方"
    ),
    Family.SHARED_ADDRESS: "{span}有{flagged}条五星评价来自多账号共用的网络地址，涉嫌组织刷评",
}
_REFUTED = {
    Family.BURST_TEMPLATE: "促销、直播或媒体报道带来的真实订单；平台活动统一引导的评价格式",
    Family.COLLUSION_GROUP: "粉丝团体、同单位集中采购、同批团购的真实订单与物流记录",
    Family.SLOW_DRIP_COPY: "平台推荐的评价用语；同一购买者的多个账号；真实订单与物流记录",
    Family.CASHBACK: "奖励不限评价方向；评价者自发引用玩笑话；经营者未作任何承诺的证据",
    Family.DEFAULT_GOOD_BURST: "促销后到期自动好评；订单、物流与收款记录真实",
    Family.NEGATIVE_ATTACK: "商品或物流确有集中故障；评价者的真实订单",
    Family.SHARED_ADDRESS: "单位、学校或公共网络；真实订单与物流记录",
}


@dataclass(frozen=True, slots=True)
class CampaignDetector:
    """The rules on campaigns with their law and thresholds: a judgement in, findings out."""

    packs: RulePacks
    catalogue: Catalogue
    name: str = DETECTOR

    def findings(
        self, judged: Judgement, *, seen: Mapping[str, Sighting], as_of: datetime
    ) -> Iterator[Finding]:
        """Findings on listings and shops, most reviews first, then those on seller replies.

        Args:
            judged: scores with their signals.
            seen: how each listing was last sighted; one without an entry gets a sighting without snapshot.
            as_of: aware; the moment of the judgement.
        """
        writer = _Writer(self, judged, seen, as_of)
        for campaign in sorted(self._campaigns(judged), key=lambda one: (-len(one.places), one.key)):
            yield writer.finding(campaign)
        if self.runs(_INDUCEMENT):
            yield from writer.replies()

    def runs(self, code: str) -> bool:
        """Whether some pack has this code running."""
        return any(rule.code == code and rule.runs for rule in self.packs.every)

    def least(self, code: str) -> int:
        """Reviews over the line that make a finding under ``code``."""
        match = next((rule.match for rule in self.packs.reviews if rule.code == code), None)
        return int(match.least_reviews.value) if match else LEAST_REVIEWS

    def most_evidence(self, code: str) -> int:
        """Reviews that a finding under ``code`` lists."""
        match = next((rule.match for rule in self.packs.reviews if rule.code == code), None)
        return int(match.most_evidence.value) if match else _MOST_EVIDENCE

    def _campaigns(self, judged: Judgement) -> Iterator[_Campaign]:
        over = judged.reviews.with_row_index("place").filter(
            (pl.col("points") >= LINE) & (pl.col("listing") != "") & (pl.col("family") != "")
        )
        left = []
        for part in over.sort("place").partition_by("listing", "family", maintain_order=True):
            family = Family(part[0, "family"])
            if not self.runs(_CODES[family]):
                continue
            for places in _stretches(judged, part["place"].to_numpy().astype(np.int64)):
                if len(places) >= self.least(_CODES[family]):
                    if family is not Family.BURST_TEMPLATE or _fills_its_rush(judged, places):
                        yield _Campaign(family, "listing", part[0, "listing"], part[0, "shop"] or "", places)
                else:
                    left.append(part.filter(pl.col("place").is_in(places)))
        if left:
            yield from self._of_shops(judged, pl.concat(left))

    def _of_shops(self, judged: Judgement, left: pl.DataFrame) -> Iterator[_Campaign]:
        # A few reviews on each of a shop's listings are one campaign of the shop.
        known = left.filter(pl.col("shop").is_not_null()).sort("place")
        for part in known.partition_by("shop", "family", maintain_order=True):
            family = Family(part[0, "family"])
            for places in _stretches(judged, part["place"].to_numpy().astype(np.int64)):
                if len(places) >= self.least(_CODES[family]):
                    yield _Campaign(family, "shop", part[0, "shop"], part[0, "shop"], places)


@dataclass(frozen=True, slots=True)
class _Campaign:
    family: Family
    kind: str
    subject: str
    shop: str
    places: Longs

    @property
    def key(self) -> tuple[str, str, str, int]:
        return self.kind, self.subject, self.family, int(self.places[0])


@dataclass(frozen=True, slots=True)
class _Writer:
    """Turns campaigns of one judgement into findings."""

    detector: CampaignDetector
    judged: Judgement
    seen: Mapping[str, Sighting]
    as_of: datetime

    @property
    def _maker(self) -> FindingMaker:
        return FindingMaker(catalogue=self.detector.catalogue, detector=self.detector.name)

    def finding(self, campaign: _Campaign) -> Finding:
        judged, family, places = self.judged, campaign.family, campaign.places
        code = _CODES[family]
        first, last = _days(judged.memory.reviews.posted[judged.signals.rows[places]])
        ids = judged.reviews["review_id"].gather(places).sort().to_list()
        reason = _REASONS[family].format(
            span=f"{first}至{last}" if first else "时间不详，",
            flagged=len(places),
            users=judged.reviews["user"].gather(places).n_unique(),
            times=_times(judged, family, places),
        )
        points = judged.reviews["points"].gather(places).to_numpy()
        return self._maker.make(
            code,
            self._sighting(campaign),
            pack=self.detector.packs.pack_of(code),
            reason=("该店多件商品：" if campaign.kind == "shop" else "") + reason,
            refuted_by=_REFUTED[family],
            confidence=round(1 - 2 ** (-float(points.mean()) / LINE), 3),
            evidence_ids=tuple(ids[: self.detector.most_evidence(code)]),
            # The start names the campaign: it keeps its identity while the campaign goes on.
            window=f"{family}@{first or 'undated'}",
            signals=_signals(judged, family, places),
        )

    def replies(self) -> Iterator[Finding]:
        """Listings whose seller ties a reward to reviews in replies."""
        judged, reviews = self.judged, self.judged.memory.reviews
        rows = judged.signals.rows
        offering = np.flatnonzero(judged.memory.reply_offer[rows] > 0)
        answered = reviews.reply.str.len_chars().to_numpy() > 0
        for listing in np.unique(reviews.listing[rows[offering]]):
            places = offering[reviews.listing[rows[offering]] == listing]
            key, shop = (
                judged.reviews[int(places[0]), "listing"],
                judged.reviews[int(places[0]), "shop"] or "",
            )
            first, _ = _days(reviews.posted[rows[places]])
            reply = reviews.reply[int(rows[places[0]])]
            quote = next(one.quote for one in inducements(reply) if one.offer is Offer.MADE)
            of_listing = answered & (reviews.listing == listing)
            yield self._maker.make(
                _INDUCEMENT,
                self._sighting(_Campaign(Family.CASHBACK, "listing", key, shop or "", places)),
                pack=self.detector.packs.pack_of(_INDUCEMENT),
                reason=f"商家在{len(places)}条回复中以利益换取好评，如“{quote[:40]}”，涉嫌诱导好评",
                refuted_by=_REFUTED[Family.CASHBACK],
                confidence=0.8,
                evidence_ids=tuple(judged.reviews["review_id"].gather(places).sort().to_list()),
                window=f"{SELLER_REPLY}@{first or 'undated'}",
                signals=(
                    Signal(
                        name=f"{SELLER_REPLY}.offers",
                        value=float(len(places)),
                        reference=(float(of_listing.sum()),),
                    ),
                ),
            )

    def _sighting(self, campaign: _Campaign) -> Sighting:
        if campaign.kind == "listing" and campaign.subject in self.seen:
            return self.seen[campaign.subject]
        listing = self.judged.reviews[int(campaign.places[0]), "listing"]
        seen = self.seen.get(listing)
        return Sighting(
            subject=campaign.subject,
            kind=campaign.kind,
            snapshot=seen.snapshot if seen else "",
            observed_at=seen.observed_at if seen else self.as_of,
            shop=campaign.shop,
        )


def _fills_its_rush(judged: Judgement, places: Longs) -> bool:
    # Most of a campaign's rush is the campaign; a rush that mostly stands below the line is the buyers' own.
    reviews, rows = judged.memory.reviews, judged.signals.rows
    posted = reviews.posted[rows[places]]
    inside = (
        (reviews.listing[rows] == reviews.listing[rows[places[0]]])
        & (reviews.posted[rows] >= posted.min())
        & (reviews.posted[rows] <= posted.max())
        & ~judged.signals.placeholder
        & ((reviews.stars[rows] == 0) | (reviews.stars[rows] > 2))
    )
    return len(places) >= _LEAST_OF_RUSH * int(inside.sum())


def _stretches(judged: Judgement, places: Longs) -> list[Longs]:
    posted = judged.memory.reviews.posted[judged.signals.rows[places]]
    timed = posted != NO_TIME
    order = places[timed][np.argsort(posted[timed], kind="stable")]
    cuts = np.flatnonzero(np.diff(np.sort(posted[timed])) > _APART_DAYS * DAY) + 1
    parts = [np.sort(part) for part in np.split(order, cuts) if len(part)]
    return [*parts, places[~timed]] if (~timed).any() else parts


def _signals(judged: Judgement, family: Family, places: Longs) -> tuple[Signal, ...]:
    carried = {name: float(points[places].mean()) for name, points in judged.points[family].items()}
    heaviest = sorted(
        (name for name in carried if carried[name] > 0), key=lambda name: (-carried[name], name)
    )
    # What is usual is what reviews below the line show: a campaign is no yardstick for itself.
    ordinary = (judged.reviews["points"] < LINE).to_numpy()
    found = []
    for name in heaviest[:_MOST_SIGNALS]:
        values = values_of(judged, f"{family}.{name}")
        found.append(
            Signal(
                name=f"{family}.{name}",
                value=round(float(np.median(values[places])), 3),
                reference=tuple(round(value, 3) for value in usual(values[ordinary])),
            )
        )
    return tuple(found)


def _days(posted: Longs) -> tuple[str, str]:
    timed = posted[posted != NO_TIME]
    if not len(timed):
        return "", ""
    ends = (
        datetime.fromtimestamp(int(moment), _BEIJING).date().isoformat()
        for moment in (timed.min(), timed.max())
    )
    first, last = ends
    return first, last


def _times(judged: Judgement, family: Family, places: Longs) -> str:
    bursts = {
        Family.BURST_TEMPLATE: judged.signals.rush,
        Family.DEFAULT_GOOD_BURST: judged.signals.silent_rush,
        Family.NEGATIVE_ATTACK: judged.signals.low_rush,
    }.get(family)
    if bursts is None:
        return ""
    excess = float(np.median(bursts.excess[places]))
    return f"{min(1 / max(1 - excess, 1e-3), 999):.0f}"
