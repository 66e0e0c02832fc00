"""Ordered reviews 刷评 and what merely looks like them, as ``data/reviews.yaml`` describes each kind."""

from bisect import insort
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from demo.chance import apportioned, few, shuffled, stream
from demo.phrases import fill
from demo.reviews import ReviewMaker, nickname_of, review_id
from demo.vocabulary import ReviewCampaign
from demo.world import Listing, Plant, Review, Shop

DUPLICATE = "REVIEW-DUPLICATE"
_HABITS = ("defaults", "shorts", "long_winded")
# Ids of honest reviews end below this.
_FIRST_NUMBER = 100
_FIRST_ACCOUNT = 3_000_000_000


@dataclass(frozen=True, slots=True)
class Ordered:
    """The campaigns of a market: reviews by listing, what they prove, and honest shops with an odd habit."""

    reviews: dict[str, list[Review]] = field(default_factory=dict)
    plants: list[Plant] = field(default_factory=list)
    habits: dict[str, str] = field(default_factory=dict)

    def add(self, review: Review) -> None:
        """Keeps a review in its place."""
        insort(self.reviews.setdefault(review.listing_id, []), review, key=lambda each: each.id)

    def next_number(self, listing: Listing) -> int:
        """The number of the next review of a listing."""
        return _FIRST_NUMBER + len(self.reviews.get(listing.id, ()))


