"""Words of a script 脚本词法: its tokens and its string literals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

MOST_SCRIPT = 60_000
_MOST_TOKENS = 20_000
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


def tokens_of(script: str) -> list[tuple[str, str]]:
    """Kind and text of each token, without spaces and comments, at most 20,000."""
    matches = (match for match in _TOKEN.finditer(script) if match.lastgroup != "space")
    return [(match.lastgroup or "", match[0]) for match in islice(matches, _MOST_TOKENS)]


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
