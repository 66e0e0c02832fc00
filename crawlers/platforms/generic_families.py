"""What shop software 建站系统 puts into its pages for its own scripts: data by family, after its documents.

Another machine-readable layer like JSON-LD: none of it is believed here, the price least of all. ``SEEN``
says what was met on real pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from crawlers.platforms.embedded import tolerant_json
from crawlers.platforms.generic_facts import STATE, Fact
from crawlers.platforms.tree import Element, Query, squash, text_of, xpath

_LONGEST_STATE = 4_000_000
_MOST_VALUES = 200
_MOST_BLOCKS = 20
_MOST_VISITED = 20_000
_LONGEST_VALUE = 2_000
_MINOR = re.compile(r"\d{1,15}")
_DECIMAL = re.compile(r"\d{1,12}\.\d{1,4}")
_FLAGS = {True: "InStock", False: "OutOfStock"}


@dataclass(frozen=True)
class State:
    """One place with JSON; the keys of a path are parted by dots, and ``[]`` opens a list."""

    query: Query
    fields: Mapping[str, str]
    after: str = ""
    """The object behind this mark in a script, in place of the whole text."""
    within: str = ""
    """Name of the key, anywhere in the JSON, whose value is meant."""
    variants: str = ""
    """Path of the variants, each with ``variant_name`` and ``variant_price``."""
    variant_name: str = "title"
    variant_price: str = "price"
    is_minor: bool = False
    """Prices are whole cents or fen."""


@dataclass(frozen=True)
class Family:
    """The states and plain values of one software's product page."""

    states: tuple[State, ...] = ()
    values: Mapping[str, Query] = field(default_factory=dict)
    """Field to elements or attributes whose text is the value."""


_SHOPIFY_FIELDS = {
    "title": "title",
    "brand": "vendor",
    "price": "price",
    "availability": "available",
    "sku": "variants.[].sku",
    "gtin": "variants.[].barcode",
}
FAMILIES: Mapping[str, Family] = {
    "Shopify": Family(
        states=(
            State(
                query=xpath(
                    "//script[@type='application/json'][@data-product-json or contains(@id, 'ProductJson')"
                    " or contains(@id, 'product-json')]"
                ),
                fields=_SHOPIFY_FIELDS,
                variants="variants",
                is_minor=True,
            ),
            State(
                query=xpath("//script[contains(., 'var meta = ')]"),
                after="var meta = ",
                fields={
                    "brand": "product.vendor",
                    "price": "product.variants.[].price",
                    "sku": "product.variants.[].sku",
                },
                variants="product.variants",
                variant_name="public_title",
                is_minor=True,
            ),
        )
    ),
    "WooCommerce": Family(
        states=(
            State(
                query=xpath("//form[@data-product_variations]/@data-product_variations"),
                fields={
                    "price": "[].display_price",
                    "sku": "[].sku",
                    "availability": "[].is_in_stock",
                },
                variants="",
            ),
        ),
        values={"sku": xpath("//*[contains(@class, 'product_meta')]//*[contains(@class, 'sku')]")},
    ),
    "Magento": Family(
        states=(
            State(
                query=xpath("//script[@type='text/x-magento-init'][contains(., 'jsonConfig')]"),
                within="jsonConfig",
                fields={"price": "prices.finalPrice.amount", "product_id": "productId"},
            ),
        ),
        values={
            "price": xpath(
                "//*[contains(@class, 'product-info-main')]"
                "//*[@data-price-type='finalPrice'][@data-price-amount]/@data-price-amount"
            ),
        },
    ),
    "PrestaShop": Family(
        states=(
            State(
                query=xpath("id('product-details')/@data-product"),
                fields={
                    "title": "name",
                    "price": "price_amount",
                    "sku": "reference",
                    "product_id": "id_product",
                    "gtin": "ean13",
                    "stock": "quantity",
                },
            ),
        )
    ),
    "OpenCart": Family(values={"product_id": xpath("//*[@id='product']//input[@name='product_id']/@value")}),
    "Shopware": Family(
        values={
            "sku": xpath(
                "//*[contains(@class, 'product-detail-ordernumber') and not(contains(@class, 'label'))]"
                " | //*[contains(@class, 'entry--sku')]//*[contains(@class, 'entry--content')]"
            ),
        }
    ),
    "ECShop": Family(
        values={
            "price": xpath("id('ECS_SHOPPRICE')"),
            "product_id": xpath("//form[@name='ECS_FORMBUY']//input[@name='goods_id']/@value"),
        }
    ),
    "HiShop": Family(
        values={
            "price": xpath("//*[contains(@id, 'lblBuyPrice')]"),
            "stock": xpath("//*[contains(@id, 'lblStock')]"),
            "sku": xpath("//*[contains(@id, 'litProductCode')]"),
        }
    ),
    "Youzan 有赞": Family(
        states=(
            State(
                query=xpath("//script[contains(., '_global = ')]"),
                after="_global = ",
                fields={
                    "title": "goods.title",
                    "price": "goods.price",
                    "product_id": "goods.id",
                    "stock": "goods.total_stock",
                },
            ),
        )
    ),
    "Weidian 微店": Family(
        states=(
            State(
                query=xpath("//*[@id='__rocker-render-inject__']/@data-obj"),
                within="item_info",
                fields={"title": "item_name", "price": "price", "product_id": "item_id", "stock": "stock"},
            ),
        )
    ),
}
SEEN: Mapping[str, str] = {
    "Shopify": "state read on captures, 2020",
    "Magento": "recognised on captures, 2020; its state only after its documents",
}
"""What was met on real pages; every other family is known from its documents and default themes alone."""


