"""What stands around a product in a shop page: menus, carts, other goods, reviews, scripts, style sheets.

Part of ``bench.fresh_pages``. Everything is drawn from a seed, in the words of one country (``words.yaml``),
so that the page is as long and as distracting as a real one and is the same on every run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from markupsafe import Markup, escape

Words = Mapping[str, Any]
_VOID = ("img", "input", "meta", "link", "br")
_TAG = re.compile(r"[\w-]+|[.#][\w-]+")


def el(tag: str, *inner: object, **attributes: object) -> Markup:
    """An element written like a selector: ``el("span.price#p", "9,90 €", itemprop="price")``."""
    name, *rest = _TAG.findall(tag)
    classes = " ".join(part[1:] for part in rest if part[0] == ".")
    own = {"class": classes, "id": "".join(part[1:] for part in rest if part[0] == "#")} | attributes
    named = {key.strip("_").replace("_", "-"): escape(value) for key, value in own.items() if value != ""}
    text = "".join(f' {key}="{value}"' for key, value in named.items())
    end = "" if name in _VOID else f"</{name}>"
    return Markup(f"<{name}{text}>{''.join(escape(part) for part in inner)}{end}")  # noqa: S704 - escaped


@dataclass(frozen=True, slots=True)
class Good:
    """Another article of the shop."""

    title: str
    price: str
    old: str
    number: Decimal
    slug: str
    stars: int


class Noise:
    """The surroundings of one page."""

    def __init__(self, words: Words, seed: str) -> None:
        self.words = words
        self.chance = Random(seed)  # noqa: S311 - a page that can be written again

    def money(self, amount: Decimal) -> str:
        """An amount as this country writes it."""
        pattern, thousands, mark, digits, _ = self.words["money"]
        shown = f"{amount:,.{digits}f}".replace(",", "\0").replace(".", mark).replace("\0", thousands)
        return str(pattern.format(shown))

    def amount(self, low: int = 4, high: int = 260) -> Decimal:
        """A likely price, in the money of the country."""
        digits, times = self.words["money"][3:]
        units = Decimal(self.chance.randint(low, high) * times)
        tail = Decimal(self.chance.choice(("0.00", "0.90", "0.99", "0.50", "0.45")))
        return units + (tail if digits else 0)

    @property
    def zero(self) -> str:
        """What an empty cart costs."""
        return self.money(Decimal(0))

    def goods(self, count: int, sale: float = 0.3) -> list[Good]:
        """Other articles, some of them reduced, no two of one name."""
        names = [f"{good} {kind}" for good in self.words["goods"] for kind in self.words["kinds"]]
        return [self._good(name, sale) for name in self.chance.sample(names, count)]

    def _good(self, name: str, sale: float) -> Good:
        number = self.amount()
        is_reduced = self.chance.random() < sale
        old = self.money(number + self.amount(3, 60)) if is_reduced else ""
        slug = f"{self.chance.randrange(10**4, 10**6)}"
        return Good(name, self.money(number), old, number, slug, self.chance.randint(3, 5))

    def cards(
        self,
        wrap: str = "ul.products",
        item: str = "li.product",
        title: str = "h2.title",
        price: str = "span.price",
        button: str = "a.button",
        count: int = 4,
    ) -> Markup:
        """A row of other goods with prices and buttons, in the classes of the theme."""
        return el(wrap, *(self._card(good, item, title, price, button) for good in self.goods(count)))

    def _card(self, good: Good, item: str, title: str, price: str, button: str) -> Markup:
        picture = el("img", src=f"/media/{good.slug}_300x.jpg", alt=good.title, loading="lazy", width=300)
        old = el("del", good.old) if good.old else ""
        link = el("a", picture, el(title, good.title), href=f"/p/{good.slug}")
        return el(item, link, el(price, old, " ", el("span", good.price)), el(button, self.words["add"]))

    def menu(self, tag: str = "nav.main-nav") -> Markup:
        """A menu of two levels, with a teaser that has a price of its own."""
        groups = []
        for at, name in enumerate(self.words["menu"]):
            under = [el("li", el("a", good.title, href=f"/c/{good.slug}")) for good in self.goods(9)]
            groups.append(el("li", el("a", name, href=f"/c/{at}"), el("ul.sub", *under)))
        teaser = self.goods(1)[0]
        groups.append(el("li.teaser", el("a", teaser.title, " ", teaser.price, href=f"/p/{teaser.slug}")))
        return el(tag, el("ul", *groups))

    def cart(self, tag: str = "div.mini-cart") -> Markup:
        """The empty cart in the header."""
        inner = (self.words["cart"], " ", el("span.count", "0"), " ", el("span.amount", self.zero))
        return el(tag, el("a", *inner, href="/cart"))

    def crumbs(self, *names: str, tag: str = "nav.breadcrumb", mark: str = " / ") -> Markup:
        """The path to the page; the last name is where the visitor is."""
        steps = [el("a", name, href=f"/c/{at}") for at, name in enumerate((self.words["home"], *names[:-1]))]
        return el(tag, *(part for step in steps for part in (step, mark)), el("span", names[-1]))

    def about(self, count: int = 12) -> Markup:
        """Paragraphs that describe."""
        texts = self.chance.choices(self.words["text"], k=count * 3)
        return Markup("").join(el("p", " ".join(texts[at::count])) for at in range(count))

    def reviews(self, count: int = 5, tag: str = "div.review") -> Markup:
        """What buyers wrote, each with stars and a day."""
        return Markup("").join(self._review(tag) for _ in range(count))

    def _review(self, tag: str) -> Markup:
        stars = self.chance.randint(2, 5)
        day = date(2019, 1, 1) + timedelta(self.chance.randrange(2500))
        shown = el("span.stars", "★" * stars + "☆" * (5 - stars), title=f"{stars}/5")
        return el(tag, shown, el("time", day.isoformat()), el("p", self.chance.choice(self.words["say"])))

    def ship(self, tag: str = "p.usp") -> Markup:
        """From what sum the delivery is free."""
        return el(tag, self.words["ship"].format(self.money(self.amount(30, 90).to_integral_value())))

    def footer(self, tag: str = "footer") -> Markup:
        """Links, the newsletter, the cookie notice."""
        links = [el("li", el("a", name, href=f"/s/{at}")) for at, name in enumerate(self.words["foot"])]
        mail = el("form.newsletter", el("p", self.words["mail"]), el("button", "OK"))
        cookie = el("div.cookie-bar", el("p", self.words["cookie"]), el("button", self.words["accept"]))
        return el(tag, el("ul", *links), mail, el("small", "© 2026")) + cookie

    def bulk(self, kilobytes: int = 0) -> Markup:
        """Style rules and settings of scripts, among them the shop's phrases for every case."""
        size = (kilobytes or self.chance.randint(12, 90)) * 1000
        parts, long = [], 0
        while long < size:
            parts.append(self._rule())
            long += len(parts[-1])
        phrases = {"i18n": {key: self.words[key] for key in ("add", "out", "in", "cart")}, "free_from": 49}
        script = f"<script>window.themeSettings={json.dumps(phrases, ensure_ascii=False)};</script>"
        return Markup(f"<style>{''.join(parts)}</style>{script}")  # noqa: S704 - our own words

    def _rule(self) -> str:
        name = self.chance.choice(("btn", "grid", "card", "price", "stock", "hero", "modal", "badge"))
        number = self.chance.randrange(10**4)
        return f".{name}-{number}>.{name}__{number % 97}{{margin:{number % 40}px;flex:1 1 {number % 100}%}}\n"


