"""Which elements a CSS selector means: a matcher over parsed selectors, quick enough for a megabyte of rules.

Selectors are parsed by cssselect. Only elements are tried that carry the last part's id, class or tag, under
ancestors that can carry the rest; every try is counted, and a page that asks for too many is given up.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from zlib import crc32

import cssselect
from cssselect import parser as tree
from lxml.html import HtmlElement

from detectors.licensing.toggles import Toggles

DYNAMIC = frozenset(
    {"hover", "focus", "active", "target", "focus-within", "focus-visible", "checked", "open"}
)
"""States that a visitor brings about."""
MOST_WORK = 2_000_000
"""Steps for the styles of one page, about a microsecond each; measured by ``bench/hostile_licence.py``."""
_STATIC_WORDS = """
    root scope link any-link visited first-child last-child only-child first-of-type last-of-type only-of-type
    empty enabled disabled required optional read-only read-write placeholder-shown default valid invalid
    in-range out-of-range indeterminate defined host fullscreen modal popover-open target-within autofill
    user-valid user-invalid playing paused local-link
"""
_STATIC = frozenset(_STATIC_WORDS.split())
_NTH_NAMES = frozenset({"nth-child", "nth-last-child", "nth-of-type", "nth-last-of-type"})
_NTH = re.compile(r"([+-]?\d{0,9})n([+-]\d{1,9})?|([+-]?\d{1,9})")
_NOT_SEVERAL = re.compile(r":not\(([^()]*,[^()]*)\)", re.IGNORECASE)
_MASK_BITS = 256
_NO_SIBLINGS: tuple[int, int, int, int] = (1, 1, 1, 1)


class TooMuch(Exception):  # noqa: N818 - a limit, not a fault
    """The styles of a page ask for more work than is done for one."""


@lru_cache(maxsize=20_000)
def parse_selectors(text: str) -> tuple[cssselect.Selector, ...]:
    """Selectors of one rule; a rule that does not parse means nothing, as in a browser."""
    try:
        found = tuple(cssselect.parse(_NOT_SEVERAL.sub(r":not(:is(\1))", text)))
        return found if all(_is_known(each.parsed_tree) for each in found) else ()
    except (cssselect.SelectorError, RecursionError):
        return ()


def _is_known(part: tree.Tree) -> bool:
    """Whether a browser knows every pseudo-class; one that it does not spoils the rule."""
    while not isinstance(part, tree.Element):
        if isinstance(part, tree.CombinedSelector):
            if not _is_known(part.selector):
                return False
            part = part.subselector
            continue
        if isinstance(part, tree.Pseudo) and part.ident.lower() not in DYNAMIC | _STATIC:
            return False
        if isinstance(part, tree.Function) and part.name.lower() not in _NTH_NAMES | {"lang", "dir"}:
            return False
        if isinstance(part, tree.Negation) and not _is_known(part.subselector):
            return False
        part = part.selector
    return True


@dataclass
class Elements:
    """The elements of a page by id, class and tag, and how much work its styles may still ask for."""

    root: HtmlElement
    left: int = MOST_WORK
    toggles: Toggles = field(default_factory=Toggles)
    """Classes that elements get by a click; rules on them hold where states are ``dynamic``."""
    by_id: dict[str, list[HtmlElement]] = field(init=False)
    by_class: dict[str, list[HtmlElement]] = field(init=False)
    by_tag: dict[str, list[HtmlElement]] = field(init=False)
    every: list[HtmlElement] = field(init=False)
    _above: dict[HtmlElement, int] = field(init=False, repr=False)
    """Names of the elements around each, folded into a few bits."""
    _places: dict[HtmlElement, tuple[int, int, int, int]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.by_id, self.by_class, self.by_tag = defaultdict(list), defaultdict(list), defaultdict(list)
        self.every = [element for element in self.root.iter() if isinstance(element.tag, str)]
        self._above, self._places = {}, {}
        own: dict[HtmlElement, int] = {}
        for element in self.every:
            tag, name = element.tag.lower(), (element.get("id") or "").strip()
            classes = [*(element.get("class") or "").split(), *self.toggles.classes.get(element, ())]
            self.by_tag[tag].append(element)
            bits = _bit(tag)
            if name:
                self.by_id[name].append(element)
                bits |= _bit("#" + name)
            for each in classes:
                self.by_class[each].append(element)
                bits |= _bit("." + each)
            above = own.get(element.getparent(), 0)
            self._above[element], own[element] = above, above | bits

    def spend(self, steps: int) -> None:
        """Counts work.

        Raises:
            TooMuch: nothing is left.
        """
        self.left -= steps
        if self.left < 0:
            raise TooMuch

    def matching(self, selector: cssselect.Selector, *, dynamic: bool = False) -> Iterator[HtmlElement]:
        """Elements that ``selector`` means; with ``dynamic`` as if the visitor pointed at everything.

        Raises:
            TooMuch: nothing is left of the work.
        """
        part = selector.parsed_tree
        candidates = self._candidates(part)
        self.spend(1 + len(candidates) // 8)
        needed = _needed_above(part)
        for element in candidates:
            if self._above[element] & needed == needed and self.matches(element, part, dynamic):
                yield element

    def _candidates(self, part: tree.Tree) -> list[HtmlElement]:
        while not isinstance(part, tree.Element):
            if isinstance(part, tree.CombinedSelector):
                part = part.subselector
            elif isinstance(part, tree.Hash):
                return self.by_id.get(part.id, [])
            elif isinstance(part, tree.Class):
                return self.by_class.get(part.class_name, [])
            else:
                part = part.selector
        return self.by_tag.get(part.element.lower(), []) if part.element else self.every

    def matches(self, element: HtmlElement, part: tree.Tree, dynamic: bool = False) -> bool:  # noqa: C901
        """Whether ``element`` is what ``part`` means."""
        self.spend(1)
        if isinstance(part, tree.Element):
            return not part.element or element.tag.lower() == part.element.lower()
        if isinstance(part, tree.CombinedSelector):
            return self.matches(element, part.subselector, dynamic) and any(
                self.matches(other, part.selector, dynamic) for other in _related(element, part.combinator)
            )
        if not self.matches(element, part.selector, dynamic):
            return False
        if isinstance(part, tree.Class):
            return part.class_name in (element.get("class") or "").split() or (
                dynamic and part.class_name in self.toggles.classes.get(element, ())
            )
        if isinstance(part, tree.Hash):
            return (element.get("id") or "").strip() == part.id
        if isinstance(part, tree.Attrib):
            return _has_attribute(element, part)
        if isinstance(part, tree.Pseudo):
            return self._is_pseudo(element, part.ident.lower(), dynamic)
        if isinstance(part, tree.Function):
            return self._is_function(element, part)
        if isinstance(part, tree.Negation):
            return not self.matches(element, part.subselector)
        if isinstance(part, tree.Relation):
            return any(
                self._has(element, sign.value or " ", inner.parsed_tree) for sign, inner in part.arguments
            )
        return any(self.matches(element, inner, dynamic) for inner in part.selector_list)

    def _has(self, element: HtmlElement, combinator: str, part: tree.Tree) -> bool:
        if combinator in {"+", "~"}:
            for other in element.itersiblings():
                if isinstance(other.tag, str):
                    if self.matches(other, part):
                        return True
                    if combinator == "+":
                        return False
            return False
        inside = element.iterchildren() if combinator == ">" else element.iterdescendants()
        return any(isinstance(each.tag, str) and self.matches(each, part) for each in inside)

    # ------------------------------------------------------------ pseudo-classes

    def _place(self, element: HtmlElement) -> tuple[int, int, int, int]:
        """Which child it is, of how many; which of its kind, of how many."""
        if element not in self._places:
            parent = element.getparent()
            if parent is None:
                return _NO_SIBLINGS
            children = [child for child in parent if isinstance(child.tag, str)]
            self.spend(len(children))
            kinds: dict[str, int] = defaultdict(int)
            at = []
            for child in children:
                kinds[child.tag] += 1
                at.append(kinds[child.tag])
            for index, child in enumerate(children):
                self._places[child] = (index + 1, len(children), at[index], kinds[child.tag])
        return self._places.get(element, _NO_SIBLINGS)

    def _is_pseudo(self, element: HtmlElement, name: str, dynamic: bool) -> bool:  # noqa: C901
        if name in DYNAMIC:
            return (
                dynamic
                or (name == "checked" and ("checked" in element.attrib or "selected" in element.attrib))
                or (name == "open" and "open" in element.attrib)
            )
        match name:
            case "root" | "scope":
                return element.getparent() is None
            case "link" | "any-link":
                return element.tag in {"a", "area"} and "href" in element.attrib
            case "empty":
                return len(element) == 0 and not element.text
            case "defined":
                return True
            case "enabled":
                return element.tag in _CONTROLS and "disabled" not in element.attrib
            case "disabled":
                return element.tag in _CONTROLS and "disabled" in element.attrib
            case "required":
                return "required" in element.attrib
            case "optional":
                return element.tag in _CONTROLS and "required" not in element.attrib
            case "read-write":
                return element.tag in {"input", "textarea"} and not {"readonly", "disabled"} & set(
                    element.attrib
                )
            case "read-only":
                return not self._is_pseudo(element, "read-write", dynamic)
        place, count, alike, kind = self._place(element)
        first, last = place == 1, place == count
        first_kind, last_kind = alike == 1, alike == kind
        return {
            "first-child": first,
            "last-child": last,
            "only-child": first and last,
            "first-of-type": first_kind,
            "last-of-type": last_kind,
            "only-of-type": first_kind and last_kind,
        }.get(name, False)

    def _is_function(self, element: HtmlElement, part: tree.Function) -> bool:
        name = part.name.lower()
        if name in {"lang", "dir"}:
            text = "".join(token.value or "" for token in part.arguments).strip().lower()
            around = (each.get(name) for each in (element, *element.iterancestors()))
            told = next((each.lower() for each in around if each), "ltr" if name == "dir" else "")
            return told == text or (name == "lang" and told.startswith(f"{text}-"))
        steps = _steps_of(part)
        if steps is None:
            return False
        place, count, alike, kind = self._place(element)
        if name.endswith("of-type"):
            place, count = alike, kind
        if "last" in name:
            place = count + 1 - place
        step, offset = steps
        if step == 0:
            return place == offset
        return (place - offset) % step == 0 and (place - offset) // step >= 0


_CONTROLS = frozenset({"button", "input", "select", "textarea", "option", "optgroup", "fieldset"})


@lru_cache(maxsize=5_000)
def _steps_of(part: tree.Function) -> tuple[int, int] | None:
    """The ``a`` and ``b`` of ``an+b``."""
    text = "".join(token.value or "" for token in part.arguments).replace(" ", "").lower()
    found = _NTH.fullmatch({"odd": "2n+1", "even": "2n"}.get(text, text))
    if not found:
        return None
    if found[3]:
        return 0, int(found[3])
    return int(found[1] + "1") if found[1] in {"", "+", "-"} else int(found[1]), int(found[2] or 0)


@lru_cache(maxsize=20_000)
def _bit(name: str) -> int:
    return 1 << (crc32(name.encode("utf-8", "replace")) % _MASK_BITS)


def _needed_above(part: tree.Tree) -> int:
    """Bits of the names that elements around a match must have."""
    needed, outer = 0, False
    while not isinstance(part, tree.Element):
        if isinstance(part, tree.CombinedSelector):
            needed |= _names_of(part.subselector) if outer else 0
            outer, part = part.combinator in {" ", ">"}, part.selector
            if not isinstance(part, tree.CombinedSelector):
                return needed | (_names_of(part) if outer else 0)
        else:
            return needed
    return needed


def _names_of(part: tree.Tree) -> int:
    """Bits of the id, classes and tag of one compound."""
    bits = 0
    while not isinstance(part, tree.Element):
        if isinstance(part, tree.CombinedSelector):
            return bits
        if isinstance(part, tree.Hash):
            bits |= _bit("#" + part.id)
        elif isinstance(part, tree.Class):
            bits |= _bit("." + part.class_name)
        part = part.selector
    return bits | (_bit(part.element.lower()) if part.element else 0)


def _related(element: HtmlElement, combinator: str) -> Iterator[HtmlElement]:
    if combinator == " ":
        yield from element.iterancestors()
    elif combinator == ">":
        parent = element.getparent()
        if parent is not None:
            yield parent
    else:
        for sibling in element.itersiblings(preceding=True):
            if isinstance(sibling.tag, str):
                yield sibling
                if combinator == "+":
                    return


def _has_attribute(element: HtmlElement, part: tree.Attrib) -> bool:
    value = element.get(part.attrib.lower())
    if value is None:
        return False
    wanted = getattr(part.value, "value", part.value)
    if (part.flag or "").lower() == "i":
        value, wanted = value.lower(), str(wanted or "").lower()
    match part.operator:
        case "exists":
            return True
        case "=":
            return bool(value == wanted)
        case "~=":
            return wanted in value.split()
        case "|=":
            return bool(value == wanted or value.startswith(f"{wanted}-"))
        case "^=":
            return bool(wanted) and value.startswith(wanted)
        case "$=":
            return bool(wanted) and value.endswith(wanted)
        case "*=":
            return bool(wanted) and wanted in value
    return False
