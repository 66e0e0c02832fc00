"""Start tags of a hostile page, bounded before a parser sees them 畸形标签: the parser's time grows with the
square of one element's attributes.
"""

from __future__ import annotations

import re

MOST_ATTRIBUTES = 1_000
"""Of one element; a person's page has dozens. 40,000 cost the parser 13 s, 1,000 nothing to speak of."""
_SEEN = frozenset({"style", "class", "id", "hidden", "href", "src", "srcdoc", "type", "itemprop", "open"})
"""Attributes that decide what a visitor sees are kept wherever they stand."""
_VALUE = r""""[^"]*+"|'[^']*+'"""
_FLOOD = re.compile(
    rf"""<[A-Za-z](?:[^>"'\s/]*+(?:[\s/]++|{_VALUE})){{{2 * MOST_ATTRIBUTES}}}"""
    rf"""(?:[^>"']|{_VALUE})*+"""
)
_ATTRIBUTE = re.compile(rf"""([^\s"'>/=]++)(?:\s*+=\s*+(?:{_VALUE}|[^\s"'>]++))?""")


def bounded_tags(markup: str) -> str:
    """``markup`` with about ``MOST_ATTRIBUTES`` attributes an element at most; itself where none has more."""
    return _FLOOD.sub(_bounded, markup) if _FLOOD.search(markup) else markup


def _bounded(tag: re.Match[str]) -> str:
    name, *attributes = _ATTRIBUTE.finditer(tag[0][1:])
    kept: dict[str, str] = {}
    for each in attributes:
        folded = each[1].lower()
        # The first of a name counts, as in a browser.
        if folded not in kept and (len(kept) < MOST_ATTRIBUTES or folded in _SEEN):
            kept[folded] = each[0]
    return f"<{name[1]} {' '.join(kept.values())}"