@dataclass(frozen=True, slots=True)
class CampaignMaker:
    """Writes the campaigns of one market; every campaign has a stream of its own."""

    maker: ReviewMaker

    def ordered(self, shops: list[Shop], listings: dict[str, list[Listing]]) -> Ordered:
        """Campaigns on exact shares of the listings, each in one at most; ``listings`` are by shop."""
        result = Ordered()
        for shop_id, habit in self._odd_shops(shops, listings):
            result.habits[shop_id] = habit
            self._habit(shop_id, habit, listings[shop_id], result)
        goods = {each.id: each for of_shop in listings.values() for each in of_shop}
        free = iter(
            goods[each]
            for each in shuffled(self.maker.seed, "campaign", goods)
            if goods[each].shop_id not in result.habits
        )
        campaigns = self.maker.vocabulary.reviews.campaigns
        counts = apportioned(len(goods), [campaign.share for campaign in campaigns])
        for campaign, count in zip(campaigns, counts, strict=True):
            # A group needs several listings to be one, and a small market has a smaller one.
            together = min(campaign.together, max(len(goods) // 25, 4))
            chosen = [each for _, each in zip(range(max(count, together)), free, strict=False)]
            for first in range(0, len(chosen), together):
                self._run(campaign, first, chosen[first : first + together], goods, result)
        return result

    def _odd_shops(self, shops: list[Shop], listings: dict[str, list[Listing]]) -> Iterator[tuple[str, str]]:
        busy = [shop.id for shop in shops if len(listings[shop.id]) >= 3]
        count = max(round(len(shops) * self.maker.vocabulary.world.reviews.odd_shops), 1)
        chosen = shuffled(self.maker.seed, "odd shop", busy)[:count]
        yield from ((shop, _HABITS[place % len(_HABITS)]) for place, shop in enumerate(chosen))

    def _run(
        self,
        campaign: ReviewCampaign,
        number: int,
        chosen: list[Listing],
        goods: dict[str, Listing],
        result: Ordered,
    ) -> None:
        rng = stream(self.maker.seed, "campaign", campaign.name, number)
        people = [f"{_FIRST_ACCOUNT + rng.randrange(10**9)}" for _ in range(rng.randint(*campaign.people))]
        texts = few(rng, campaign.texts, *campaign.kinds_of_text)
        for listing in chosen:
            start = self._start(campaign, rng)
            accounts = people or [""] * rng.randint(*campaign.reviews)
            written = [
                self._review(campaign, listing, start, account, texts, rng, result) for account in accounts
            ]
            result.plants.append(
                Plant(
                    rule=campaign.rule,
                    subject=listing.id,
                    kind="listing",
                    quote=written[0].text,
                    lookalike=campaign.lookalike,
                    evidence_ids=tuple(sorted(review.id for review in written)),
                )
            )
        # Honest-looking reviews elsewhere 伪装: what the group's accounts do to look like anybody else.
        for account in people:
            for each in few(rng, sorted(goods), *campaign.cover):
                listing, moment = goods[each], self.maker.moment(rng)
                text = self.maker.text(listing, 5, self.maker.slots(listing), 0.16, rng)
                self._add(listing, moment, 5, text, account, "", rng, result)

    def _review(
        self,
        campaign: ReviewCampaign,
        listing: Listing,
        start: datetime,
        account: str,
        texts: list[str],
        rng: Random,
        result: Ordered,
    ) -> Review:
        stars = rng.choices((5, 4, 3, 2, 1), campaign.stars)[0]
        slots = {**self.maker.slots(listing), **campaign.slots}
        if campaign.silent:
            text = self.maker.vocabulary.reviews.default
        elif texts:
            text = fill(rng.choice(texts), rng, slots)
            text = _edited(text, rng) if rng.random() < campaign.edited else text
        else:
            text = self.maker.text(listing, stars, slots, 0.16, rng)
        kind = "" if campaign.lookalike else campaign.rule
        moment = start + timedelta(minutes=rng.randint(0, round(campaign.days * 24 * 60)))
        return self._add(listing, moment, stars, text, account, kind, rng, result)

    def _add(
        self,
        listing: Listing,
        moment: datetime,
        stars: int,
        text: str,
        account: str,
        campaign: str,
        rng: Random,
        result: Ordered,
    ) -> Review:
        review = Review(
            id=review_id(listing, result.next_number(listing)),
            listing_id=listing.id,
            nickname=nickname_of(self.maker.vocabulary, rng),
            user=account or f"{_FIRST_ACCOUNT + rng.randrange(10**9)}",
            stars=stars,
            posted_at=moment,
            sku=rng.choice(listing.skus),
            text=text,
            campaign=campaign,
        )
        result.add(review)
        return review

    def _start(self, campaign: ReviewCampaign, rng: Random) -> datetime:
        # Well before the promotion, which would explain a rush.
        days = rng.randint(25, 160) + campaign.days
        return self.maker.vocabulary.world.promotion.starts - timedelta(days=days, hours=rng.randint(0, 9))

    def _habit(self, shop_id: str, habit: str, listings: list[Listing], result: Ordered) -> None:
        if habit != "long_winded":
            quote = self.maker.vocabulary.reviews.default if habit == "defaults" else ""
            result.plants.append(
                Plant(rule=DUPLICATE, subject=shop_id, kind="shop", lookalike=True, quote=quote)
            )
            return
        rng = stream(self.maker.seed, "long-winded", shop_id)
        account, ids, quote = str(_FIRST_ACCOUNT + rng.randrange(10**9)), [], ""
        for listing in few(rng, listings, 3, 8):
            patterns = few(rng, self.maker.vocabulary.reviews.long_winded, 4, 7)
            text = "".join(fill(each, rng, self.maker.slots(listing)) for each in patterns)
            review = self._add(listing, self.maker.moment(rng), 5, text, account, "", rng, result)
            ids.append(review.id)
            quote = quote or text
        result.plants.append(
            Plant(
                rule=DUPLICATE,
                subject=shop_id,
                kind="shop",
                lookalike=True,
                quote=quote,
                evidence_ids=tuple(sorted(ids)),
            )
        )


def _edited(text: str, rng: Random) -> str:
    """A copy with the small change that is meant to hide it."""
    place = rng.randint(1, len(text) - 2)
    ways = (
        lambda: text[:place] + text[place + 1 :],
        lambda: text.replace("，", rng.choice([" ", "！", "。"])),
        lambda: text + rng.choice(["哦", "呢", "👍", "！！！", "~~", "，赞", "哈哈"]),
        lambda: text[:place] + text[place] + text[place:],
        lambda: text.replace("非常", "真的").replace("很", "挺"),
        lambda: rng.choice(["嗯，", "说实话", "总之", "哈喽，"]) + text,
    )
    return rng.choice(ways)()
