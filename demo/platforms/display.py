"""What a shop's page says about its licence 亮照, from its kind of display and a platform's own texts."""

from random import Random
from typing import Any

from demo.phrases import fill
from demo.world import Display, Flaw, Shop

LINKS = frozenset({Display.LINK_LICENCE, Display.LINK_BADGE, Display.LINK_OPERATOR})
"""Displays that are a page of their own, one link away."""

_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
_LINKS = {
    Display.LINK_LICENCE: "营业执照信息",
    Display.LINK_BADGE: "亮照",
    Display.LINK_OPERATOR: "经营者信息",
    Display.DEAD_LINK: "营业执照信息",
}


def licence_texts(shop: Shop, texts: dict[str, Any], rng: Random) -> dict[str, Any]:
    """What a shop's page says about its licence, besides the platform's own footer.

    Keys: ``text`` in the shop's footer, ``hidden`` where it is kept out of sight, ``link`` label of the
    licence page, ``permits`` whether they stand there, ``article`` and ``note`` that mention a licence.
    """
    display = texts["display"]
    shown: dict[str, Any] = {"text": "", "link": _LINKS.get(shop.display, ""), "article": None, "note": ""}
    shown["hidden"] = shop.flaw is Flaw.HIDDEN
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
