"""What a click in the markup has a function of the page show 点击调用的函数."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from lxml.html import HtmlElement

_CALLED = re.compile(r"(?<![\w$])([A-Za-z_$][\w$]{0,60})\s{0,4}\(([^()]{0,200})")
_GIVEN = re.compile(r"['\"]([#.]?[\w-]{1,60})['\"]|(?<![\w.'\"-])(\d{1,4})(?![\w.'\"-])")
_BEGUN = re.compile(r"(?:getElementById\(\s*['\"]|['\"]#)([\w-]+)['\"]\s*\+")
"""Beginnings of ids that are made up with what a function is given: ``getElementById('tab' + n)``."""
_FUNCTION = re.compile(
    r"\bfunction\s{1,4}(?P<named>[\w$]{1,60})\s{0,4}\("
    r"|(?<![\w$])(?P<assigned>[\w$]{1,60})\s{0,4}[=:]\s{0,4}(?:async\s{1,4})?(?:function\b|\([^()]{0,100}\)\s{0,4}=>)"
)
_SHOWS = re.compile(
    r"display['\"]?\s*[=:,]\s*(?!\s*['\"]none['\"]\s*[;,)}])|\.hidden\b|classList|className|[cC]lass\(|\.show|toggle"
    r"|visibility|height|\.open\b|fadeIn|slideDown"
)
"""What a function does that brings something out, other than hide it."""
_LONGEST_FUNCTION = 2_000
_MOST_FUNCTIONS, _MOST_CALLS = 400, 20


@dataclass(frozen=True)
class Calls:
    """The functions that handlers in the markup call, by name: from which element, and with what."""

    made: dict[str, list[tuple[HtmlElement, str]]] = field(default_factory=lambda: defaultdict(list))

    def add(self, element: HtmlElement, handler: str) -> None:
        """Notes what ``handler`` of ``element`` calls."""
        for name, given in _CALLED.findall(handler):
            self.made[name].append((element, given))

    def shown_by(self, script: str) -> Iterator[tuple[HtmlElement, str]]:
        """Elements that call a function of ``script`` which shows something, and the code that names it."""
        for function in islice(_FUNCTION.finditer(script), _MOST_FUNCTIONS) if self.made else ():
            name = function["named"] or function["assigned"]
            start = script.find("{", function.end()) if name in self.made else -1
            body = script[start : _closed(script, start)] if start >= 0 else ""
            for control, given in self.made[name][:_MOST_CALLS] if _SHOWS.search(body) else ():
                yield control, f"{body} {_named_by(given, body)}"


def _named_by(given: str, body: str) -> str:
    """What a call names that gives a function an id, a class or the end of an id, as a script would."""
    values = [word or number for word, number in _GIVEN.findall(given)]
    whole = [value if value[0] in "#." else f"#{value}" for value in values]
    made = [f"#{begun}{value}" for begun in _BEGUN.findall(body) for value in values]
    return " ".join(f"'{each}'" for each in whole + made)


def _closed(text: str, start: int) -> int:
    """Where the brace at ``start`` is closed, or as far as a function is read."""
    depth = 0
    for brace in re.finditer(r"[{}]", text[start : start + _LONGEST_FUNCTION]):
        depth += 1 if brace[0] == "{" else -1
        if not depth:
            return start + brace.end()
    return start + _LONGEST_FUNCTION
