"""From the bytes of a page to its text, whatever its label says 字符集."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# What a web page may be written in; Python knows "charsets" that are none, such as idna or zlib.
_WEB = ("utf-8", "utf-16", "gb18030", "big5", "euc", "shift_jis", "cp", "iso", "koi8", "ascii", "mac")
# Characters that any text or shop page of a script is full of; a text read with a wrong charset has few of
# them. Those that both forms of Chinese share come first, then 简体, then 繁體.
_HANZI = (
    "的一是不在人有我他大中上和地到以要就出也你生能而子那得于下自之年作里用道行所然家事成方多去法如同面起定"
    "天分好小部其本前因只想日者意力它把十民第公此工使明性知全三又正外由最重并手文政相利什二等新己制加月合回"
    "代化次度任常先海教原立及比解水名真各入几口平系更四何安少才太再感建做接必件期市直命山至便空"
    "品格商元包店首立即收藏全部尺寸色查看免退台"
    "这个们来为国说时会对过发后学没动还进样经间长现开问无两关点价购买车货详运费邮评论图产"
    "這個們來為國說時會對過發後學沒動還進樣經間長現開問無兩關點價購買車貨詳運費郵評論圖產"
)
_KANA = "".join(map(chr, range(0x3041, 0x30F7)))
_HANGUL = "이다는을의에하고가지로기사한리시도대어자정인해아서나일수부라원상제보안전구스그장적"
_COMMON = {
    "gb18030": _HANZI, "big5hkscs": _HANZI, "cp932": _KANA, "euc_jp": _KANA, "cp949": _HANGUL
}  # fmt: skip
_FIRST = "gb18030"
_LEAST_COMMON = 0.05
"""Least share of common characters for any other: whole shop pages have 0.23 and more when read rightly, most
have 0.01 when read wrongly."""
_WESTERN = "cp1252"
_LETTERS = frozenset("àâäáãåæçèéêëìíîïñòóôöõøùúûüýÿßœÀÂÄÁÃÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÖÕØÙÚÛÜŒ€£©®°²·–—’‘“”„…«»¿¡\xa0")
"""What pages in Latin script have beyond ASCII."""
_SINGLE = re.compile(rb"(?<![\x80-\xff])[\x80-\xff](?![\x80-\xff])")
_LEAST_SINGLE, _LEAST_LETTERS = 0.4, 0.8
"""Least shares of bytes beyond ASCII that stand alone, and of letters among what they are read as: in
common Chinese all stand in pairs, in German words such as Größe two letters in a row do.
"""
_OTHERS = re.compile(r"[^\x00-\x7f]")
_BEYOND = bytes(range(0x80, 0x100))
# Beyond this share of unreadable characters a label is taken to be wrong.
_TOLERABLE = 0.005
_UNREADABLE = "\ufffd"
_TORN = 0.1
"""Most of the characters beyond ASCII that are unreadable as UTF-8 in UTF-8 with a torn character; in a text
of another charset nearly all are.
"""


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the charset it was read with, and what is wrong with the page's own label (evidence gaps)."""

    text: str
    charset: str
    gaps: tuple[str, ...] = ()


def decode(body: bytes, content_type: str = "") -> Decoded:
    """The text of a page.

    Valid UTF-8 with any character beyond ASCII is UTF-8, since no GBK text of that length passes for it by
    chance. Else the labels count, header before page, as long as they read the page without loss; then the
    charset of East Asia that reads it without loss and gives the most of its script's common characters;
    where hardly any are common, Windows-1252 if that gives single letters between others.
    """
    for bom, charset in _BOMS:
        if body.startswith(bom):
            return Decoded(body[len(bom) :].decode(charset, "replace"), charset)
    declared = _declared(body, content_type)
    if not body.isascii() and (text := _strictly(body, "utf-8")) is not None:
        return Decoded(text, "utf-8", _mislabelled(declared, "utf-8"))
    for charset in dict.fromkeys((*declared, "utf-8")):
        if (text := _strictly(body, charset)) is not None:
            return Decoded(text, charset, _mislabelled(declared, charset))
    if (text := body.decode("utf-8", "replace")).count(_UNREADABLE) <= _TORN * len(_OTHERS.findall(text)):
        return _lossy("utf-8", text, declared)
    read = {charset: text for charset in _COMMON if (text := _strictly(body, charset)) is not None}
    shares = {charset: _common_share(text, charset) for charset, text in read.items()}
    # The first of equals, and of those that nothing speaks for: most pages without a label are Chinese.
    charset = max(shares, key=lambda each: shares[each], default=_FIRST)
    if shares.get(charset, 0.0) < _LEAST_COMMON:
        if (text := _as_western(body)) is not None:
            return Decoded(text, _WESTERN, _mislabelled(declared, _WESTERN))
        charset = _FIRST
    if charset in read:
        return Decoded(read[charset], charset, _mislabelled(declared, charset))
    return _least_lossy(body, declared)


def _common_share(text: str, charset: str) -> float:
    """Share of the characters beyond ASCII that are common in the script that a charset is for."""
    others = _OTHERS.findall(text)
    return sum(map(frozenset(_COMMON[charset]).__contains__, others)) / max(1, len(others))


def _as_western(body: bytes) -> str | None:
    """The text of a page in Latin script, whose letters beyond ASCII stand alone between others."""
    text, beyond = _strictly(body, _WESTERN), len(body) - len(body.translate(None, _BEYOND))
    others = _OTHERS.findall(text) if text else []
    is_western = len(_SINGLE.findall(body)) >= _LEAST_SINGLE * beyond and sum(
        map(_LETTERS.__contains__, others)
    ) >= _LEAST_LETTERS * len(others)
    return text if is_western else None


def _least_lossy(body: bytes, declared: tuple[str, ...]) -> Decoded:
    lossy = {
        charset: body.decode(charset, "replace") for charset in dict.fromkeys((*declared, "utf-8", "gb18030"))
    }
    losses = {charset: text.count(_UNREADABLE) for charset, text in lossy.items()}
    first = next(iter(losses))
    tolerable = losses[first] <= _TOLERABLE * len(lossy[first])
    charset = first if tolerable else min(losses, key=lambda name: losses[name])
    return _lossy(charset, lossy[charset], declared)


def _lossy(charset: str, text: str, declared: tuple[str, ...]) -> Decoded:
    unreadable = f"charset: {text.count(_UNREADABLE)} characters unreadable as {charset}"
    return Decoded(text, charset, (*_mislabelled(declared, charset), unreadable))


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
