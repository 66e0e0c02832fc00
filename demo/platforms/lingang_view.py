"""How Lingang writes facts down 展示: sales counts, prices, the data block of an item page, licence texts."""

import json
from decimal import Decimal
from random import Random
from typing import Any

from demo.phrases import fill
from demo.world import Display, Listing, Price, Shop

_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_LINKS = {
    Display.LINK_LICENCE: "营业执照信息",
    Display.LINK_BADGE: "亮照",
    Display.LINK_OPERATOR: "经营者信息",
    Display.DEAD_LINK: "营业执照信息",
}


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


def licence_texts(shop: Shop, texts: dict[str, Any], rng: Random) -> dict[str, Any]:
    """What a shop's page says about its licence, besides the platform's own footer.

    Keys: ``text`` in the shop's footer, ``link`` label of the licence page, ``permits`` whether they stand
    there, ``article`` and ``note`` that merely mention a licence.
    """
    display = texts["display"]
    shown: dict[str, Any] = {"text": "", "link": _LINKS.get(shop.display, ""), "article": None, "note": ""}
    shown["permits"] = shop.display in (Display.FOOTER_TEXT, Display.FOOTER_UNUSUAL)
    if shop.display in display and shop.display not in (Display.ARTICLE_MENTION, Display.INVOICE_MENTION):
        shown["text"] = fill(
            rng.choice(display[shop.display]), rng, _operator_slots(shop, display["exemptions"])
        )
    if shop.display is Display.PLATFORM_ONLY:
        shown["text"] = f"{texts['operator']}　营业执照　统一社会信用代码：{texts['code']}"
    if shop.display is Display.ARTICLE_MENTION or rng.random() < 0.06:
        shown["article"] = rng.choice(display["article_mention"])
    # Honest shops write about invoices too, so the words alone tell nothing.
    if shop.display is Display.INVOICE_MENTION or rng.random() < 0.15:
        shown["note"] = rng.choice(display["invoice_mention"])
    return shown


def _operator_slots(shop: Shop, exemptions: list[str]) -> dict[str, str | list[str]]:
    operator, code = shop.operator, shop.operator.code
    return {
        "name": operator.name,
        "code": code,
        "wide_code": code.translate(_WIDE),
        "spaced_code": " ".join(code[start : start + 6] for start in range(0, len(code), 6)),
        "address": operator.address,
        "phone": operator.phone,
        "exemption": exemptions,
    }
