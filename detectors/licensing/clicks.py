"""Where a click leads that markup or a script answers 点击跳转."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lxml.html import HtmlElement

LEADS_NOWHERE = re.compile(r"(?:#.*|javascript:.*|about:blank)?$", re.IGNORECASE | re.DOTALL)
_ADDRESS = re.compile(
    r"""["'`]((?:https?:)?//[^"'`\s]{4,}|\.{0,2}/[^"'`\s]+|[\w./-]+\.(?:html?|php|jsp|aspx?|do)\b[^"'`\s]*)["'`]""",
    re.IGNORECASE,
)
_GOES = (
    r"(?:\bopen\s*\(|\blocation(?:\.href)?\s*=|\blocation\.(?:assign|replace)\s*\()"
    r"\s*([\"'][^\"'\n]{1,500}[\"'])"
)
_FUNCTION = re.compile(r"\bfunction\s+([\w$]+)\s*\([^()]{0,100}\)\s*\{[^{}]{0,300}?" + _GOES)
_HANDLER = re.compile(
    r"[\"']#?([\w-]+)[\"']\s*\)\s*\.(?:onclick\s*=|(?:click|on|bind|addEventListener)\s*\()"
    r"[^;{}]{0,100}\{[^{}]{0,300}?" + _GOES
)
_CALL = re.compile(r"([\w$]+)\s*\(")
_LONGEST_SCRIPT = 200_000


@dataclass(frozen=True)
class Clicks:
    """Where the scripts of one page lead a visitor who clicks."""

    functions: Mapping[str, str]
    """Addresses by the name of the function that goes there."""
    handlers: Mapping[str, str]
    """Addresses by the id of the element that is clicked."""

    def address(self, element: HtmlElement) -> str:
        """Where a click on the element leads, other than by its ``href``; "" for nowhere."""
        if element.tag in {"html", "body", "form", "img", "script", "iframe"}:
            return ""
        return next(filter(None, self._addresses(element)), "")

    def _addresses(self, element: HtmlElement) -> Iterator[str]:
        for name in ("data-href", "data-url", "data-link"):
            value = (element.get(name) or "").strip()
            if not LEADS_NOWHERE.match(value):
                yield value
        href = element.get("href") or ""
        code = (element.get("onclick") or "") + (href if href.lower().startswith("javascript:") else "")
        if code:
            found = _ADDRESS.search(code)
            yield found[1] if found else ""
            yield from (self.functions.get(name, "") for name in _CALL.findall(code))
        yield self.handlers.get(element.get("id") or "", "")
        form = next(element.iterancestors("form"), None) if element.tag == "button" else None
        if form is not None and (form.get("method") or "get").lower() == "get":
            yield element.get("formaction") or form.get("action") or ""


def clicks_of(scripts: Iterable[str]) -> Clicks:
    """What the scripts of a page do on a click, as far as they go to an address written out in them."""
    source = "\n".join(scripts)[:_LONGEST_SCRIPT]
    if not re.search(r"\blocation\b|\bopen\s*\(", source):
        return Clicks({}, {})
    return Clicks(*(dict(_written(pattern, source)) for pattern in (_FUNCTION, _HANDLER)))


def _written(pattern: re.Pattern[str], source: str) -> Iterator[tuple[str, str]]:
    for name, literal in pattern.findall(source):
        found = _ADDRESS.fullmatch(literal)
        if found:
            yield name, found[1]
