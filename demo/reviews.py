"""Reviews 评价: what honest buyers wrote over time; what was ordered stands in ``campaigns``."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from random import Random

from demo import chance
from demo.chance import stream
from demo.phrases import Slots, fill
from demo.vocabulary import Vocabulary
from demo.world import NO_BRAND, Listing, Review

_MARKS = ("，", "，", "，", "。", "！", " ", "~", "，")
_ENDS = ("", "", "。", "！", "~", "！！", "…", "")
_ANONYMOUS = "匿名用户"
_FIRST_ACCOUNT = 1_000_000_000


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
        slots = self.slots(listing)
        return [self._review(listing, number, slots, habit, rng) for number in range(count)]

    def _review(self, listing: Listing, number: int, slots: Slots, habit: str, rng: Random) -> Review:
        rates = self.vocabulary.world.reviews
        default = 0.7 if habit == "defaults" else rates.default_text
        stars = rng.choices((5, 4, 3, 2, 1), (74, 12, 6, 3, 5))[0]
        text = self.vocabulary.reviews.default
        if rng.random() >= default:
            text = self.text(listing, stars, slots, 0.75 if habit == "shorts" else rates.short_text, rng)
        append = rng.random() < rates.append
        texts = self.vocabulary.reviews
        nickname = nickname_of(self.vocabulary, rng)
        return Review(
            id=review_id(listing, number),
            listing_id=listing.id,
            nickname=nickname,
            user=self.account(nickname, listing.id, str(number)),
            stars=stars,
            posted_at=self.moment(rng),
            sku=rng.choice(listing.skus),
            text=text,
            append=fill(rng.choice(texts.append_good if stars > 3 else texts.append_bad), rng, slots)
            if append
            else "",
            append_days=rng.randint(3, 60) if append else 0,
            reply=fill(rng.choice(texts.replies), rng, slots) if rng.random() < rates.reply else "",
        )

    def text(self, listing: Listing, stars: int, slots: Slots, short: float, rng: Random) -> str:
        """What an honest buyer writes under so many stars; ``short`` is the share of few words."""
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

    def account(self, nickname: str, *names: str) -> str:
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

    def slots(self, listing: Listing) -> dict[str, str | list[str]]:
        """What the slots of review texts hold for this listing."""
        return {
            **self.vocabulary.reviews.slots,
            "noun": listing.noun,
            "brand": listing.brand,
            "leaf": listing.leaf,
        }

    def moment(self, rng: Random) -> datetime:
        """When an honest buyer writes: any day of the year, more of them in the promotion, few at night."""
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


def newest_first(reviews: list[Review]) -> tuple[Review, ...]:
    """Reviews as platforms list them; ids settle ties."""
    return tuple(
        sorted(reviews, key=lambda review: (review.posted_at.astimezone(UTC), review.id), reverse=True)
    )


def review_id(listing: Listing, number: int) -> str:
    """An id that does not tell in which order or for whom it was written; ``number`` is below 1,000."""
    return f"{listing.id}{(number * 377 + int(listing.id)) % 1000:03d}"


def nickname_of(vocabulary: Vocabulary, rng: Random) -> str:
    """A nickname as platforms mask it."""
    if rng.random() < 0.05:
        return _ANONYMOUS
    letters = "abcdefghijklmnopqrstuvwxyz"
    first = rng.choice(vocabulary.shops.surnames) if rng.random() < 0.5 else rng.choice(letters)
    return f"{first}***{rng.choice(letters + '0123456789' + vocabulary.shops.given)}"
