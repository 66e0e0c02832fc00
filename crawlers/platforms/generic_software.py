"""Which shop software 建站系统 runs a site, by the marks that it leaves in its pages; "" when none is known.

What a family puts into its pages for its own scripts is read by ``generic_families.py``.
"""

from __future__ import annotations

import re

from crawlers.platforms.tree import Element, xpath

_MARKS = tuple(
    map(
        xpath,
        (
            "//meta[@name='generator' or @name='Generator']/@content",
            "/html/head/link/@href",
            "//script/@src",
            "/html/body/@class",
        ),
    )
)
_MOST = 150
_FAMILIES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(marks, re.IGNORECASE))
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


KNOWN = tuple(name for name, _ in _FAMILIES)
"""Names of the families."""


def software_of(root: Element) -> str:
    """Name of the family whose marks the page bears first."""
    marks = "\n".join(str(mark)[:300] for query in _MARKS for mark in query(root)[:_MOST])
    return next((name for name, pattern in _FAMILIES if pattern.search(marks)), "")
