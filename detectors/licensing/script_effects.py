"""What a script does to a page 脚本写入页面: values that it assigns, and methods that it calls."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from detectors.licensing.script_values import UNKNOWN, Made, Node, escaped, string_call, text_of

_ADDRESSES = frozenset({"href", "src"})


@dataclass(slots=True)
class Write:
    """One thing that a script does to the page."""

    target: Node | None
    """``None``: ``document.write``, at the place of the script."""
    kind: str
    """``html`` or ``text``, also after ``append_``; ``style``, ``class``, ``address``, ``hidden``,
    ``remove``."""
    value: str


@dataclass
class Effects:
    """The writes of one script, in order."""

    writes: list[Write] = field(default_factory=list)

    def assign(self, owner: Any, name: str, value: Any, *, added: bool) -> None:  # noqa: C901
        """``owner.name = value``, or ``+=`` where it is added."""
        text = text_of(value)
        if isinstance(owner, Made):
            if text is None:
                return
            if name == "innerHTML":
                owner.html = owner.html + text if added else text
            elif name in {"textContent", "innerText"}:
                owner.html = owner.html + escaped(text) if added else escaped(text)
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
        if isinstance(owner, Made):
            owner.style += css + ";"
        elif isinstance(owner, Node):
            self.writes.append(Write(owner, "style", css))

    def call(self, owner: Any, name: str, value: Any, arguments: list[Any]) -> Any:  # noqa: C901
        """``owner.name(arguments)``; gives its value."""
        first = arguments[0] if arguments else UNKNOWN
        text = text_of(first)
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
            return Made(text)
        if name == "createTextNode":
            made = Made("span")
            made.html = escaped(text or "")
            return made
        if name in {"write", "writeln"} and owner == ("global", "document"):
            joined = [text_of(each) for each in arguments]
            if None not in joined:
                self.writes.append(Write(None, "append_html", "".join(each or "" for each in joined)))
            return UNKNOWN
        if name in {"insertAdjacentHTML", "insertAdjacentText"} and len(arguments) > 1:
            second = text_of(arguments[1])
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
            css = (
                "display:none" if name == "hide" else ":".join(str(text_of(each) or "") for each in arguments)
            )
            self.writes.append(Write(owner, "style", css))
            return owner
        if name == "setAttribute" and len(arguments) > 1 and text == "style":
            self._style(owner, "cssText", text_of(arguments[1]))
            return UNKNOWN
        if name == "setAttribute" and len(arguments) > 1 and text in _ADDRESSES:
            self.assign(owner, text, arguments[1], added=False)
            return UNKNOWN
        if (
            name == "setProperty"
            and isinstance(owner, tuple)
            and owner
            and owner[0] == "style"
            and len(arguments) > 1
        ):
            self._style(owner[1], text or "", text_of(arguments[1]))
            return UNKNOWN
        if name == "fillText" and text:
            self.writes.append(Write(Node("css", "canvas"), "append_text", text))
            return UNKNOWN
        return string_call(owner, name, value, arguments)

    def _put(self, owner: Any, name: str, arguments: list[Any]) -> Any:
        for value in arguments[:1] if name == "insertBefore" else arguments:
            html = value.markup() if isinstance(value, Made) else None
            text = text_of(value) if html is None else None
            if html is None and text is not None:
                html = (
                    text
                    if name == "html" or (isinstance(owner, Node) and owner.how == "css" and "<" in text)
                    else escaped(text)
                )
            if html is None:
                continue
            if isinstance(owner, Made):
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


def _dashed(name: str) -> str:
    return re.sub(r"[A-Z]", lambda match: "-" + match[0].lower(), name)
