"""What a page tells machines about its own goods 结构化数据: JSON-LD, microdata and meta tags, each
value with its path.

None of it is believed here; ``generic.py`` compares it with what a person sees.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from crawlers.platforms.embedded import Embedded, Node, plain_texts, types_of
from crawlers.platforms.kept import kept
from crawlers.platforms.tree import squash

JSONLD, MICRODATA, META, STATE = "json-ld", "microdata", "meta", "state"
_GOODS = frozenset({
    "product", "individualproduct", "productgroup", "productmodel",
    "book", "vehicle", "car", "event", "softwareapplication",
    "musicalbum", "movie", "course", "theaterevent", "musicevent", "videogame", "someproducts",
})  # fmt: skip
_OFFERS = ("offers", "offerDetails", "offer")
_MAKERS = ("brand", "manufacturer")
_MOST_OFFERS = 100


@dataclass(frozen=True, slots=True)
class Fact:
    """One value that the page gives machines."""

    field: str
    value: str
    layer: str
    path: str

    @property
    def source(self) -> str:
        """Layer and path, as provenance shows them."""
        return f"{self.layer}: {self.path}"


@dataclass(frozen=True)
class Facts:
    """All such values about the goods that the page is about."""

    found: tuple[Fact, ...]

    def of(self, field: str) -> list[Fact]:
        """Facts of one field, JSON-LD first, in document order."""
        return self._by_field.get(field, [])

    def values(self, field: str) -> list[str]:
        """Their values, equal ones once."""
        return list(dict.fromkeys(fact.value for fact in self.of(field)))

    @kept
    def _by_field(self) -> dict[str, list[Fact]]:
        fields: dict[str, list[Fact]] = {}
        for fact in self.found:
            fields.setdefault(fact.field, []).append(fact)
        return fields


_PATHS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("title", ("name",)),
    ("brand", ("brand",)),
    ("brand", ("isVariantOf", "brand")),
    ("brand", ("hasVariant", "brand")),
    ("brand", ("offers", "itemOffered", "brand")),
    ("brand", ("manufacturer",)),
    ("sku", ("sku",)),
    ("product_id", ("productID",)),
    ("product_id", ("identifier",)),
    ("gtin", ("gtin13",)),
    ("gtin", ("gtin14",)),
    ("gtin", ("gtin12",)),
    ("gtin", ("gtin8",)),
    ("gtin", ("gtin",)),
    ("gtin", ("isbn",)),
    ("mpn", ("mpn",)),
    ("model", ("model",)),
    ("category", ("category",)),
    ("description", ("description",)),
    ("image", ("image",)),
    ("rating", ("aggregateRating", "ratingValue")),
    ("best_rating", ("aggregateRating", "bestRating")),
    ("review_count", ("aggregateRating", "reviewCount")),
    ("rating_count", ("aggregateRating", "ratingCount")),
)
_OFFER_PATHS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("price", ("price",)),
    ("price", ("priceSpecification", "price")),
    ("low_price", ("lowPrice",)),
    ("high_price", ("highPrice",)),
    ("currency", ("priceCurrency",)),
    ("currency", ("pricecurrency",)),
    ("currency", ("currency",)),
    ("currency", ("priceSpecification", "priceCurrency")),
    ("availability", ("availability",)),
    ("seller", ("seller",)),
    ("offer_sku", ("sku",)),
    ("offer_gtin", ("gtin13",)),
    ("offer_mpn", ("mpn",)),
)
_TAGS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("title", ("og:title",)),
    ("price", ("product:price:amount", "og:price:amount", "product:sale_price:amount")),
    ("currency", ("product:price:currency", "og:price:currency", "currency")),
    ("availability", ("product:availability", "og:availability")),
    ("brand", ("product:brand", "og:brand", "brand")),
    ("product_id", ("product:retailer_item_id", "product:retailer_part_no")),
    ("sku", ("product:sku",)),
    ("gtin", ("product:ean", "product:upc", "product:isbn", "book:isbn")),
    ("mpn", ("product:mfr_part_no",)),
    ("description", ("og:description", "description")),
    ("image", ("og:image",)),
    ("site", ("og:site_name",)),
)


def facts_of(embedded: Embedded, *, headings: Sequence[str], url: str) -> Facts:
    """The facts about the goods that bear one of ``headings``, or stand alone on the page."""
    found: list[Fact] = []
    for layer, nodes in ((JSONLD, embedded.jsonld_nodes), (MICRODATA, embedded.microdata_nodes)):
        goods = [node for node in nodes if types_of(node, folded=True) & _GOODS]
        made = {name: each for each in nodes if isinstance(name := each.get("@id"), str) and "name" in each}
        for node in _own(goods, headings, url):
            found.extend(_facts(_with_makers(node, made), layer))
        if not goods:
            offers = [node for node in nodes if types_of(node, folded=True) & {"offer", "aggregateoffer"}]
            for offer in offers if len(offers) == 1 else ():
                found.extend(_of_node(offer, layer, _OFFER_PATHS, "Offer"))
        ratings = [node for node in nodes if types_of(node, folded=True) == {"aggregaterating"}]
        if len(ratings) == 1 and not any(fact.field == "rating" for fact in found):
            found.extend(_of_node({"aggregateRating": ratings}, layer, _PATHS, "page"))
        for trail in (node for node in nodes if "breadcrumblist" in types_of(node, folded=True)):
            found.extend(_crumbs(trail, layer))
    for field, names in _TAGS:
        for name in names:
            found.extend(Fact(field, value, META, name) for value in embedded.meta(name))
    return Facts(tuple(found))


def _own(goods: list[Node], headings: Sequence[str], url: str) -> list[Node]:
    if len(goods) <= 1:
        return goods
    folded = {_folded(heading) for heading in headings if heading}
    named = [
        node
        for node in goods
        if any(
            _same(_folded(name), heading) for name in plain_texts(_at(node, ("name",))) for heading in folded
        )
    ]
    addressed = [
        node
        for node in (named or goods)
        if any(_address(each) == _address(url) for each in plain_texts(_at(node, ("url",))))
    ]
    if addressed and (not named or len(named) > len(addressed)):
        return named or addressed
    if named:
        return named
    # Several things and none bears the heading: only the first of a page whose others are its
    # neighbours is meant.
    with_offers = [node for node in goods if any(key in node for key in _OFFERS)]
    return with_offers if len(with_offers) == 1 else goods[:1] if len(with_offers) == 0 else with_offers[:1]


def _same(name: str, heading: str) -> bool:
    return bool(name) and (
        name == heading or (len(name) > 5 and name in heading) or (len(heading) > 5 and heading in name)
    )


def _folded(text: str) -> str:
    return re.sub(r"\W+", " ", text).strip().casefold()


def _address(url: str) -> str:
    return url.partition("//")[2].split("?")[0].split("#")[0].rstrip("/")


def _facts(node: Node, layer: str) -> Iterator[Fact]:
    kind = next(iter(sorted(types_of(node))), "Product")
    yield from _of_node(node, layer, _PATHS, kind)
    offers = [offer for key in _OFFERS for offer in _at(node, (key,)) if isinstance(offer, dict)][
        :_MOST_OFFERS
    ]
    for inner in list(offers):
        offers.extend(each for each in _at(inner, ("offers",)) if isinstance(each, dict))
    variants = [each for each in _at(node, ("hasVariant",)) if isinstance(each, dict)][:_MOST_OFFERS]
    offers.extend(
        each for variant in variants for each in _at(variant, ("offers",)) if isinstance(each, dict)
    )
    for offer in offers:
        yield from _of_node(offer, layer, _OFFER_PATHS, f"{kind}.offers")


def _with_makers(node: Node, made: dict[str, Node]) -> Node:
    """A thing with its brand, where that is a reference to another thing of the page."""
    references = {key: node[key] for key in _MAKERS if isinstance(node.get(key), dict)}
    found = {
        key: made[str(value["@id"])] for key, value in references.items() if str(value.get("@id")) in made
    }
    return node | {key: each for key, each in found.items() if "name" not in references[key]}


def _of_node(node: Node, layer: str, paths: Iterable[tuple[str, tuple[str, ...]]], at: str) -> Iterator[Fact]:
    for field, keys in paths:
        for value in plain_texts(_at(node, keys)) if keys[0] in node else ():
            yield Fact(field, value[:5_000], layer, f"{at}.{'.'.join(keys)}")


def _crumbs(trail: Node, layer: str) -> Iterator[Fact]:
    for element in _at(trail, ("itemListElement",)):
        if isinstance(element, dict):
            names = plain_texts(_at(element, ("name",))) or plain_texts(_at(element, ("item", "name")))
            for name in names[:1]:
                yield Fact("crumb", squash(name), layer, "BreadcrumbList.itemListElement.name")


def _at(node: Node, keys: tuple[str, ...]) -> list[Any]:
    things: list[Any] = [node]
    for key in keys:
        inner: list[Any] = []
        for thing in things:
            if isinstance(thing, dict) and key in thing:
                value = thing[key]
                inner.extend(value if isinstance(value, list) else [value])
        things = inner
    return things
