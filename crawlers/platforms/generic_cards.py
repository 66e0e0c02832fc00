"""Cards of other goods on a product page 其他商品卡片: parts that look alike, with an amount and a link each.

What stands in them, a price, a buy button, a notice, says nothing about the page's own goods.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from crawlers.platforms.generic_view import chain
from crawlers.platforms.tree import Element, link_of

_LEVELS = 8
_LEAST, _LEAST_WITH_PICTURE = 3, 2
_MOST_LINKS = 5


def cards_of(money: Iterable[Element], heading: Element | None, url: str) -> frozenset[Element]:
    """Cards around elements with money; ``heading`` is where the page names its own goods."""
    own = frozenset(() if heading is None else (heading, *heading.iterancestors()))
    groups: dict[tuple[Element, str, str], list[Element]] = defaultdict(list)
    holders: set[Element] = set()
    for element in money:
        for each in chain(element, _LEVELS):
            parent = each.getparent()
            if each in holders or parent is None:
                break
            holders.add(each)
            groups[parent, str(each.tag), each.get("class") or ""].append(each)
    return frozenset(
        each
        for group in groups.values()
        if len(group) >= _LEAST_WITH_PICTURE and own.isdisjoint(group) and _are_cards(group, url)
        for each in group
    )


def _are_cards(group: list[Element], url: str) -> bool:
    targets = {target for each in group if (target := _target_of(each, url))}
    if (len(group) < _LEAST or group[0].tag == "tr") and any(
        next(each.iter("img"), None) is None for each in group
    ):
        return False
    inner = Counter(f"{each[0].tag} {each[0].get('class')}" if len(each) else "" for each in group)
    return len(targets) >= _LEAST_WITH_PICTURE and inner.most_common(1)[0][1] * 2 >= len(group)


def _target_of(card: Element, url: str) -> str:
    """Where the first link of a card leads that leaves the page; "" without one."""
    links = [*card.iter("a")][:_MOST_LINKS]
    own = url.partition("#")[0]
    targets = (link_of(url, each.get("href") or "") for each in links)
    return next((target for target in targets if target and target != own), "")


def is_in(element: Element, cards: frozenset[Element]) -> bool:
    """Whether an element stands in one of the cards."""
    return bool(cards) and any(each in cards for each in chain(element, _LEVELS + 1))
