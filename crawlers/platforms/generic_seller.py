"""Who sells the goods of a page of an unknown shop 店铺、卖家: who a sentence says sends them, or what markup
calls the name of a shop.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from crawlers.platforms.phrases import Lines, Phrases

SENT_BY = Phrases(
    r"由[\s“\"「『‘']*(?P<name>[^，。,；;“”\"「」『』‘’'由]{2,30}?)[\s”\"」』’']*(?:直接|负责|負責)*"
    r"(?:销售|銷售|出售|(?:从[^，。,]{2,12})?(?:发货|發貨)[，,、]?\s*[并並]?(?:负责|負責)?提供售[后後])",
    stems=("销售", "銷售", "出售", "售后", "售後"),
)
"""由…销售, 由…发货并提供售后服务: who only sends goods for others, as 由…发货 alone says, sells none."""
_ANYBODY = re.compile(
    r"(?:第三方)?(?:商家|卖家|賣家|店铺|店鋪|本店|平台|供应商|厂家|品牌商|品牌方|入驻商家|我们|官方|我司)(?:自行|自营)?"
)
_CALLED = re.compile(r"(?<![a-z])(?:shop|store|seller|merchant)[-_]{0,2}name(?![a-z])")
LONGEST_SELLER = 40


def is_called_seller(called: str) -> bool:
    """Whether a class, in lower case, calls what it marks the name of a shop or seller.

    >>> [is_called_seller(each) for each in ("tb-shop-name", "p_shopname", "seller-name-text", "names")]
    [True, True, True, False]
    """
    return "name" in called and _CALLED.search(called) is not None


def seller_in(lines: Lines, shown: list[str]) -> str:
    """Who a sentence among the lower-case lines names as the seller, as ``shown``; "" without one."""
    for place, match in lines.matches(SENT_BY):
        is_aligned = place < len(shown) and len(shown[place]) == len(lines.lines[place])
        name = shown[place][slice(*match.span("name"))].strip() if is_aligned else ""
        if name and not _ANYBODY.fullmatch(name):
            return name
    return ""


def only_one(names: Iterable[str]) -> str:
    """The one name that all say; "" where several or none are said.

    >>> only_one(["Acme", "Acme"]), only_one(["Acme", "Bolt"])
    ('Acme', '')
    """
    said = {each for each in names if 1 < len(each) <= LONGEST_SELLER}
    return said.pop() if len(said) == 1 else ""
