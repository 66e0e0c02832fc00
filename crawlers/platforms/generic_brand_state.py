"""Brands that scripts and attributes of a page name 脚本状态, for analytics and the shop's own use.

Such states speak of other goods as well, so a name counts only where the title or a line beside it confirms
it, or where the same object bears the name of the page's goods.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from crawlers.platforms.generic_brand_words import is_company, is_no_brand
from crawlers.platforms.generic_seen import words_of
from crawlers.platforms.generic_walk import BRAND_ATTRIBUTES, STATE_ATTRIBUTES
from crawlers.platforms.phrases import pieces
from crawlers.platforms.tree import Element, squash, xpath

_KEY = (
    r"(?:(?:item|product|sub|detail|dimension)[_-]?)?brand(?:[_-]?(?:name|title|label))?"
    r"|manufacturer(?:[_-]?name)?"
    r"|marke|marque|pinpai|品牌"
)
_STATED = re.compile(
    rf"""(?P<mark>["'])(?:{_KEY})(?P=mark)\s*:\s*(?:\{{\s*["'](?:name|title|label)["']\s*:\s*)?"""
    r"""(?P<quote>["'])(?P<value>(?:(?!(?P=quote))[^\\<>{}\n]|\\u[0-9a-fA-F]{4}|\\/|\\'"""
    r"""|\\x[0-9a-fA-F]{2}){2,60})(?P=quote)""",
    re.IGNORECASE,
)
_KEYS = pieces(
    each
    for key in ("brand", "manufacturer", "marke", "marque", "pinpai", "品牌")
    for each in (key, key.upper(), key.title())
)
_BEFORE_KEY = 16
"""Characters before such a word within which its key begins."""
_NAME = re.compile(
    r"""["'](?:name|title|(?:item|product)[_-]?(?:name|title))["']\s*:\s*"""
    r"""(?P<quote>["'])(?P<value>[^"\n]{3,300}?)(?P=quote)""",
    re.IGNORECASE,
)
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})|\\(.)")
_HIDDEN = xpath("//input[@type='hidden'][contains(@name, 'brand') or contains(@name, 'manufacturer')]")
_MOST_SCRIPTS, _LONGEST_SCRIPT, _MOST_STATED, _MOST_ATTRIBUTES = 200, 2_000_000, 5_000, 500
_FOR = re.compile(
    r"(?:^| )(?:for|für|pour|para|per|voor|till?|dla|pro|pre|для|към|适用于?|compatib\w*|kompatib\w*|passend)"
    r"(?: \w+){0,2} $"
)
"""What goods fit is not who made them."""
_REACH = 1_500
"""Characters around a name within which its object begins and ends."""
_LEAST_LATIN, _LEAST_OTHER = 3, 2


@dataclass(frozen=True, slots=True)
class Stated:
    """A brand as a script or an attribute names it."""

    name: str
    element: Element | None = None
    """Bears the attribute; ``None`` for scripts."""
    of: str = ""
    """Name of what it is the brand of, in the same object; "" if none stands there."""


def stated_in(texts: Iterable[str]) -> Iterator[Stated]:
    """Brands in texts of scripts, in order."""
    left = _MOST_STATED
    for number, text in enumerate(texts):
        if number >= _MOST_SCRIPTS:
            return
        for _, start, _ in _KEYS.find_matches_as_indexes(text[:_LONGEST_SCRIPT]):
            left -= 1
            if left < 0:
                return
            before = max(0, start - _BEFORE_KEY)
            quote = max(text.rfind('"', before, start), text.rfind("'", before, start))
            match = _STATED.match(text, quote) if quote >= 0 else None
            if match and (name := _name_of(match["value"])):
                yield Stated(name, of=_owner_of(text, match))


def attributes_of(root: Element, stating: Sequence[Element]) -> Iterator[Stated]:
    """Brands in hidden fields, and in attributes such as ``data-brand`` of what the walk found, in order."""
    for field in _HIDDEN(root)[:_MOST_ATTRIBUTES]:
        if name := _name_of(field.get("value") or ""):
            yield Stated(name, field)
    for element in stating[:_MOST_ATTRIBUTES]:
        for value in filter(None, map(element.get, BRAND_ATTRIBUTES)):
            if name := _name_of(value):
                yield Stated(name, element)
        for value in filter(None, map(element.get, STATE_ATTRIBUTES)):
            yield from (Stated(each.name, element, each.of) for each in stated_in([value]))


def confirmed(stated: Iterable[Stated], *, title: str, beside: Collection[str]) -> str:
    """The brand that the page confirms, as it writes it; "" without one.

    ``beside`` are the lines around the title, as ``words_of`` folds them. What the title begins with or a
    line is comes first, then the brand of an object with the goods' own name, then a name within the title.
    """
    folded = words_of(title)
    within: dict[str, None] = {}
    owned: dict[str, None] = {}
    for each in stated:
        name = words_of(each.name)
        if len(name) < (_LEAST_LATIN if name.isascii() else _LEAST_OTHER) and name not in beside:
            continue
        if name in beside or f"{folded} ".startswith(f"{name} "):
            return _as_written(each.name, title)
        if each.of and words_of(each.of) == folded:
            owned[each.name] = None
        elif f" {name} " in f" {folded} " and not _FOR.search(folded[: folded.find(name)]):
            within[_as_written(each.name, title)] = None
    found = owned or within
    return next(iter(found)) if len(found) == 1 else ""


def _as_written(name: str, title: str) -> str:
    """The name as the title writes it, where the title has it."""
    match = re.search(r"\W+".join(map(re.escape, words_of(name).split())), title, re.IGNORECASE)
    return match[0] if match else name


def _name_of(raw: str) -> str:
    name = squash(_ESCAPED.sub(_plain, raw))
    is_name = 2 <= len(name) <= 40 and not is_no_brand(name) and not is_company(name) and not name.isdigit()
    return name if is_name and not name.startswith(("http", "/", "{", "[")) else ""


def _plain(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return match[3] if code is None else str(json.loads(f'"\\u{code.zfill(4)}"'))


def _owner_of(text: str, match: re.Match[str]) -> str:
    """The name that stands in the same object as a brand; objects within it end the search."""
    start = max(text.rfind("{", max(0, match.start() - _REACH), match.start()), match.start() - _REACH, 0)
    end = text.find("}", match.end(), match.end() + _REACH)
    part = text[start : match.start()] + text[match.end() : end if end > 0 else match.end() + _REACH]
    found = _NAME.search(part)
    return squash(_ESCAPED.sub(_plain, found["value"])) if found else ""
