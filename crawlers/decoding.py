"""From the bytes of a page to its text, whatever its label says 字符集."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from itertools import chain

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# What a web page may be written in; Python knows "charsets" that are none, such as idna or zlib.
_WEB = ("utf-8", "utf-16", "gb18030", "big5", "euc", "shift_jis", "cp", "iso", "koi8", "ascii", "mac")
# Beyond this share of unreadable characters a label is taken to be wrong.
_TOLERABLE = 0.005


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the charset it was read with, and what is wrong with the page's own label (evidence gaps)."""

    text: str
    charset: str
    gaps: tuple[str, ...] = ()


def decode(body: bytes, content_type: str = "") -> Decoded:
    """The text of a page.

    Valid UTF-8 with any character beyond ASCII is UTF-8, since no GBK text of that length passes for it by
    chance. Else the labels count, header before page, as long as they read the page without loss.
    """
    for bom, charset in _BOMS:
        if body.startswith(bom):
            return Decoded(body[len(bom) :].decode(charset, "replace"), charset)
    declared = _declared(body, content_type)
    if not body.isascii() and (text := _strictly(body, "utf-8")) is not None:
        return Decoded(text, "utf-8", _mislabelled(declared, "utf-8"))
    for charset in dict.fromkeys(chain(declared, ("utf-8", "gb18030"))):
        if (text := _strictly(body, charset)) is not None:
            return Decoded(text, charset, _mislabelled(declared, charset))
    return _least_lossy(body, declared)


def _least_lossy(body: bytes, declared: tuple[str, ...]) -> Decoded:
    lossy = {
        charset: body.decode(charset, "replace") for charset in dict.fromkeys((*declared, "utf-8", "gb18030"))
    }
    losses = {charset: text.count("\ufffd") for charset, text in lossy.items()}
    first = next(iter(losses))
    tolerable = losses[first] <= _TOLERABLE * len(lossy[first])
    charset = first if tolerable else min(losses, key=lambda name: losses[name])
    unreadable = f"charset: {losses[charset]} characters unreadable as {charset}"
    return Decoded(lossy[charset], charset, (*_mislabelled(declared, charset), unreadable))


def _declared(body: bytes, content_type: str) -> tuple[str, ...]:
    # w3lib reads GBK and GB 2312 as GB 18030, which contains both, as browsers do.
    labels = (
        http_content_type_encoding(content_type),
        html_body_declared_encoding(body),
    )
    return tuple(dict.fromkeys(label for label in labels if label and label.startswith(_WEB)))


def _mislabelled(declared: tuple[str, ...], charset: str) -> tuple[str, ...]:
    wrong = [label for label in declared if label != charset]
    return tuple(f"charset: declared {label}, read as {charset}" for label in wrong)


def _strictly(body: bytes, charset: str) -> str | None:
    try:
        return body.decode(charset)
    except UnicodeError:
        return None