def family_facts(software: str, root: Element) -> Iterator[Fact]:
    """What the page of a family tells its own scripts; nothing where the family is unknown."""
    family = FAMILIES.get(software)
    if family is None:
        return
    for state in family.states:
        for block in state.query(root)[:_MOST_BLOCKS]:
            value = _json_in(text_of(block) if not isinstance(block, str) else block, state)
            yield from _facts(value, state, software)
    for name, query in family.values.items():
        for found in query(root)[:1]:
            if text := text_of(found)[:_LONGEST_VALUE]:
                yield Fact(name, text, STATE, f"{software}: {getattr(query, 'path', '')}")


def _json_in(text: str, state: State) -> Any:
    text = text[:_LONGEST_STATE]
    if state.after:
        start = text.find(state.after)
        text = _balanced(text[start + len(state.after) :]) if start >= 0 else ""
    value = tolerant_json(text) if text else None
    return _named(value, state.within) if state.within else value


def _balanced(text: str) -> str:
    """The JSON object that a script begins with, up to its closing brace."""
    depth, in_text, escaped = 0, False, False
    for place, letter in enumerate(text):
        if in_text:
            in_text = letter != '"' or escaped
            escaped = letter == "\\" and not escaped
        elif letter == '"':
            in_text = True
        elif letter in "{}":
            depth += 1 if letter == "{" else -1
            if not depth:
                return text[: place + 1]
        elif not depth and not letter.isspace():
            return ""
    return ""


def _named(value: Any, name: str) -> Any:
    waiting, left = [value], _MOST_VISITED
    while waiting and left:
        left -= 1
        thing = waiting.pop(0)
        if isinstance(thing, dict):
            if isinstance(thing.get(name), dict):
                return thing[name]
            waiting.extend(thing.values())
        elif isinstance(thing, list):
            waiting.extend(thing)
    return None


def _facts(value: Any, state: State, software: str) -> Iterator[Fact]:
    for name, path in state.fields.items():
        for found in _at(value, path)[:_MOST_VALUES]:
            if text := _text(name, found, state):
                yield Fact(name, text, STATE, f"{software}: {path}")
    if not state.variants:
        return
    for variant in (_at(value, f"{state.variants}.[]"))[:_MOST_VALUES]:
        if isinstance(variant, dict) and (amount := _text("price", variant.get(state.variant_price), state)):
            label = squash(str(variant.get(state.variant_name) or ""))[:80]
            yield Fact("variant", f"{label}\x1f{amount}", STATE, f"{software}: {state.variants}")


def _at(value: Any, path: str) -> list[Any]:
    things = [value]
    for key in path.split("."):
        if key == "[]":
            things = [inner for thing in things if isinstance(thing, list) for inner in thing[:_MOST_VALUES]]
        else:
            things = [thing[key] for thing in things if isinstance(thing, dict) and key in thing]
    return things


def _text(name: str, value: Any, state: State) -> str:
    """A value as a fact has it: an amount with its point, a flag as availability, text as it is."""
    if isinstance(value, bool):
        return _FLAGS[value] if name == "availability" else ""
    text = squash(value) if isinstance(value, str) else ""
    if name != "price":
        return text[:_LONGEST_VALUE]
    if state.is_minor:
        return f"{Decimal(text).scaleb(-2)}" if _MINOR.fullmatch(text) else ""
    # A whole number may be cents; only what has a point is an amount for certain.
    return (
        text if _DECIMAL.fullmatch(text) or (text.isdigit() and len(text) <= 4 and state.after == "") else ""
    )
