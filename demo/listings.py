"""Listings 商品: titles, attributes, descriptions, prices, and the planted texts worked into them."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from demo.chance import few
from demo.numbers import make
from demo.phrases import Slots, fill
from demo.planting import Planned, unmarked
from demo.prices import price_path, retail_price
from demo.vocabulary import Category, Leaf, PlantText, Vocabulary
from demo.world import NO_BRAND, Listing, Plant, Shop

_PLAIN_SPECS = ["默认款", "精选款", "单件装", "两件装", "如图", "小号", "大号"]


@dataclass(slots=True)
class _Draft:
    """A listing in the making: what a planted text may still change."""

    title: str
    noun: str
    brand: str
    price: Decimal
    specs: list[str]
    attributes: dict[str, str]
    paragraphs: list[str]
    slots: Slots
    plants: list[Plant] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ListingMaker:
    """Makes listings from one vocabulary."""

    vocabulary: Vocabulary

    def make(
        self,
        listing_id: str,
        shop: Shop,
        category: Category,
        discount: str,
        planned: list[Planned],
        rng: Random,
    ) -> tuple[Listing, list[Plant]]:
        """A listing and what is planted in it; ``discount`` is a kind of price path or ``sold_out``."""
        leaf = rng.choice(category.leaves)
        draft = self._draft(shop, category, leaf, rng)
        for each in planned:
            self._plant(each, draft, listing_id, shop, rng)
        path = price_path(draft.price, discount, self.vocabulary.world.promotion, rng)
        pace = min(
            self.vocabulary.world.reviews.mean * rng.lognormvariate(-0.4, 0.9),
            self.vocabulary.world.reviews.most,
        )
        listing = Listing(
            id=listing_id,
            shop_id=shop.id,
            category=category.code,
            leaf=leaf.name,
            noun=draft.noun,
            title=draft.title,
            brand=draft.brand,
            prices=path,
            discount=discount,
            stock=0 if discount == "sold_out" else rng.randint(3, 4000),
            sold=10 + int(pace * 10 ** (0.8 + 2 * rng.random())),
            skus=tuple(few(rng, draft.specs, 1, 4)),
            attributes=tuple(draft.attributes.items()),
            paragraphs=tuple(draft.paragraphs),
            promises=tuple(few(rng, category.promises + self.vocabulary.common.promises, 2, 4)),
            search_text=" ".join(
                [draft.title, draft.brand, leaf.name, category.name, *category.search_words]
            ).lower(),
            pace=pace,
        )
        return listing, draft.plants

    def _draft(self, shop: Shop, category: Category, leaf: Leaf, rng: Random) -> _Draft:
        slots = self._slots(shop, category, leaf, rng)
        return _Draft(
            title=fill(rng.choice(category.titles), rng, slots),
            noun=str(slots["noun"]),
            brand=str(slots["brand"]),
            price=retail_price(*leaf.price, rng),
            specs=leaf.specs,
            attributes=self._attributes(category.attributes | leaf.attributes, slots, shop, rng),
            paragraphs=self._paragraphs(category.sentences, slots, rng),
            slots=slots,
        )

    def _slots(self, shop: Shop, category: Category, leaf: Leaf, rng: Random) -> dict[str, str | list[str]]:
        return {
            **self.vocabulary.common.slots,
            "noun": rng.choice(leaf.nouns),
            "brand": rng.choice(category.brands),
            "spec": rng.choice(leaf.specs),
            "feature": leaf.features,
            "leaf": leaf.name,
            "city": shop.place.city,
            "province": shop.place.province,
        }

    def _attributes(
        self, category: dict[str, list[str]], slots: Slots, shop: Shop, rng: Random
    ) -> dict[str, str]:
        common = self.vocabulary.common.attributes
        chosen = {"品牌": ["{brand}"], "商品名称": ["{noun}"], **category}
        chosen |= {
            name: common[name]
            for name in few(rng, list(common), max(3, 11 - len(chosen)), max(7, 11 - len(chosen)))
            if name not in chosen
        }
        return {name: self._value(rng.choice(values), slots, shop, rng) for name, values in chosen.items()}

    def _value(self, value: str, slots: Slots, shop: Shop, rng: Random) -> str:
        if value.startswith("@date:"):
            day = self.vocabulary.world.now.date() - timedelta(days=rng.randint(10, int(value[6:])))
            return _written(day, rng)
        if value.startswith("@"):
            return make(value[1:], shop.place, rng)
        return fill(value, rng, slots)

    def _paragraphs(self, sentences: list[str], slots: Slots, rng: Random) -> list[str]:
        own = few(rng, sentences, 4, 7)
        general = few(rng, self.vocabulary.common.sentences, 2, 4)
        return [fill(text, rng, slots) for text in [*own, *general]]

    def _plant(self, planned: Planned, draft: _Draft, listing_id: str, shop: Shop, rng: Random) -> None:
        own_goods = planned.field == "title" and "{noun}" not in planned.text.text
        slots = {**draft.slots, "spec": _PLAIN_SPECS} if own_goods else draft.slots
        marked = fill(planned.text.text, rng, slots)
        shown, quote = unmarked(marked, self.vocabulary.traditional, rng, disguised=planned.disguised)
        if own_goods and planned.text.sentences:
            self._replace_goods(draft, planned.text, shop, rng)
        elif own_goods:
            self._rename_goods(draft, planned.text, rng)
        if planned.field == "title":
            draft.title = shown
        else:
            draft.paragraphs.insert(rng.randint(1, len(draft.paragraphs)), shown)
        draft.plants.append(
            Plant(
                rule=planned.rule,
                subject=listing_id,
                kind="listing",
                field=planned.field,
                quote=quote,
                lookalike=planned.lookalike,
            )
        )

    def _replace_goods(self, draft: _Draft, text: PlantText, shop: Shop, rng: Random) -> None:
        slots = {**draft.slots, "noun": text.noun, "brand": NO_BRAND, "spec": _PLAIN_SPECS}
        draft.noun, draft.brand = text.noun, NO_BRAND
        draft.price, draft.specs = retail_price(*text.price, rng), _PLAIN_SPECS
        draft.attributes = self._attributes(text.attributes, slots, shop, rng)
        draft.paragraphs = self._paragraphs(text.sentences, slots, rng)

    def _rename_goods(self, draft: _Draft, text: PlantText, rng: Random) -> None:
        """Other goods of the same brand and category, which keep its certificates."""
        draft.noun, draft.specs = text.noun, _PLAIN_SPECS
        draft.attributes["商品名称"] = text.noun
        slots = {**draft.slots, "noun": text.noun, "spec": _PLAIN_SPECS}
        draft.paragraphs = self._paragraphs(self.vocabulary.innocent, slots, rng)


def _written(day: date, rng: Random) -> str:
    return rng.choice([f"{day:%Y-%m-%d}", f"{day:%Y年%m月%d日}", f"{day:%Y/%m/%d}"])
