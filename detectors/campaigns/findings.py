"""Findings on campaigns 刷单炒信线索: one per listing, family and start of the campaign.

All of these rules carry a high false-positive risk in the catalogue: a finding is a lead to look at, never
proof. Basis (catalogue, checked there article by article): 反不正当竞争法 第九条、第二十五条 and 电子商务法
第十七条、第八十五条, "verified in a full copy"; 网络反不正当竞争暂行规定 第九条, "verified second-hand".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone

import numpy as np
import polars as pl

from detectors.base import FindingMaker, Sighting
from detectors.campaigns.columns import NO_TIME, Longs
from detectors.campaigns.families import LINE, Family
from detectors.campaigns.judge import Judgement
from domain.finding import Finding

DETECTOR = "campaigns/1"
LEAST_REVIEWS = 5
"""Reviews over the line that make a finding on a listing; fewer are scores only."""
_MOST_EVIDENCE = 200
_BEIJING = timezone(timedelta(hours=8))

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


def campaign_findings(
    judged: Judgement, maker: FindingMaker, *, seen: Mapping[str, Sighting], as_of: datetime, pack: str
) -> Iterator[Finding]:
    """Findings on listings, most reviews first.

    Args:
        judged: scores with their signals.
        maker: with ``DETECTOR`` as its name.
        seen: how each listing was last sighted; a listing without an entry gets a sighting without snapshot.
        as_of: aware; the moment of the judgement.
        pack: rule pack that set the weights.
    """
    over = judged.reviews.with_row_index("place").filter(
        (pl.col("points") >= LINE) & pl.col("listing").is_not_null()
    )
    counted = over.group_by("listing", "family").agg(pl.col("place"), pl.len().alias("flagged"))
    for listing, family, places, flagged in counted.sort(
        ["flagged", "listing", "family"], descending=[True, False, False]
    ).iter_rows():
        if flagged >= LEAST_REVIEWS:
            yield _finding(
                judged, maker, Family(family), np.array(sorted(places)), seen.get(listing), as_of, pack
            )


def _finding(
    judged: Judgement,
    maker: FindingMaker,
    family: Family,
    places: Longs,
    sighting: Sighting | None,
    as_of: datetime,
    pack: str,
) -> Finding:
    listing, shop = judged.reviews[int(places[0]), "listing"], judged.reviews[int(places[0]), "shop"] or ""
    posted = judged.memory.reviews.posted[judged.signals.rows[places]]
    first, last = _days(posted)
    points = judged.reviews["points"].gather(places)
    return maker.make(
        _CODES[family],
        sighting or Sighting(subject=listing, kind="listing", snapshot="", observed_at=as_of, shop=shop),
        pack=pack,
        reason=_REASONS[family].format(
            span=f"{first}至{last}" if first else "时间不详，",
            flagged=len(places),
            users=judged.reviews["user"].gather(places).n_unique(),
            times=_times(judged, family, places),
        ),
        refuted_by=_REFUTED[family],
        confidence=round(1 - 2 ** (-float(points.mean()) / LINE), 3),  # type: ignore[arg-type]
        evidence_ids=tuple(sorted(judged.reviews["review_id"].gather(places).to_list()))[:_MOST_EVIDENCE],
        # The start names the campaign: it keeps its identity while the campaign goes on.
        window=f"{family}@{first or 'undated'}",
    )


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
