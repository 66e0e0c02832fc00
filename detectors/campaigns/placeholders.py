"""Default-good reviews 默认好评: texts that the platform wrote for a buyer who wrote none.

They are judged by share and burst, never as duplicates.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from detectors.campaigns.columns import Bools, Ints, Longs, Reviews

_WRITTEN_BY_PLATFORM = (
    r"(?:用户|买家|评价方|会员|消费者|顾客).{0,6}(?:未|没有|没).{0,4}(?:填写|及时|做出|作出|发表|撰写|写|评价).{0,8}$"
    r"|系统.{0,4}(?:默认|自动).{0,4}(?:好评|评价|五星|5星)|^默认(?:好评|五星|评价)"
    r"|^(?:此|该)用户.{0,8}(?:给出|给了).{0,3}(?:5|五)星"
)
_STOCK_SHARE, _STOCK_LISTINGS = 0.005, 0.25
_LONGEST = 40


def worded_by_platform(reviews: Reviews, lengths: Longs) -> Bools:
    """Rows that are marked as placeholders, empty, or worded like one."""
    found: Bools = reviews.default | (lengths == 0)
    short = np.flatnonzero((reviews.text.str.len_chars() <= _LONGEST).to_numpy())
    found[short] |= reviews.text.gather(short).str.contains(_WRITTEN_BY_PLATFORM).to_numpy()
    return found


def stock_texts(digests: NDArray[np.uint64], listing: Ints, listings: int) -> NDArray[np.uint64]:
    """Texts that stand in half a percent of all reviews and on a quarter of all listings."""
    table = pl.DataFrame({"digest": digests, "listing": listing})
    least = max(_STOCK_SHARE * len(digests), 20)
    often = table.group_by("digest").agg(pl.len().alias("rows")).filter(pl.col("rows") >= least)
    spread = (
        table.join(often, on="digest", how="semi")
        .group_by("digest")
        .agg(pl.col("listing").n_unique().alias("on"))
    )
    found = spread.filter(pl.col("on") >= max(_STOCK_LISTINGS * listings, 5))["digest"]
    return found.sort().to_numpy()
