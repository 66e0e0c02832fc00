"""Text that a page's own script writes 脚本写入, worked out without a browser where the script is simple.

A small reader of string building: literals, ``+``, template strings, objects, arrays, a few string methods,
and the usual places to write to. It runs nothing, loops over nothing, and gives up on what it does not know;
where a rendered page is at hand, that is used in its place.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

MOST_SCRIPT = 60_000
_MOST_TOKENS = 20_000
_MOST_TEXT = 20_000
_TOKEN = re.compile(
    r"""(?P<space>\s+|//[^\n]*|/\*.*?\*/)
    |(?P<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)
    |(?P<number>\d+(?:\.\d+)?)
    |(?P<name>[A-Za-z_$][\w$]*)
    |(?P<sign>=>|\+=|===|==|!==|!=|&&|\|\||\?\.|[-+*/%=<>!?:;,.(){}\[\]&|^~])
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u\{([0-9a-fA-F]+)\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(.))", re.DOTALL)
_PLAIN = {"n": "\n", "t": "\t", "r": "", "b": "", "f": "", "v": "", "0": "", "\n": ""}


_ADDRESSES = frozenset({"href", "src"})
_LOADING = frozenset({"onload", "onreadystatechange", "onpageshow", "onDOMContentLoaded"})
_LOAD_EVENTS = frozenset({"load", "DOMContentLoaded", "readystatechange", "pageshow"})
_CALLING = frozenset(
    {"addEventListener", "setTimeout", "requestAnimationFrame", "ready", "$", "jQuery", "on", "one"}
)


class Unknown:
    """A value that cannot be known without running the script."""


UNKNOWN = Unknown()


@dataclass(frozen=True, slots=True)
class Node:
    """An element that a script names: by id, by selector, or one it made."""

    how: str
    name: str


@dataclass(slots=True)
class Write:
    """One thing that a script does to the page."""

    target: Node | None
    """``None``: ``document.write``, at the place of the script."""
    kind: str
    """``html`` or ``text``, also after ``append_``; ``style``, ``class``, ``address``, ``hidden``,
    ``remove``."""
    value: str


class _Made:
    """An element that a script made and has not put anywhere yet."""

    def __init__(self, tag: str) -> None:
        self.tag = tag if re.fullmatch(r"[A-Za-z][A-Za-z0-9]{0,11}", tag) else "div"
        self.html = ""
        self.style = ""
        self.address = ""

    def markup(self) -> str:
        style = f' style="{self.style}"' if self.style else ""
        name = "href" if self.tag == "a" else "src"
        address = f' {name}="{_escaped(self.address).replace(chr(34), "&quot;")}"' if self.address else ""
        return f"<{self.tag}{address}{style}>{self.html}</{self.tag}>"


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
    tokens = [
        (match.lastgroup or "", match[0]) for match in _TOKEN.finditer(script) if match.lastgroup != "space"
    ][:_MOST_TOKENS]
    reader = _Reader(tokens)
    reader.run()
    reader.finish()
    return ScriptReading(tuple(reader.writes), tuple(reader.clicked))


def strings_of(script: str) -> Iterator[str]:
    """String literals of a script."""
    for match in _TOKEN.finditer(script[:MOST_SCRIPT]):
        if match.lastgroup == "string":
            yield unquoted(match[0])


def unquoted(literal: str) -> str:
    """The text of a string literal."""

    def put(match: re.Match[str]) -> str:
        code = match[1] or match[2] or match[3]
        if code:
            return chr(int(code, 16)) if int(code, 16) < 0x110000 else ""
        return _PLAIN.get(match[4], match[4])

    return _ESCAPE.sub(put, literal[1:-1])


class _Stop(Exception):  # noqa: N818 - control flow inside this module
    """The expression is beyond this reader."""


class _Reader:
    """Reads statements one after another; what it cannot read, it skips."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = tokens
        self.at = 0
        self.names: dict[str, Any] = {}
        self.writes: list[Write] = []
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
        self.writes += inner.writes
        self.clicked += inner.clicked

    def finish(self) -> None:
        """Functions that nothing called are read for what a click would do."""
        for name in list(self.functions):
            if name not in self.called:
                before = len(self.writes)
                self._invoke(name)
                self._set_aside(before)

    def _set_aside(self, before: int) -> None:
        self.clicked += [write.target for write in self.writes[before:] if write.target]
        del self.writes[before:]

    def _expression_statement(self) -> None:
        if self._peek()[0] != "name":
            self._expression()
            return
        target = self._chain(assignable=True)
        sign = self._peek()[1]
        if sign in {"=", "+="} and target[1]:
            self.at += 1
            before = len(self.writes)
            value = self._expression()
            self._assign(target, value, added=sign == "+=")
            if target[1].startswith("on") and target[1] not in _LOADING:
                self._set_aside(before)

    def _assign(self, place: tuple[Any, str], value: Any, *, added: bool) -> None:  # noqa: C901
        owner, name = place
        if name in _LOADING and isinstance(value, tuple) and value[-1] in self.functions:
            self._invoke(value[-1])
        if owner is None:
            if added:
                value = _plus(self.names.get(name, UNKNOWN), value)
            self.names[name] = value
            return
        if isinstance(owner, dict):
            owner[name] = _plus(owner.get(name, UNKNOWN), value) if added else value
            return
        text = _text(value)
        if isinstance(owner, _Made):
            if text is None:
                return
            if name == "innerHTML":
                owner.html = owner.html + text if added else text
            elif name in {"textContent", "innerText"}:
                owner.html = owner.html + _escaped(text) if added else _escaped(text)
            elif name == "style":
                owner.style += text
            elif name in _ADDRESSES:
                owner.address = text
            return
        if isinstance(owner, tuple) and owner and owner[0] == "style":
            self._style(owner[1], name, text)
            return
        if isinstance(owner, Node) and text is not None:
            if name in {"innerHTML", "outerHTML"}:
                self.writes.append(Write(owner, "append_html" if added else "html", text))
            elif name in {"textContent", "innerText", "nodeValue", "value"}:
                self.writes.append(Write(owner, "append_text" if added else "text", text))
            elif name == "hidden":
                self.writes.append(Write(owner, "hidden", "" if text in {"false", "0", ""} else "1"))
            elif name == "className":
                self.writes.append(Write(owner, "class", text))
            elif name in _ADDRESSES:
                self.writes.append(Write(owner, "address", text))

    def _style(self, owner: Any, name: str, text: str | None) -> None:
        if text is None:
            return
        css = text if name == "cssText" else f"{_dashed(name)}:{text}"
        if isinstance(owner, _Made):
            owner.style += css + ";"
        elif isinstance(owner, Node):
            self.writes.append(Write(owner, "style", css))

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
                    value = _plus(value, self._term())
                elif sign == "||":
                    self.at += 1
                    other = self._term()
                    value = value if _text(value) else other
                elif sign in {"-", "*", "/", "%", "==", "===", "!=", "!==", "<", ">", "&&", "&", "|", "^"}:
                    self.at += 1
                    other = self._term()
                    value = other if sign == "&&" else UNKNOWN
                elif sign == "?":
                    self.at += 1
                    first = self._expression()
                    self._want(":")
                    second = self._expression()
                    value = first if isinstance(value, Unknown) or _text(value) else second
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
                value = _property(owner, name)
            elif sign == "[":
                self.at += 1
                key = self._expression()
                self._want("]")
                owner, name = value, str(_text(key) or "")
                value = _property(owner, name if not isinstance(key, int) else key)
            elif sign == "(":
                before = len(self.writes)
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
                value = self._call(owner, name, value, arguments)
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
                inner = _Reader(
                    [(m.lastgroup or "", m[0]) for m in _TOKEN.finditer(part) if m.lastgroup != "space"]
                )
                inner.names, inner.depth = self.names, self.depth + 1
                built = _plus(built, inner._expression())
            else:
                built = _plus(built, unquoted(f"`{part}`"))
        return built

    def _array(self) -> list[Any]:
        values: list[Any] = []
        while self._peek()[1] != "]":
            values.append(self._expression())
            if self._peek()[1] == ",":
                self.at += 1
            elif self._peek()[1] != "]":
                raise _Stop
        self.at += 1
        return values

    def _object(self) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while self._peek()[1] != "}":
            kind, key = self._next()
            if kind not in {"string", "name", "number"}:
                raise _Stop
            name = unquoted(key) if kind == "string" else key
            if self._peek()[1] == ":":
                self.at += 1
                values[name] = self._expression()
            else:
                values[name] = self.names.get(name, UNKNOWN)
            if self._peek()[1] == ",":
                self.at += 1
            elif self._peek()[1] != "}":
                raise _Stop
        self.at += 1
        return values

    def _arguments(self) -> list[Any]:
        self._want("(")
        values: list[Any] = []
        while self._peek()[1] != ")":
            values.append(self._expression())
            if self._peek()[1] == ",":
                self.at += 1
            elif self._peek()[1] != ")":
                raise _Stop
        self.at += 1
        return values

    def _call(self, owner: Any, name: str, value: Any, arguments: list[Any]) -> Any:  # noqa: C901
        first = arguments[0] if arguments else UNKNOWN
        text = _text(first)
        if name == "getElementById" and text is not None:
            return Node("id", text)
        if (
            name in {"querySelector", "querySelectorAll", "$", "jQuery"}
            and text is not None
            and "<" not in text
        ):
            return Node("css", text)
        if name == "getElementsByClassName" and text is not None:
            return [Node("css", f".{text}")]
        if name == "getElementsByTagName" and text is not None:
            return [Node("css", text)]
        if name == "createElement" and text is not None:
            return _Made(text)
        if name == "createTextNode":
            made = _Made("span")
            made.html = _escaped(text or "")
            return made
        if name in {"write", "writeln"} and owner == ("global", "document"):
            joined = [_text(each) for each in arguments]
            if None not in joined:
                self.writes.append(Write(None, "append_html", "".join(each or "" for each in joined)))
            return UNKNOWN
        if name in {"insertAdjacentHTML", "insertAdjacentText"} and len(arguments) > 1:
            second = _text(arguments[1])
            if isinstance(owner, Node) and second is not None:
                self.writes.append(
                    Write(owner, "append_html" if name.endswith("HTML") else "append_text", second)
                )
            return UNKNOWN
        if name in {
            "appendChild",
            "append",
            "prepend",
            "replaceChildren",
            "html",
            "text",
            "insertBefore",
            "after",
            "before",
        }:
            return self._put(owner, name, arguments)
        if name == "remove" and isinstance(owner, Node):
            self.writes.append(Write(owner, "remove", ""))
            return UNKNOWN
        if name in {"hide", "css"} and isinstance(owner, Node):
            css = "display:none" if name == "hide" else ":".join(str(_text(each) or "") for each in arguments)
            self.writes.append(Write(owner, "style", css))
            return owner
        if name == "setAttribute" and len(arguments) > 1 and text == "style":
            self._style(owner, "cssText", _text(arguments[1]))
            return UNKNOWN
        if name == "setAttribute" and len(arguments) > 1 and text in _ADDRESSES:
            self._assign((owner, text), arguments[1], added=False)
            return UNKNOWN
        if (
            name == "setProperty"
            and isinstance(owner, tuple)
            and owner
            and owner[0] == "style"
            and len(arguments) > 1
        ):
            self._style(owner[1], text or "", _text(arguments[1]))
            return UNKNOWN
        if name == "fillText" and text:
            self.writes.append(Write(Node("css", "canvas"), "append_text", text))
            return UNKNOWN
        return _string_call(owner, name, value, arguments)

    def _put(self, owner: Any, name: str, arguments: list[Any]) -> Any:
        for value in arguments[:1] if name == "insertBefore" else arguments:
            html = value.markup() if isinstance(value, _Made) else None
            text = _text(value) if html is None else None
            if html is None and text is not None:
                html = (
                    text
                    if name == "html" or (isinstance(owner, Node) and owner.how == "css" and "<" in text)
                    else _escaped(text)
                )
            if html is None:
                continue
            if isinstance(owner, _Made):
                owner.html += html
            elif isinstance(owner, Node):
                self.writes.append(
                    Write(
                        owner, "html" if name in {"html", "text", "replaceChildren"} else "append_html", html
                    )
                )
            elif owner == ("global", "document") or (isinstance(owner, tuple) and owner[-1:] == ("body",)):
                self.writes.append(Write(Node("css", "body"), "append_html", html))
        return arguments[0] if arguments else UNKNOWN


def _is_click(name: str, arguments: list[Any]) -> bool:
    if name in {"addEventListener", "on", "one", "bind", "attachEvent"} and arguments:
        return _text(arguments[0]) not in _LOAD_EVENTS
    return name in {"click", "toggle", "hover", "mouseover", "delegate", "onclick"}


def _property(owner: Any, name: Any) -> Any:
    if isinstance(owner, dict):
        return owner.get(str(name), UNKNOWN)
    if isinstance(owner, (list, str)) and isinstance(name, int):
        return owner[name] if -len(owner) <= name < len(owner) else UNKNOWN
    if name == "style" and isinstance(owner, (Node, _Made)):
        return ("style", owner)
    if name in {"body", "documentElement"} and owner == ("global", "document"):
        return Node("css", "body")
    if isinstance(owner, tuple) and owner[:1] == ("global",) and owner[1] in {"window", "self", "top"}:
        return ("global", name)
    if isinstance(owner, list) and owner and isinstance(owner[0], Node) and isinstance(name, int):
        return owner[0]
    return UNKNOWN


def _string_call(owner: Any, name: str, value: Any, arguments: list[Any]) -> Any:  # noqa: C901
    first = arguments[0] if arguments else UNKNOWN
    text = _text(first)
    if isinstance(owner, list):
        if name == "join":
            parts = [_text(each) for each in owner]
            return (
                UNKNOWN if None in parts else (text if text is not None else ",").join(p or "" for p in parts)
            )
        if name == "reverse":
            return owner[::-1]
        if name == "concat" and isinstance(first, list):
            return owner + first
        if name in {"map", "filter", "slice"}:
            return owner if name != "slice" else owner[int(first) if isinstance(first, int) else 0 :]
    if isinstance(owner, str):
        if name == "split":
            return list(owner) if text == "" else owner.split(text) if text else [owner]
        if name in {"trim", "toString", "valueOf"}:
            return owner.strip() if name == "trim" else owner
        if name in {"toUpperCase", "toLowerCase"}:
            return owner.upper() if name == "toUpperCase" else owner.lower()
        if name == "concat":
            return _plus(owner, first)
        if name in {"replace", "replaceAll"} and text is not None and len(arguments) > 1:
            second = _text(arguments[1])
            return (
                owner.replace(text, second, 1 if name == "replace" else -1) if second is not None else UNKNOWN
            )
        if name in {"slice", "substring", "substr"} and isinstance(first, int):
            end = arguments[1] if len(arguments) > 1 and isinstance(arguments[1], int) else None
            if name == "substr" and end is not None:
                end += first
            return owner[first:end]
    if name == "fromCharCode" and all(isinstance(each, int) for each in arguments):
        return "".join(chr(each) for each in arguments if 0 <= each < 0x110000)
    if name == "atob" and text is not None:
        try:
            return base64.b64decode(text + "=" * (-len(text) % 4)).decode("latin-1")
        except (binascii.Error, ValueError):
            return UNKNOWN
    if name == "escape" and text is not None:
        return urllib.parse.quote(text.encode("latin-1", "replace"))
    if name in {"decodeURIComponent", "decodeURI", "unescape"} and text is not None:
        plain = re.sub(r"%u([0-9a-fA-F]{4})", lambda m: chr(int(m[1], 16)), text)
        return urllib.parse.unquote(plain)
    if name == "parse" and text is not None:
        try:
            return json.loads(text)
        except ValueError:
            return UNKNOWN
    if name == "String":
        return first
    return UNKNOWN


def _plus(one: Any, other: Any) -> Any:
    left, right = _text(one), _text(other)
    if left is None and right is None:
        return UNKNOWN
    # What cannot be known is left out: the known part of a text is still what the visitor sees.
    return ((left or "") + (right or ""))[:_MOST_TEXT]


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return str(value)
    if isinstance(value, tuple) and value == ("global", "true"):
        return "true"
    if isinstance(value, tuple) and value in (("global", "false"), ("global", "null")):
        return ""
    return None


def _dashed(name: str) -> str:
    return re.sub(r"[A-Z]", lambda match: "-" + match[0].lower(), name)


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