def ld(facts: Mapping[str, Any] | None, others: Sequence[Good] = ()) -> Markup:
    """Structured data as the shop states it, true or not; ``shape`` says in what form."""
    if not facts:
        return Markup("")
    thing = _product(facts)
    shape = facts.get("shape", "plain")
    whole: Any = {"@context": "https://schema.org/", **thing}
    if shape == "graph":
        around = [{"@type": "WebSite", "name": "Shop"}, {"@type": "BreadcrumbList", "itemListElement": []}]
        whole = {"@context": "https://schema.org", "@graph": [*around, thing]}
    if shape == "several":
        more = [_product({"name": each.title, "price": str(each.number), **_kept(facts)}) for each in others]
        whole = [{"@context": "http://schema.org", **each} for each in (*more[:1], thing, *more[1:])]
    text = json.dumps(whole, ensure_ascii=False, indent=facts.get("indent"))
    return Markup(f'<script type="application/ld+json">{text}</script>')  # noqa: S704 - our own words


def _kept(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {key: facts[key] for key in ("currency", "availability") if key in facts}


def _product(facts: Mapping[str, Any]) -> dict[str, Any]:
    same = {key: facts[key] for key in ("name", "sku", "mpn", "gtin13", "description") if key in facts}
    thing: dict[str, Any] = {"@type": "Product", **same}
    if "brand" in facts:
        thing["brand"] = {"@type": "Brand", "name": facts["brand"]}
    if "rating" in facts:
        value, count = facts["rating"]
        thing["aggregateRating"] = {"@type": "AggregateRating", "ratingValue": value, "reviewCount": count}
    offer = {"@type": "Offer", "priceCurrency": facts.get("currency"), "url": facts.get("url", "")}
    offer |= {key: facts[key] for key in ("price", "lowPrice", "highPrice") if key in facts}
    if "lowPrice" in facts:
        offer["@type"] = "AggregateOffer"
    if "availability" in facts:
        offer["availability"] = f"https://schema.org/{facts['availability']}"
    return thing | {"offers": offer}


def og(facts: Mapping[str, Any] | None) -> Markup:
    """Meta tags for social networks: ``title`` is og:title, other keys are named in full."""
    named = {f"og:{key}" if ":" not in key else key: value for key, value in (facts or {}).items()}
    return Markup("\n").join(_meta(key, value) for key, value in named.items())


def _meta(name: str, value: object) -> Markup:
    return Markup('<meta property="{}" content="{}">').format(name, value)
