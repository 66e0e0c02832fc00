"""How Lingang writes facts down 展示: sales counts, prices, and the data block of an item page."""

import json
from decimal import Decimal

from demo.world import Listing, Price


def sales_text(sold: int) -> str:
    """A sales count as cards show it.

    >>> [sales_text(n) for n in (7, 86, 128, 2480, 12800)]
    ['7人付款', '80+人付款', '100+人付款', '2000+人付款', '1.2万+人付款']
    """
    if sold < 10:
        return f"{sold}人付款"
    if sold >= 10_000:
        return f"{sold // 1000 / 10:g}万+人付款"
    unit = 10 ** (len(str(sold)) - 1)
    return f"{sold // unit * unit}+人付款"


def money(price: Decimal) -> tuple[str, str]:
    """Yuan before and after the point, which the site sets in different sizes.

    >>> money(Decimal("39.90"))
    ('39', '90')
    """
    whole, _, rest = f"{price:.2f}".partition(".")
    return whole, rest


def item_blob(listing: Listing, price: Price, reviews: int) -> str:
    """The JSON of ``window.__ITEM__``, safe inside a script element; prices in fen 分."""
    asked = None if not listing.stock else _fen(price.asked)
    skus = [
        {
            "skuId": f"{listing.id}{place:02d}",
            "name": name,
            "price": asked,
            "stock": listing.stock // len(listing.skus),
        }
        for place, name in enumerate(listing.skus, start=1)
    ]
    data = {
        "itemId": listing.id,
        "skuId": skus[0]["skuId"],
        "shopId": listing.shop_id,
        "catCode": listing.category,
        "title": listing.title,
        "price": asked,
        "linePrice": _fen(price.struck) if price.struck and listing.stock else None,
        "promo": price.promotion or None,
        "stock": listing.stock,
        "sold": listing.sold,
        "commentCount": reviews,
        "skus": skus,
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _fen(price: Decimal) -> int:
    return int(price * 100)
