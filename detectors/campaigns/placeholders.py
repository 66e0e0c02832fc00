"""Default-good reviews 默认好评: texts that the platform wrote for a buyer who wrote none.

They are judged by share and burst, never as duplicates.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from detectors.campaigns.columns import Bools, Longs, Reviews

_WRITTEN_BY_PLATFORM = (
    r"(?:用户|买家|评价方|会员|消费者|顾客).{0,6}(?:未|没有|没).{0,4}(?:填写|及时|做出|作出|发表|撰写|写|评价).{0,8}$"
    r"|系统.{0,4}(?:默认|自动).{0,4}(?:好评|评价|五星|5星)|^默认(?:好评|五星|评价)"
    r"|^(?:此|该)用户.{0,8}(?:给出|给了).{0,3}(?:5|五)星"
)
_STOCK_SHARE, _STOCK_LISTINGS = 0.005, 0.25
_LONGEST = 40


def placeholders(reviews: Reviews, digests: np.ndarray[tuple[int], np.dtype[np.uint64]], lengths: Longs) -> Bools:
    """Rows without words of a buyer: marked so, empty, worded by a platform, or one text that stands everywhere.

    "Everywhere" is half a percent of all reviews and a quarter of all listings, which no campaign reaches.
    """
    short = (reviews.text.str.len_chars() <= _LONGEST).to_numpy()
    worded = np.zeros(len(reviews), dtype=bool)
    candidates = np.flatnonzero(short)
    worded[candidates] = reviews.text.gather(candidates).str.contains(_WRITTEN_BY_PLATFORM).to_numpy()
    stock = (
        pl.DataFrame({"digest": digests, "listing": reviews.listing})
        .group_by("digest")
        .agg(pl.len().alias("rows"), pl.col("listing").n_unique().alias("listings"))
        .filter(
            (pl.col("rows") >= max(_STOCK_SHARE * len(reviews), 20))
            & (pl.col("listings") >= max(_STOCK_LISTINGS * len(reviews.listings), 5))
        )
    )
    return reviews.default | (lengths == 0) | worded | np.isin(digests, stock["digest"].to_numpy())
