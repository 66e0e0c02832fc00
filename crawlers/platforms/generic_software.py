"""Which shop software 建站系统 runs a site, by the marks that it leaves in its pages; "" when none is known.

What a family puts into its pages for its own scripts is read by ``generic_families.py``.
"""

from __future__ import annotations

from itertools import islice

from crawlers.platforms.generic_walk import Parts
from crawlers.platforms.phrases import Phrases
from crawlers.platforms.tree import Element, xpath

_LINKS = xpath("/html/head/link/@href")
_BODY = xpath("/html/body/@class")
_MOST, _LONGEST = 150, 300
_FAMILIES: tuple[tuple[str, Phrases], ...] = tuple(
    (name, Phrases(marks))
    for name, marks in (
        ("Shopify", r"cdn\.shopify\.com|/shopifycloud/|myshopify\.com"),
        ("WooCommerce", r"woocommerce"),
        ("Magento", r"/static/(?:version\d+/)?frontend/|mage/|magento|catalog-product-view"),
        ("OpenCart", r"catalog/view/(?:theme|javascript)|opencart"),
        ("PrestaShop", r"prestashop|/modules/ps_|themes/[\w-]+/assets/cache/"),
        ("Shopware", r"shopware|/bundles/storefront/|engine/shopware"),
        ("ECShop", r"ecshop"),
        ("HiShop", r"hishop"),
        ("Youzan 有赞", r"youzan|yzcdn\.cn"),
        ("Weidian 微店", r"weidian|geilicdn\.com"),
    )
)


_ANY = Phrases("|".join(marks.pattern.pattern for _, marks in _FAMILIES))
KNOWN = tuple(name for name, _ in _FAMILIES)
"""Names of the families."""


def software_of(root: Element, parts: Parts) -> str:
    """Name of the family whose marks the page bears first."""
    generators = [
        each.get("content") for each in parts.metas if (each.get("name") or "").lower() == "generator"
    ]
    sources = filter(None, (each.get("src") for each in parts.scripts))
    marks = [*generators, *_LINKS(root)[:_MOST], *islice(sources, _MOST), *_BODY(root)]
    text = "\n".join(str(mark)[:_LONGEST] for mark in marks if mark).lower()
    if not _ANY.are_in(text):
        return ""
    return next((name for name, marks in _FAMILIES if marks.are_in(text)), "")
