"""Builds a market 集市 from a seed; the same seed and sizes give the same market in every process."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from demo.campaigns import CampaignMaker
from demo.chance import apportioned, number, shuffled, stream
from demo.licences import licence_plants, with_flaws, with_operators_of
from demo.listings import ListingMaker
from demo.planting import plan
from demo.prices import EARLY_RISE, FAKE, FICTITIOUS, NONE
from demo.reviews import ReviewMaker, newest_first
from demo.shops import BREACHES, all_shops
from demo.vocabulary import Category, MarketSettings, Vocabulary, load_vocabulary
from demo.world import Display, Listing, Plant, Review, Shop

SEED = 20261111
PLATFORM = "lingang"
_PRICE_RULE, _BASE_RULE, _LICENCE_RULE = "PRICE-FAKE-DISCOUNT", "PRICE-NO-BASE", "LIC-MISSING"
_ODD_DISPLAYS = frozenset({Display.FOOTER_UNUSUAL, Display.LINK_BADGE, Display.EXEMPT})


@dataclass(frozen=True, slots=True)
class Market:
    """A whole world: shops and listings by id, what is planted in them, and reviews on demand."""

    seed: int
    vocabulary: Vocabulary
    shops: dict[str, Shop]
    listings: dict[str, Listing]
    shop_listings: dict[str, list[Listing]]
    plants: tuple[Plant, ...]
    ordered_reviews: dict[str, list[Review]]
    habits: dict[str, str]
    _reviews: dict[str, tuple[Review, ...]] = field(default_factory=dict, repr=False, compare=False)

    def reviews_of(self, listing: Listing, now: datetime | None = None) -> tuple[Review, ...]:
        """The listing's reviews up to ``now``, newest first."""
        if listing.id not in self._reviews:
            honest = ReviewMaker(self.vocabulary, self.seed).honest(
                listing, self.habits.get(listing.shop_id, "")
            )
            self._reviews[listing.id] = newest_first([*honest, *self.ordered_reviews.get(listing.id, [])])
        reviews = self._reviews[listing.id]
        return reviews if now is None else tuple(review for review in reviews if review.posted_at <= now)

    def category(self, code: str) -> Category | None:
        """The category of that code, if there is one."""
        return self.vocabulary.by_code.get(code)

    def within(self, code: str) -> frozenset[str]:
        """The code and those of the categories below it."""
        below = [each.code for each in self.vocabulary.categories if each.parent == code]
        return frozenset([code]).union(*(self.within(each) for each in below))


def build_market(
    seed: int = SEED, *, platform: str = PLATFORM, shops: int | None = None, listings: int | None = None
) -> Market:
    """A platform's market of the size in ``data/world.yaml``, or of that given.

    Raises:
        KeyError: ``data/world.yaml`` knows no such platform.
    """
    vocabulary = load_vocabulary()
    size = vocabulary.world.markets[platform]
    base = seed
    if platform != PLATFORM:
        # Another platform has other shops, whatever its size.
        seed = number(seed, "market", platform)
    all_of_them = _named(all_shops(vocabulary, seed, shops or size.shops, size.categories), size)
    if not size.shop_id:
        all_of_them = with_flaws(all_of_them, vocabulary, seed)
        if platform != PLATFORM:
            here = vocabulary.world.markets[PLATFORM]
            first = with_flaws(
                all_shops(vocabulary, base, shops or here.shops, here.categories), vocabulary, base
            )
            all_of_them = with_operators_of(first, all_of_them, vocabulary, seed)
    goods, plants = _listings(vocabulary, seed, all_of_them, listings or size.listings)
    by_shop: dict[str, list[Listing]] = {shop.id: [] for shop in all_of_them}
    for listing in goods.values():
        by_shop[listing.shop_id].append(listing)
    ordered = CampaignMaker(ReviewMaker(vocabulary, seed)).ordered(all_of_them, by_shop)
    # What was ordered was bought too, at least on paper 刷单.
    goods = {
        each: replace(listing, sold=listing.sold + len(ordered.reviews.get(each, ())))
        for each, listing in goods.items()
    }
    by_shop = {shop: [goods[listing.id] for listing in of_shop] for shop, of_shop in by_shop.items()}
    return Market(
        seed=seed,
        vocabulary=vocabulary,
        shops={shop.id: shop for shop in all_of_them},
        listings=goods,
        shop_listings=by_shop,
        plants=(
            *plants,
            *_displays(all_of_them),
            *licence_plants(all_of_them),
            *_filing(size),
            *_discounts(goods),
            *ordered.plants,
        ),
        ordered_reviews=ordered.reviews,
        habits=ordered.habits,
    )


