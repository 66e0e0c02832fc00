"""Start tags of a hostile page, bounded before a parser sees them 畸形标签: the parser's time grows with the
square of one element's attributes.
"""

from __future__ import annotations

import re

MOST_ATTRIBUTES = 1_000
"""Of one element; a person's page has dozens. 40,000 cost the parser 13 s, 1,000 nothing to speak of."""
_SEEN = frozenset({"style", "class", "id", "hidden", "href", "src", "srcdoc", "type", "itemprop", "open"})
"""Attributes that decide what a visitor sees are kept wherever they stand."""
_VALUE = r""""[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+"""
# As the HTML standard has it: a quote opens a value only behind an equals sign.
_ATTRIBUTE = rf"""[\s/]*+([^\s/>][^\s/>=]*+)(?:\s*+=\s*+(?:{_VALUE})?+)?+"""
_UNNAMED = _ATTRIBUTE.replace("(", "(?:", 1)
_END = r"(?=[\s/]*+(?:>|\Z))"
_FLOOD = re.compile(rf"<([A-Za-z][^\s/>]*+)((?:{_UNNAMED})*+){_END}")
_PLAIN = r"""[A-Za-z][A-Za-z0-9]*+(?:[ \n]++[A-Za-z0-9:_-]++="[^"]*+")"""
"""How nearly all tags are written: what ``_ATTRIBUTE`` allows too, found in half the time."""
_ORDINARY = re.compile(
    rf"[^<]*+(?:<(?:/|{_PLAIN}{{0,{MOST_ATTRIBUTES - 1}}}+[ ]?+/?+>"
    rf"|[A-Za-z][^\s/>]*+(?:{_UNNAMED}){{0,{MOST_ATTRIBUTES - 1}}}+{_END}|(?![A-Za-z]))[^<]*+)*+"
)
"""Everything up to a tag with too many; each character is looked at once."""
_EACH = re.compile(_ATTRIBUTE)


def bounded_tags(markup: str) -> str:
    """``markup`` with about ``MOST_ATTRIBUTES`` attributes an element at most; itself where none has more."""
    at = _end_of_ordinary(markup, 0)
    if at == len(markup):
        return markup
    pieces = [markup[:at]]
    while (tag := _FLOOD.match(markup, at)) is not None:
        at = _end_of_ordinary(markup, tag.end())
        pieces += [_bounded(tag), markup[tag.end() : at]]
    return "".join((*pieces, markup[at:]))


def _end_of_ordinary(markup: str, start: int) -> int:
    found = _ORDINARY.match(markup, start)
    return found.end() if found else start


def _bounded(tag: re.Match[str]) -> str:
    kept: dict[str, str] = {}
    for each in _EACH.finditer(tag[2]):
        folded = each[1].lower()
        # The first of a name counts, as in a browser.
        if folded not in kept and (len(kept) < MOST_ATTRIBUTES or folded in _SEEN):
            kept[folded] = each[0].strip()
    return f"<{tag[1]} {' '.join(kept.values())}"
