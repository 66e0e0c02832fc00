"""Cards of other goods on a product page 其他商品卡片: parts that look alike, with an amount and a link each.

What stands in them, a price, a buy button, a notice, says nothing about the page's own goods.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import islice
from urllib.parse import urlsplit

from crawlers.platforms.tree import Element

_LEVELS = 8
_LEAST, _LEAST_WITH_PICTURE = 3, 2
_MOST_LINKS, _MOST_LOOKED_AT = 5, 8
_LEAVES = re.compile(r"(?!#|javascript:|mailto:|tel:|data:)\S", re.IGNORECASE)


def cards_of(money: Iterable[Element], heading: Element | None, url: str) -> frozenset[Element]:
    """Cards around elements with money; ``heading`` is where the page names its own goods."""
    path = urlsplit(url).path or "/"
    own = frozenset(() if heading is None else (heading, *heading.iterancestors()))
    within: dict[Element, list[Element]] = defaultdict(list)
    holders: set[Element] = set()
    for element in money:
        each = element
        for _ in range(_LEVELS):
            parent = each.getparent()
            if each in holders or parent is None:
                break
            holders.add(each)
            within[parent].append(each)
            each = parent
    found = [
        group
        for siblings in within.values()
        if len(siblings) >= _LEAST_WITH_PICTURE
        for group in _alike(siblings)
        if len(group) >= _LEAST_WITH_PICTURE and own.isdisjoint(group) and _are_cards(group, path)
    ]
    # Two parts, one of which holds cards of its own, are parts of the page and no cards.
    holding = {each for group in found for each in group[0].iterancestors()}
    return frozenset(
        each for group in found if len(group) >= _LEAST or holding.isdisjoint(group) for each in group
    )


def _alike(siblings: list[Element]) -> Iterable[list[Element]]:
    groups: dict[tuple[str, str], list[Element]] = defaultdict(list)
    for each in siblings:
        groups[str(each.tag), each.get("class") or ""].append(each)
    return groups.values()


def _are_cards(group: list[Element], own: str) -> bool:
    if (len(group) < _LEAST or group[0].tag == "tr") and any(
        next(each.iter("img"), None) is None for each in group
    ):
        return False
    looked_at = group[:_MOST_LOOKED_AT]
    shapes = Counter(f"{each[0].tag} {each[0].get('class')}" if len(each) else "" for each in looked_at)
    targets = {target for each in looked_at if (target := _target_of(each, own))}
    return len(targets) >= _LEAST_WITH_PICTURE and shapes.most_common(1)[0][1] * 2 >= len(looked_at)


def _target_of(card: Element, own: str) -> str:
    """The first link of a card that leaves the page, as written; "" without one."""
    links = (each.get("href") or "" for each in islice(card.iter("a"), _MOST_LINKS))
    return next((link for link in links if _LEAVES.match(link) and not link.endswith(own)), "")


def is_in(element: Element, cards: frozenset[Element]) -> bool:
    """Whether an element stands in one of the cards."""
    current: Element | None = element if cards else None
    for _ in range(_LEVELS + 1):
        if current is None:
            return False
        if current in cards:
            return True
        current = current.getparent()
    return False
