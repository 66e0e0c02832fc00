"""Text that a page's own script writes 脚本写入, worked out without a browser where the script is simple.

A small reader of string building: literals, ``+``, template strings, objects, arrays, a few string methods,
and the usual places to write to. It runs nothing, loops over nothing, and gives up on what it does not know;
where a rendered page is at hand, that is used in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from detectors.licensing.script_effects import Effects, Write
from detectors.licensing.script_tokens import MOST_SCRIPT, tokens_of, unquoted
from detectors.licensing.script_values import UNKNOWN, Node, Unknown, plus, property_of, text_of

_LOADING = frozenset({"onload", "onreadystatechange", "onpageshow", "onDOMContentLoaded"})
_LOAD_EVENTS = frozenset({"load", "DOMContentLoaded", "readystatechange", "pageshow"})
_CALLING = frozenset(
    {"addEventListener", "setTimeout", "requestAnimationFrame", "ready", "$", "jQuery", "on", "one"}
)


@dataclass(frozen=True, slots=True)
class ScriptReading:
    """What a script does on its own, and what it changes when the visitor clicks."""

    writes: tuple[Write, ...] = ()
    clicked: tuple[Node, ...] = ()


def read_script(script: str) -> ScriptReading:
    """What ``script`` writes to the page as it loads, as far as it can be told."""
    if len(script) > MOST_SCRIPT or not re.search(
        r"innerHTML|textContent|innerText|document\s*\.\s*write|insertAdjacent|append|createTextNode|style|\.html\(|"
        r"\.text\(|remove|hidden|outerHTML|fillText|nodeValue|\.value|class|setAttribute|\.href|\.src",
        script,
    ):
        return ScriptReading()
    reader = _Reader(tokens_of(script))
    reader.run()
    reader.finish()
    return ScriptReading(tuple(reader.effects.writes), tuple(reader.clicked))


class _Stop(Exception):  # noqa: N818 - control flow inside this module
    """The expression is beyond this reader."""


class _Reader:
    """Reads statements one after another; what it cannot read, it skips."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.at = 0
        self.names: dict[str, Any] = {}
        self.effects = Effects()
        self.clicked: list[Node] = []
        self.functions: dict[str, list[tuple[str, str]]] = {}
        self.called: set[str] = set()
        self.depth = 0

    # ------------------------------------------------------------ statements

    def run(self) -> None:
        while self.at < len(self.tokens):
            start = self.at
            try:
                self._statement()
            except (_Stop, RecursionError, ValueError, TypeError, IndexError):
                self.at = max(self.at, start)
                self._skip()
            if self.at == start:
                self.at += 1

    def _skip(self) -> None:
        # To the end of the statement, or into a block, whose statements are read as if they ran.
        while self.at < len(self.tokens) and self.tokens[self.at][1] not in {";", "{", "}"}:
            self.at += 1
        self.at += 1

    def _statement(self) -> None:
        kind, text = self._peek()
        if text in {";", "{", "}", "else", "try", "finally", "return", "new", "async", "await", "void"}:
            self.at += 1
        elif text in {"var", "let", "const"}:
            self.at += 1
            self._declaration()
        elif text == "function":
            self._function()
        elif kind == "name" or text in {"(", "["} or kind == "string":
            self._expression_statement()
        else:
            raise _Stop

    def _declaration(self) -> None:
        while True:
            kind, name = self._next()
            if kind != "name":
                raise _Stop
            if self._peek()[1] == "=":
                self.at += 1
                self.names[name] = self._expression()
            if self._peek()[1] != ",":
                return
            self.at += 1

    def _function(self) -> None:
        # A named function waits until it is called; one that nothing calls is taken for a visitor's click.
        self.at += 1
        kind, name = self._next()
        while self._peek()[1] not in {"{", ""}:
            self.at += 1
        self.at += 1
        start, depth = self.at, 1
        while self.at < len(self.tokens) and depth:
            sign = self._next()[1]
            depth += (sign == "{") - (sign == "}")
        if kind == "name":
            self.functions[name] = self.tokens[start : self.at - 1]

    def _invoke(self, name: str) -> None:
        body = self.functions[name]
        if name in self.called or self.depth > 8:
            return
        self.called.add(name)
        inner = _Reader(body)
        inner.names, inner.functions, inner.called = self.names, self.functions, self.called
        inner.depth = self.depth + 1
        inner.run()
        self.effects.writes += inner.effects.writes
        self.clicked += inner.clicked

    def finish(self) -> None:
        """Functions that nothing called are read for what a click would do."""
        for name in list(self.functions):
            if name not in self.called:
                before = len(self.effects.writes)
                self._invoke(name)
                self._set_aside(before)

    def _set_aside(self, before: int) -> None:
        self.clicked += [write.target for write in self.effects.writes[before:] if write.target]
        del self.effects.writes[before:]

    def _expression_statement(self) -> None:
        if self._peek()[0] != "name":
            self._expression()
            return
        target = self._chain(assignable=True)
        sign = self._peek()[1]
        if sign in {"=", "+="} and target[1]:
            self.at += 1
            before = len(self.effects.writes)
            value = self._expression()
            self._assign(target, value, added=sign == "+=")
            if target[1].startswith("on") and target[1] not in _LOADING:
                self._set_aside(before)

    def _assign(self, place: tuple[Any, str], value: Any, *, added: bool) -> None:
        owner, name = place
        if name in _LOADING and isinstance(value, tuple) and value[-1] in self.functions:
            self._invoke(value[-1])
        if owner is None:
            if added:
                value = plus(self.names.get(name, UNKNOWN), value)
            self.names[name] = value
            return
        if isinstance(owner, dict):
            owner[name] = plus(owner.get(name, UNKNOWN), value) if added else value
            return
        self.effects.assign(owner, name, value, added=added)

    # ------------------------------------------------------------ expressions

    def _peek(self) -> tuple[str, str]:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("", "")

    def _next(self) -> tuple[str, str]:
        token = self._peek()
        self.at += 1
        return token

    def _want(self, sign: str) -> None:
        if self._next()[1] != sign:
            raise _Stop

    def _expression(self) -> Any:
        self.depth += 1
        if self.depth > 40:
            self.depth -= 1
            raise _Stop
        try:
            value = self._term()
            while True:
                sign = self._peek()[1]
                if sign == "+":
                    self.at += 1
                    value = plus(value, self._term())
                elif sign == "||":
                    self.at += 1
                    other = self._term()
                    value = value if text_of(value) else other
                elif sign in {"-", "*", "/", "%", "==", "===", "!=", "!==", "<", ">", "&&", "&", "|", "^"}:
                    self.at += 1
                    other = self._term()
                    value = other if sign == "&&" else UNKNOWN
                elif sign == "?":
                    self.at += 1
                    first = self._expression()
                    self._want(":")
                    second = self._expression()
                    value = first if isinstance(value, Unknown) or text_of(value) else second
                else:
                    return value
        finally:
            self.depth -= 1

    def _term(self) -> Any:
        kind, text = self._peek()
        if text in {"!", "-", "+", "~"}:
            self.at += 1
            self._term()
            return UNKNOWN
        if (
            text == "function"
            or (text == "(" and self._is_arrow())
            or (kind == "name" and self._ahead(1) == "=>")
        ):
            return self._closure()
        _, value = self._chain(assignable=False)
        return value

    def _ahead(self, by: int) -> str:
        place = self.at + by
        return self.tokens[place][1] if place < len(self.tokens) else ""

    def _is_arrow(self) -> bool:
        depth = 0
        for place in range(self.at, min(self.at + 60, len(self.tokens))):
            sign = self.tokens[place][1]
            depth += (sign == "(") - (sign == ")")
            if depth == 0:
                return place + 1 < len(self.tokens) and self.tokens[place + 1][1] == "=>"
        return False

    def _closure(self) -> Any:
        # A function given to something: its body is read as statements, as if it ran.
        if self._peek()[1] == "function":
            while self._peek()[1] not in {"{", ""}:
                self.at += 1
        else:
            while self._peek()[1] not in {"=>", ""}:
                self.at += 1
            self.at += 1
        if self._peek()[1] != "{":
            return self._expression()
        self.at += 1
        depth = 1
        while self.at < len(self.tokens) and depth:
            sign = self._peek()[1]
            if sign in {"{", "}"}:
                depth += 1 if sign == "{" else -1
                self.at += 1
                continue
            start = self.at
            try:
                self._statement()
            except (_Stop, ValueError, TypeError, IndexError):
                while self.at < len(self.tokens) and self.tokens[self.at][1] not in {";", "{", "}"}:
                    self.at += 1
            if self.at == start:
                self.at += 1
        return UNKNOWN

    def _chain(self, *, assignable: bool) -> tuple[Any, Any]:  # noqa: C901
        kind, text = self._next()
        owner: Any = None
        name = text
        value: Any = UNKNOWN
        if kind == "string":
            value, name = self._literal(text), ""
        elif kind == "number":
            value, name = float(text) if "." in text else int(text), ""
        elif text == "[":
            value, name = self._array(), ""
        elif text == "{":
            value, name = self._object(), ""
        elif text == "(":
            value = self._expression()
            self._want(")")
            name = ""
        elif text == "new":
            _, value = self._chain(assignable=False)
            name = ""
        elif kind == "name":
            value = self.names.get(text, ("global", text))
        else:
            raise _Stop
        while True:
            sign = self._peek()[1]
            if sign in {".", "?."}:
                self.at += 1
                owner, name = value, self._next()[1]
                value = property_of(owner, name)
            elif sign == "[":
                self.at += 1
                key = self._expression()
                self._want("]")
                owner, name = value, str(text_of(key) or "")
                value = property_of(owner, name if not isinstance(key, int) else key)
            elif sign == "(":
                before = len(self.effects.writes)
                arguments = self._arguments()
                if _is_click(name, arguments):
                    self._set_aside(before)
                elif owner is None and name in self.functions:
                    self._invoke(name)
                for argument in arguments if name in _CALLING else []:
                    if (
                        isinstance(argument, tuple)
                        and argument[-1] in self.functions
                        and not _is_click(name, arguments)
                    ):
                        self._invoke(argument[-1])
                value = self.effects.call(owner, name, value, arguments)
                owner, name = None, ""
            else:
                break
        return (owner, name) if assignable else (owner, value)

    def _literal(self, text: str) -> Any:
        if not text.startswith("`"):
            return unquoted(text)
        parts = re.split(r"\$\{([^{}]*)\}", text[1:-1])
        built: Any = ""
        for index, part in enumerate(parts):
            if index % 2:
                inner = _Reader(tokens_of(part))
                inner.names, inner.depth = self.names, self.depth + 1
                built = plus(built, inner._expression())
            else:
                built = plus(built, unquoted(f"`{part}`"))
        return built

    def _array(self) -> list[Any]:
        return [self._expression() for _ in self._parts("]")]

    def _object(self) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for _ in self._parts("}"):
            kind, key = self._next()
            if kind not in {"string", "name", "number"}:
                raise _Stop
            name = unquoted(key) if kind == "string" else key
            if self._peek()[1] == ":":
                self.at += 1
                values[name] = self._expression()
            else:
                values[name] = self.names.get(name, UNKNOWN)
        return values

    def _arguments(self) -> list[Any]:
        self._want("(")
        return [self._expression() for _ in self._parts(")")]

    def _parts(self, end: str) -> Iterator[None]:
        """A turn for each part up to ``end``, with a comma between two."""
        while self._peek()[1] != end:
            yield
            if self._peek()[1] == ",":
                self.at += 1
            elif self._peek()[1] != end:
                raise _Stop
        self.at += 1


def _is_click(name: str, arguments: list[Any]) -> bool:
    if name in {"addEventListener", "on", "one", "bind", "attachEvent"} and arguments:
        return text_of(arguments[0]) not in _LOAD_EVENTS
    return name in {"click", "toggle", "hover", "mouseover", "delegate", "onclick"}
