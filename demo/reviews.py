"""Reviews 评价: what buyers wrote over time, and what was ordered 刷评."""

from bisect import insort
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import partial
from random import Random

from demo import chance
from demo.chance import apportioned, few, shuffled, stream
from demo.phrases import Slots, fill
from demo.vocabulary import Campaign, Vocabulary
from demo.world import NO_BRAND, Listing, Plant, Review, Shop

DUPLICATE, BURST = "REVIEW-DUPLICATE", "REVIEW-BURST"
_MARKS = ("，", "，", "，", "。", "！", " ", "~", "，")
_ENDS = ("", "", "。", "！", "~", "！！", "…", "")
_ANONYMOUS = "匿名用户"
_FIRST_ACCOUNT = 1_000_000_000
_HABITS = ("defaults", "shorts", "long_winded")


@dataclass(frozen=True, slots=True)
class Ordered:
    """The campaigns of a market: reviews by listing, what they prove, and honest shops with an odd habit."""

    reviews: dict[str, list[Review]]
    plants: list[Plant]
    habits: dict[str, str]


@dataclass(frozen=True, slots=True)
class ReviewMaker:
    """Writes the reviews of one market; every listing has a stream of its own."""

    vocabulary: Vocabulary
    seed: int

    def honest(self, listing: Listing, habit: str = "") -> list[Review]:
        """Reviews of real buyers, in no order; ``habit`` bends how a shop's buyers write."""
        rng = stream(self.seed, "reviews", listing.id)
        rates = self.vocabulary.world.reviews
        count = min(round(rng.gammavariate(1.6, listing.pace / 1.6)), rates.most)
        slots = self._slots(listing)
        return [self._review(listing, number, slots, habit, rng) for number in range(count)]

    def ordered(self, shops: list[Shop], listings: dict[str, list[Listing]]) -> Ordered:
        """Campaigns for exact shares of shops; ``listings`` are by shop."""
        campaigns = self.vocabulary.world.campaigns
        busy = [shop.id for shop in shops if len(listings[shop.id]) >= 3]
        counts = [max(1, n) for n in apportioned(len(shops), [campaigns[name].share for name in campaigns])]
        order = iter(shuffled(self.seed, "campaign", busy))
        chosen = {
            name: [each for _, each in zip(range(n), order, strict=False)]
            for name, n in zip(campaigns, counts, strict=True)
        }
        result = Ordered(
            {}, [], {each: _HABITS[i % len(_HABITS)] for i, each in enumerate(chosen["lookalike"])}
        )
        for shop_id in chosen["duplicate"]:
            self._duplicates(shop_id, listings[shop_id], campaigns["duplicate"], result)
        for shop_id in chosen["burst"]:
            self._burst(shop_id, listings[shop_id], campaigns["burst"], result)
        for shop_id, habit in result.habits.items():
            self._habit(shop_id, habit, listings[shop_id], result)
        return result

    def _review(self, listing: Listing, number: int, slots: Slots, habit: str, rng: Random) -> Review:
        rates = self.vocabulary.world.reviews
        default = 0.7 if habit == "defaults" else rates.default_text
        stars = rng.choices((5, 4, 3, 2, 1), (74, 12, 6, 3, 5))[0]
        text = self.vocabulary.reviews.default
        if rng.random() >= default:
            text = self._text(listing, stars, slots, 0.75 if habit == "shorts" else rates.short_text, rng)
        append = rng.random() < rates.append
        texts = self.vocabulary.reviews
        nickname = _nickname(self.vocabulary, rng)
        return Review(
            id=_review_id(listing, number),
            listing_id=listing.id,
            nickname=nickname,
            user=self._account(nickname, listing.id, str(number)),
            stars=stars,
            posted_at=self._moment(rng),
            sku=rng.choice(listing.skus),
            text=text,
            append=fill(rng.choice(texts.append_good if stars > 3 else texts.append_bad), rng, slots)
            if append
            else "",
            append_days=rng.randint(3, 60) if append else 0,
            reply=fill(rng.choice(texts.replies), rng, slots) if rng.random() < rates.reply else "",
        )

    def _text(self, listing: Listing, stars: int, slots: Slots, short: float, rng: Random) -> str:
        texts = self.vocabulary.reviews
        if stars >= 4 and rng.random() < short:
            return fill(rng.choice(texts.short), rng, slots)
        praise, blame = self._about(listing)
        bank = texts.praise + praise * 3
        if stars == 3:
            bank = texts.middling + praise
        elif stars < 3:
            bank = texts.blame + blame * 3
        clauses = dict.fromkeys(
            rng.choice(bank) for _ in range(rng.choices((1, 2, 3, 4, 5), (16, 30, 28, 16, 10))[0])
        )
        written = [fill(clause, rng, slots) for clause in clauses]
        return "".join(text + rng.choice(_MARKS) for text in written[:-1]) + written[-1] + rng.choice(_ENDS)

    def _account(self, nickname: str, *names: str) -> str:
        """Number of the buyer's account; some accounts buy again and again, and the anonymous show none."""
        if nickname == _ANONYMOUS:
            return ""
        rates = self.vocabulary.world.reviews
        if chance.share(self.seed, "again", *names) < rates.repeat_share:
            return str(_FIRST_ACCOUNT + chance.number(self.seed, "account", *names) % rates.repeat_buyers)
        return str(_FIRST_ACCOUNT + rates.repeat_buyers + chance.number(self.seed, "account", *names) % 10**9)

    def _about(self, listing: Listing) -> tuple[list[str], list[str]]:
        """What buyers say about this kind of goods; nothing where a planted text replaced them."""
        category = self.vocabulary.by_code[listing.category]
        leaf = next(each for each in category.leaves if each.name == listing.leaf)
        if listing.brand == NO_BRAND or listing.noun not in leaf.nouns:
            return [], []
        return leaf.praise or category.praise, leaf.blame or category.blame

    def _slots(self, listing: Listing) -> dict[str, str | list[str]]:
        return {
            **self.vocabulary.reviews.slots,
            "noun": listing.noun,
            "brand": listing.brand,
            "leaf": listing.leaf,
        }

    def _moment(self, rng: Random) -> datetime:
        world = self.vocabulary.world
        if rng.random() < world.reviews.promotion_share:
            start, end = world.promotion.starts + timedelta(days=1), world.now
        else:
            start = datetime.combine(world.reviews.since, time(0), world.now.tzinfo)
            end = world.promotion.starts
        moment = start + timedelta(seconds=int((end - start).total_seconds() * rng.random()))
        # Few people write at night.
        return (
            moment + timedelta(hours=rng.randint(7, 12))
            if moment.hour < 7 and moment.date() < end.date()
            else moment
        )

    def _duplicates(self, shop_id: str, listings: list[Listing], campaign: Campaign, result: Ordered) -> None:
        rng = stream(self.seed, "duplicate", shop_id)
        templates = few(rng, self.vocabulary.reviews.templates, *campaign.templates)
        start = self._moment(rng)
        planted: list[Review] = []
        for number in range(rng.randint(*campaign.reviews)):
            listing, template = rng.choice(listings), rng.choice(templates)
            text = fill(template.text, rng, {**self._slots(listing), **template.slots})
            text = _edited(text, rng) if rng.random() < campaign.edited else text
            when = start + timedelta(minutes=rng.randint(0, 60 * 24 * 12))
            planted.append(
                self._planted(
                    listing, 700 + number, min(when, self.vocabulary.world.now), text, DUPLICATE, rng
                )
            )
        self._record(planted, Plant(rule=DUPLICATE, subject=shop_id, kind="shop"), result)

    def _burst(self, shop_id: str, listings: list[Listing], campaign: Campaign, result: Ordered) -> None:
        rng = stream(self.seed, "burst", shop_id)
        listing = rng.choice(listings)
        # Well before the promotion, which would explain a rush.
        start = self.vocabulary.world.promotion.starts - timedelta(
            days=rng.randint(25, 160), hours=rng.randint(0, 9)
        )
        planted = []
        for number in range(rng.randint(*campaign.reviews)):
            when = start + timedelta(minutes=rng.randint(0, campaign.hours * 60))
            text = fill(rng.choice(self.vocabulary.reviews.burst), rng, self._slots(listing))
            planted.append(self._planted(listing, 800 + number, when, text, BURST, rng))
        self._record(planted, Plant(rule=BURST, subject=listing.id, kind="listing"), result)

    def _habit(self, shop_id: str, habit: str, listings: list[Listing], result: Ordered) -> None:
        quote = {"defaults": self.vocabulary.reviews.default, "shorts": ""}.get(habit)
        plant = partial(Plant, rule=DUPLICATE, subject=shop_id, kind="shop", lookalike=True)
        if quote is not None:
            result.plants.append(plant(quote=quote))
            return
        rng = stream(self.seed, "long-winded", shop_id)
        nickname, written = _nickname(self.vocabulary, rng), []
        for number, listing in enumerate(few(rng, listings, 3, 8)):
            texts = few(rng, self.vocabulary.reviews.long_winded, 4, 7)
            text = "".join(fill(each, rng, self._slots(listing)) for each in texts)
            review = self._planted(listing, 900 + number, self._moment(rng), text, "", rng, nickname=nickname)
            written.append(review)
        self._record(written, plant(), result)

    def _planted(
        self,
        listing: Listing,
        number: int,
        when: datetime,
        text: str,
        campaign: str,
        rng: Random,
        nickname: str = "",
    ) -> Review:
        shown = nickname or _nickname(self.vocabulary, rng)
        return Review(
            id=_review_id(listing, number),
            listing_id=listing.id,
            nickname=shown,
            user=self._account(
                shown, "buyer", nickname and listing.shop_id, nickname or listing.id + str(number)
            ),
            stars=5 if rng.random() < 0.96 else 4,
            posted_at=when,
            sku=rng.choice(listing.skus),
            text=text,
            campaign=campaign,
        )

    def _record(self, reviews: list[Review], plant: Plant, result: Ordered) -> None:
        for review in reviews:
            insort(result.reviews.setdefault(review.listing_id, []), review, key=lambda each: each.id)
        ids = tuple(sorted(review.id for review in reviews))
        quoted = Plant(
            rule=plant.rule,
            subject=plant.subject,
            kind=plant.kind,
            quote=reviews[0].text,
            lookalike=plant.lookalike,
            evidence_ids=ids,
        )
        result.plants.append(quoted)


def newest_first(reviews: list[Review]) -> tuple[Review, ...]:
    """Reviews as platforms list them; ids settle ties."""
    return tuple(
        sorted(reviews, key=lambda review: (review.posted_at.astimezone(UTC), review.id), reverse=True)
    )


def _review_id(listing: Listing, number: int) -> str:
    """An id that does not tell in which order or for whom it was written; ``number`` is below 1,000."""
    return f"{listing.id}{(number * 377 + int(listing.id)) % 1000:03d}"


def _nickname(vocabulary: Vocabulary, rng: Random) -> str:
    if rng.random() < 0.05:
        return _ANONYMOUS
    letters = "abcdefghijklmnopqrstuvwxyz"
    first = rng.choice(vocabulary.shops.surnames) if rng.random() < 0.5 else rng.choice(letters)
    return f"{first}***{rng.choice(letters + '0123456789' + vocabulary.shops.given)}"


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
