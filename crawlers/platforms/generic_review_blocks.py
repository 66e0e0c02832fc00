"""Reviews that a product page shows a person 评价: blocks that repeat, with a text and with stars or a time.

Read only where there is one way to read them: one list of blocks, in every block one text. Else the reviews
are undecided. Appended reviews 追评 and the seller's replies 商家回复 are known by their labels.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from crawlers.platforms.generic_walk import REVIEW_NAMES
from crawlers.platforms.parse import masked, masked_nickname, moment_of
from crawlers.platforms.tree import Element, visible_text, xpath
from domain.identity import digest_of
from domain.subjects import Review

_MOST = 300
_MOST_LINES = 60
_LONGEST = 20_000
_NAMES = "|".join(REVIEW_NAMES)
_BLOCK = re.compile(
    rf"(?:[a-z]+[-_]+){{0,3}}(?:{_NAMES})|(?:[a-z]+[-_]+){{0,3}}(?:(?:{_NAMES})s?|rate)[-_]+"
    r"(?:item|card|entry|row|box|block|li|one)"
)
_GIVEN = ("data-star", "data-stars", "data-score", "data-rating")
_INSIDE = xpath(f".//*[@class or @title or @aria-label or {' or '.join(f'@{name}' for name in _GIVEN)}]")
_TEXT = re.compile(r"(?:[a-z]+[-_]){0,3}(?:content|text|body|txt|description|con)")
_BESIDE = re.compile(
    r"title|profile|user|avatar|head|meta|icon|star|rating|reply|append|button|btn|vote|helpful|count"
)
"""Names of what stands beside the text, and may hold a part called content too."""
_NICKNAME = re.compile(r"(?:[a-z]+[-_]){0,3}(?:user|nick|nickname|username|author|buyer|user-?name)")
_MASKED = re.compile(r"[^\s*]{0,12}\*{2,6}[^\s*]{0,12}")
"""A nickname as platforms mask it: t***3, 王**."""
_PICTURES = xpath(
    ".//*[contains(@class, 'pic') or contains(@class, 'photo') or contains(@class, 'album')]"
    "[not(contains(@class, 'user') or contains(@class, 'avatar') or contains(@class, 'head'))]//img"
)
_STARS_CLASS = re.compile(r"(?:[a-z]+-)?(?:stars?|score|rating|rated)[-_]?([1-5])")
_STARS_SAID = re.compile(
    r"([1-5])(?:[.,]0+)?\s*(?:星|颗星|/ ?5|out of 5|of 5|von 5|sur 5|stars?)(?!\w)"
    r"|(?:评分|星级)[：:]\s*([1-5])"
)
_STARS_GIVEN = re.compile(r"([1-5])(?:\.0+)?")
_LABELS = {
    "appended": re.compile(r"(?:.{0,12}后)?(?:追评|追加评价|追加评论|追加)\s*(?:[：:]|$)\s*"),
    "seller_reply": re.compile(
        r"(?:商家|卖家|掌柜|店家|店铺|客服)(?:的)?(?:回复|解释|回应)\s*(?:[：:]|$)\s*"
        r"|(?:seller|shop|store|owner)(?:'s)? (?:reply|response)\s*(?::|$)\s*",
        re.IGNORECASE,
    ),
    "purchased": re.compile(r"(?:购买|下单|购入)(?:时间|日期)\s*[：:]\s*|购于\s*[：:]?\s*"),
    "sku": re.compile(
        r"(?=(?:颜色分类|颜色|规格|型号|尺码|款式|套餐|版本)\s*[：:])|(?:已购|购买规格)\s*[：:]\s*"
    ),
}
_DEFAULT = re.compile(r"(?:此|该)用户(?:没有|未)(?:填写|及时填写|做出)?(?:评价|评论|评价内容)[。!！.]?")
_A_TIME = re.compile(r"\D{0,12}\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?[T\s\d:：时分Z]{0,20}")


@dataclass(frozen=True)
class ReviewBlocks:
    """The reviews in the blocks of a page, or that they cannot be told."""

    reviews: tuple[Review, ...] = ()
    undecided: bool = False
    source: str = ""


@dataclass
class _Parts:
    """What stands in one block, by what it is."""

    item: Element
    inside: list[Element]
    names: set[str]
    texts: list[str] = field(default_factory=list)
    times: set[datetime] = field(default_factory=set)
    stars: set[int] = field(default_factory=set)
    labelled: dict[str, str] = field(default_factory=dict)


def blocks_of(called: Iterable[Element], *, platform: str, listing: str, shop: str) -> ReviewBlocks:
    """Reviews in document order, equal ones once; none when nothing on the page looks like a list of them."""
    lists = [each for each in map(_read, _lists(called)) if any(parts.stars or parts.times for parts in each)]
    if len(lists) != 1:
        return ReviewBlocks(undecided=len(lists) > 1)
    reviews = [_review(parts, platform=platform, listing=listing, shop=shop) for parts in lists[0]]
    found = {review.review_id: review for review in reviews if review is not None}
    if None in reviews:
        return ReviewBlocks(undecided=True)
    item = lists[0][0].item
    place = f"{item.tag}.{'.'.join((item.get('class') or '').split())[:100]}"
    return ReviewBlocks(tuple(found.values()), source=f"visible: {place}")


def completed(told: tuple[Review, ...], shown: tuple[Review, ...]) -> tuple[Review, ...]:
    """Reviews that the page tells machines, with what schema.org has no word for from the block of the same
    text: what the buyer added later, the seller's reply, the variant and the time of purchase.
    """
    blocks = {review.text: review for review in shown}
    return tuple(_with(review, blocks.get(review.text)) for review in told)


def _with(told: Review, block: Review | None) -> Review:
    if block is None:
        return told
    return replace(
        told,
        appended=block.appended,
        seller_reply=block.seller_reply,
        sku=block.sku,
        purchased_at=block.purchased_at,
        image_count=block.image_count,
    )


def _lists(called: Iterable[Element]) -> list[list[Element]]:
    """Siblings that are called a review, two or more; lists within a block of another are not lists."""
    groups: dict[tuple[Element, str, str], list[Element]] = defaultdict(list)
    for element in called:
        parent, token = element.getparent(), next(filter(_is_block, _classes(element)), "")
        if parent is not None and token:
            groups[parent, str(element.tag), token].append(element)
    lists = [items[:_MOST] for items in groups.values() if len(items) > 1]
    blocks = {item for items in lists for item in items}
    return [items for items in lists if blocks.isdisjoint(items[0].iterancestors())]


def _is_block(token: str) -> bool:
    return _BLOCK.fullmatch(token) is not None


def _review(parts: _Parts, *, platform: str, listing: str, shop: str) -> Review | None:
    """One block as a review; ``None`` when it can be read in two ways, or in none."""
    text = masked(_text(parts))
    if not text or max(len(parts.stars), len(parts.times), len(parts.names)) > 1:
        return None
    if not parts.stars and not parts.times:
        return None
    posted, nickname = next(iter(parts.times), None), masked_nickname(next(iter(parts.names), ""))
    told = {name: masked(parts.labelled.get(name, "")) for name in ("appended", "seller_reply", "sku")}
    return Review(
        platform=platform,
        review_id=digest_of(listing, text, str(posted), nickname)[:32],
        listing=listing,
        shop=shop,
        text=text,
        stars=next(iter(parts.stars), None),
        posted_at=posted,
        purchased_at=moment_of(parts.labelled.get("purchased", "")),
        nickname=nickname,
        image_count=len(_PICTURES(parts.item)),
        default_text=_DEFAULT.fullmatch(text) is not None,
        **told,
    )


def _read(items: list[Element]) -> list[_Parts]:
    return [_parts(item) for item in items]


def _parts(item: Element) -> _Parts:
    inside = _INSIDE(item)
    parts, waiting = _Parts(item, inside, names=_named(inside, _NICKNAME)), ""
    for line in visible_text(item).split("\n")[:_MOST_LINES]:
        name, value = next(_labels(line), ("", line))
        if name:
            parts.labelled.setdefault(name, value)
            waiting = "" if value else name
        elif waiting:
            parts.labelled[waiting], waiting = line, ""
        elif _A_TIME.fullmatch(line) and (moment := moment_of(line)):
            parts.times.add(moment)
        elif match := _STARS_SAID.fullmatch(line):
            parts.stars.add(int(match[1] or match[2]))
        elif _MASKED.fullmatch(line):
            parts.names.add(line)
        elif line not in parts.names:
            parts.texts.append(line)
    for each in (item, *inside):
        parts.stars |= _stars_in(each)
    return parts


def _labels(line: str) -> Iterator[tuple[str, str]]:
    for name, pattern in _LABELS.items():
        if match := pattern.match(line):
            yield name, line[match.end() :]


def _text(parts: _Parts) -> str:
    """The one text of a block: the part that is called so, else the only line left over."""
    other = set(parts.labelled.values())
    named = {
        text
        for text in _named(_plain(parts.inside), _TEXT, longest=_LONGEST)
        if text not in other and next(_labels(text), None) is None
    }
    if named:
        text = named.pop()
        return text if not named and any(line in text for line in parts.texts) else ""
    return parts.texts[0] if len(parts.texts) == 1 else ""


def _plain(inside: list[Element]) -> list[Element]:
    return [each for each in inside if not _BESIDE.search((each.get("class") or "")[:400].lower())]


def _named(inside: list[Element], pattern: re.Pattern[str], *, longest: int = 40) -> set[str]:
    """Texts of innermost elements with a class that ``pattern`` matches whole."""
    found = [each for each in inside if any(map(pattern.fullmatch, _classes(each)))]
    outer = {above for each in found for above in each.iterancestors()}
    texts = (visible_text(each) for each in found if each not in outer)
    return {text for text in texts if 0 < len(text) <= longest}


def _stars_in(element: Element) -> set[int]:
    """Stars that an element says in its class, its title or its label for those who do not see it."""
    said = [(element.get(name) or "")[:100] for name in ("title", "aria-label")]
    found = [*map(_STARS_CLASS.fullmatch, _classes(element)), *map(_STARS_SAID.fullmatch, said)]
    found += [_STARS_GIVEN.fullmatch(element.get(name) or "") for name in _GIVEN]
    return {int(next(filter(None, match.groups()))) for match in found if match}


def _classes(element: Element) -> list[str]:
    return (element.get("class") or "")[:400].lower().split()