def _named(shops: list[Shop], size: MarketSettings) -> list[Shop]:
    """The shops, the first under the name and with the display that its market gives it."""
    if not size.shop_id:
        return shops
    first = replace(shops[0], id=size.shop_id, name=size.shop_name, display=Display(size.display))
    return [first, *shops[1:]]


def _listings(
    vocabulary: Vocabulary, seed: int, shops: list[Shop], count: int
) -> tuple[dict[str, Listing], list[Plant]]:
    ids = _ids(vocabulary, seed, count)
    owners = dict(zip(ids, _owners(seed, shops, count), strict=True))
    codes = {each: stream(seed, "category", each).choice(owners[each].categories) for each in ids}
    by_category: dict[str, list[str]] = {}
    for each, code in codes.items():
        by_category.setdefault(code, []).append(each)
    planned, discounts = (
        plan(vocabulary.violations, by_category, seed),
        _discount_kinds(vocabulary, seed, ids),
    )
    maker, goods, plants = ListingMaker(vocabulary), {}, []
    for each in ids:
        category, rng = vocabulary.by_code[codes[each]], stream(seed, "listing", each)
        goods[each], planted = maker.make(
            each, owners[each], category, discounts[each], planned.get(each, []), rng
        )
        plants += planted
    return goods, plants


def _ids(vocabulary: Vocabulary, seed: int, count: int) -> list[str]:
    rng, item, ids = stream(seed, "ids"), vocabulary.world.first_item, []
    for _ in range(count):
        item += rng.randint(1, vocabulary.world.item_step)
        ids.append(str(item))
    return ids


def _owners(seed: int, shops: list[Shop], count: int) -> list[Shop]:
    """The shop of each listing: a few large shops, many small ones, none empty if listings suffice."""
    rng = stream(seed, "owners")
    weights = [rng.lognormvariate(0, 0.8) for _ in shops]
    spare = apportioned(max(count - len(shops), 0), [weight / sum(weights) for weight in weights])
    owners = [shop for shop, more in zip(shops, spare, strict=True) for _ in range(more + 1)]
    owners += rng.choices(shops, k=max(count - len(owners), 0))
    rng.shuffle(owners)
    return owners[:count]


def _discount_kinds(vocabulary: Vocabulary, seed: int, ids: list[str]) -> dict[str, str]:
    shares = vocabulary.world.promotion.shares
    counts = apportioned(len(ids), shares.values())
    kinds = [kind for kind, count in zip(shares, counts, strict=True) for _ in range(count)]
    kinds += [NONE] * (len(ids) - len(kinds))
    return dict(zip(shuffled(seed, "discount", ids), kinds, strict=True))


def _displays(shops: list[Shop]) -> list[Plant]:
    breaches = [
        Plant(rule=_LICENCE_RULE, subject=shop.id, kind="shop") for shop in shops if shop.display in BREACHES
    ]
    odd = [
        Plant(rule=_LICENCE_RULE, subject=shop.id, kind="shop", lookalike=True)
        for shop in shops
        if shop.display in _ODD_DISPLAYS
    ]
    return breaches + odd


def _filing(size: MarketSettings) -> list[Plant]:
    """A website of one shop needs an ICP number; the bundled one has only applied for it."""
    return [Plant(rule="ICP-MISSING", subject=size.shop_id, kind="shop")] if size.shop_id else []


def _discounts(goods: dict[str, Listing]) -> list[Plant]:
    cuts = [
        Plant(rule=_PRICE_RULE, subject=listing.id, kind="listing", lookalike=listing.discount == EARLY_RISE)
        for listing in goods.values()
        if listing.discount in (FAKE, FICTITIOUS, EARLY_RISE)
    ]
    unexplained = [
        Plant(rule=_BASE_RULE, subject=listing.id, kind="listing")
        for listing in goods.values()
        if listing.discount == FICTITIOUS
    ]
    return cuts + unexplained
