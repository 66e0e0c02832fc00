"""Registration numbers on a page and whose they are 主体归属: role comes before validity.

Most false readings come from numbers that are somebody else's: the platform's, a maker's, an order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from detectors.licensing.blocks import NEAR, Blocks
from detectors.licensing.folded import Folded, any_of
from detectors.licensing.names import NameReader
from detectors.licensing.numbers import TYPED, Fault, credit_fault, has_inner_fault, typing_variants
from detectors.licensing.roles import SHOP, RoleReader
from detectors.licensing.tables import Cell
from domain.page_text import View
from domain.register import normal_name
from rules.licensing import LicensingWords, NumberTable

_REACH = 1_500
"""Characters to either side of a number that can speak of it, however long its line is."""
_MOST_NUMBERS = 300
"""Numbers of one page that are looked at; a page with more is a list, or an attack."""
_WHOLE = re.compile(r"(?<![0-9A-Z])[0-9A-Z](?:[ \t-]{0,2}[0-9A-Z]){17}(?![0-9A-Z])")
_VALUE = re.compile(r"[0-9A-Z*](?:[ \t.·•・_*-]{0,4}[0-9A-Z*])*")
_GAPS = re.compile(r"[ \t.·•・_-]+")
_BETWEEN = (
    r"\)?(?:\s?[(/、|或及和]\s?[^()\n:]{0,16}?\)?)?(?:\s?\([^()\n]{0,20}\))?(?:\s?(?:证书|编号|号码|证号|号|代码|CODE|NO))?"
    r"[ \t]?(?:\n\s?)?\s?(?:[.:=|>—-]|为|是|→|\s){0,4}\s?(?:\n\s?){0,2}"
)
_MORE = re.compile(r"\n[ \t]*([0-9A-Z](?:[ \t.-]?[0-9A-Z]){0,17})[ \t]*(?=\n|$)")
_REST = re.compile(r"\n[ \t]*([0-9A-Z]{2,16})(?=[ \t]*[),;|，；。、])")
"""The rest of a number that was broken over two lines, with the sentence going on behind it."""
_LIKE_CODE = re.compile(
    r"(?P<label>[一-龥]{0,8}[码号]|(?:CREDIT |UNIFIED |SOCIAL )*CODE"
    r"|\b(?:REGIST(?:ER|RY|RATION)|LICEN[CS]E)[ \t](?:NO|NUMBER|CODE|ID)\.?)"
    r"\)?[ \t]{0,2}[:=>】\t-]{1,2}[ \t]{0,2}"
    r"(?P<value>9[123]\d{6}(?=[0-9A-Z]*[A-Z])[0-9A-Z]{8,12})(?![0-9A-Z])"
)
_BESIDE_NAME = (
    r"(?:\([^()\n]{0,10}\))?[ \t]{0,3}"
    r"(?:[/|,;:·-][ \t]{0,3}|\n[ \t]{0,3}(?=[0-9A-Z]{17,19}[ \t]*(?:\n|$)))?"
    r"(?P<value>9[123][0-9OIZS]{6}(?=\d*[A-Z])[0-9A-Z]{9,11})(?![0-9A-Z])"
)
"""A number in the shape of a credit code right behind a name, or in a line of its own below it."""
_TELEPHONE = re.compile(r"1[3-9]\d{9}|400\d{7}|0\d{9,11}")
_SAMPLE = re.compile(r"[如例]:?[ \t]*$")
_NUMBER_LABEL = re.compile(r"信\s*用\s*代\s*码|执\s*照\s*(?:注\s*册\s*号|编\s*号|号|代\s*码)")
"""Labels that only a registration number can follow, so that even a short one is meant to be it."""


class Source(StrEnum):
    """Where a number was read."""

    TEXT = "text"
    PUBLIC_MARK = "public_mark"
    QR = "qr"
    OCR = "ocr"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A number that may be the operator's registration number."""

    code: str
    quote: str
    role: str
    role_word: str = ""
    label: str = ""
    source: Source = Source.TEXT
    fault: Fault | None = None
    names: tuple[str, ...] = ()
    """Operator names shown with it, labelled ones first."""
    labelled_names: int = 0
    """How many of ``names`` stand after a label."""
    trade_names: tuple[str, ...] = ()
    """What stands after 字号: the registered name, or its end without the place in front."""
    beside: str = ""
    """The name that stands right before the number, or before its label, in one line."""
    around: str = ""
    """Text of its block."""
    beyond: str = ""
    """Text as far to either side as a licence may reach, up to the next number."""
    where: str = ""
    why_hidden: str = ""
    start: int = 0
    confidence: float = 1.0

    @property
    def is_vague(self) -> bool:
        """Whether it is masked, or malformed after a label that other numbers have too, as 登记号."""
        odd = self.fault is not None and self.fault is not Fault.CHECK
        return "*" in self.code or (odd and not _NUMBER_LABEL.search(self.label))

    @property
    def variants(self) -> tuple[str, ...]:
        """Codes that it may mean when letters were typed for digits."""
        return typing_variants(self.code) if self.fault else ()


@dataclass(frozen=True, slots=True)
class _Number:
    """A number without gaps, where it stands in the folded text, and its label."""

    start: int
    end: int
    code: str
    label: str
    label_start: int

    @classmethod
    def valued(cls, match: re.Match[str], label: str = "") -> _Number:
        """The ``value`` of a match; a label stands behind it."""
        return cls(match.start("value"), match.end("value"), match["value"], label, match.start("value"))

    def has_label_below(self, text: str) -> bool:
        """Whether its label stands in the next line of ``text``, as where values are set large above."""
        rest = text[self.end : self.end + 40].lstrip(" \t")
        return bool(self.label) and self.label_start == self.start and rest[:1] == "\n"


class CandidateFinder:
    """Words and table made ready to search."""

    def __init__(self, words: LicensingWords, table: NumberTable) -> None:
        # A long label may be set over two lines.
        labels = any_of(words.number_labels, r"\s{0,6}")
        strong = any_of(
            word for word in words.number_labels if _NUMBER_LABEL.search(word) or "注册号" in word
        )
        self.words = words
        self.roles = RoleReader(words)
        self.names = NameReader(words, self.roles)
        self._provinces = frozenset(table.provinces.values())
        self._label = re.compile(rf"(?P<label>{labels}){_BETWEEN}(?P<value>[0-9A-Z*])")
        self._after = re.compile(
            r"(?<![0-9A-Z])(?P<value>[0-9A-Z]{14,20})(?:[ \t]?\([ \t]?|[ \t]?\n\s?|[ \t])"
            rf"(?P<label>{strong})"
            r"(?![^\n]{0,12}[:\n\t ]{1,3}[0-9A-Z]{8})"
        )
        self._told_of = re.compile(rf"\)?[^。;；!?\n]{{0,40}}(?:{any_of(words.told_of)})")
        self._bracketed = re.compile(
            rf"{words.operator_suffix}(?:\([^()\n]{{0,10}}\))?[ \t]{{0,2}}\([ \t]{{0,2}}"
            r"(?P<value>9[123]\d{6}[0-9A-Z]{9,11})[ \t]{0,2}\)"
        )
        self._behind_name = re.compile(words.operator_suffix + _BESIDE_NAME)
        self._made_by = re.compile(rf"\)?[ \t]?(?:{any_of(words.made_by)})")
        self._not_number = re.compile(rf"(?:{any_of(words.not_a_number)})[^\n,。;，；]{{0,14}}$")

    def in_view(self, view: View, *, platform_code: str = "", platform_name: str = "") -> list[Candidate]:
        """Candidates in what one view shows, in order."""
        folded = Folded(view.text)
        found = sorted(self._numbers(folded.text), key=lambda number: number.start)
        kept: list[_Number] = []
        for number in found:
            if not kept or number.start >= kept[-1].end:
                kept.append(number)
        del kept[_MOST_NUMBERS:]
        blocks = Blocks(view, folded)
        rows = list(self.names.rows(folded.text))
        made = []
        for index, number in enumerate(kept):
            block_start, block_end = blocks.around(number.start)
            near_start, near_end = blocks.beside(number.start)
            before = kept[index - 1].end if index and kept[index - 1].code != number.code else 0
            after = kept[index + 1].label_start if index + 1 < len(kept) else len(folded.text)
            before = max(before, number.start - _REACH)
            after = min(after, number.end + _REACH)
            block = max(block_start, before), max(number.end, min(block_end, after))
            near = max(near_start, before), max(number.end, min(near_end, after))
            beyond = folded.quote(max(before, number.start - NEAR), min(after, number.end + NEAR))
            row = next((row for row in rows if row[0].start <= number.start < row[-1].end), [])
            last = index + 1 == len(kept) or kept[index + 1].label_start - number.end > NEAR
            candidate = self._made(
                view, folded, number, (block, near), row, platform_code, platform_name, last
            )
            made.append(replace(candidate, beyond=beyond))
        return made

    def _made(
        self,
        view: View,
        folded: Folded,
        number: _Number,
        blocks: tuple[tuple[int, int], tuple[int, int]],
        row: list[Cell],
        platform_code: str,
        platform_name: str,
        last: bool,
    ) -> Candidate:
        start, end, code = number.start, number.end, number.code
        block, near = blocks
        window = folded.text[block[0] : max(block[0], number.label_start)]
        # What stands below belongs to the next number where there is one.
        below = folded.text[end : block[1]] if last else folded.text[end : folded.line_end(end)]
        role, word = self.roles.before(window, below)
        if role == SHOP and self._made_by.match(folded.text, end):
            role, word = "maker", folded.text[end : end + 8]
        if role == SHOP and self._told_of.match(folded.text, end):
            role, word = "example", folded.text[end : end + 20]
        below_it = number.has_label_below(folded.text)
        names, labelled = self.names.around(folded.text, block, number.label_start, end, label_below=below_it)
        if not labelled and near != block:
            # The name may stand in a row of its own beside the number's.
            wider = near[0], block[1]
            names, labelled = self.names.around(
                folded.text, wider, number.label_start, end, label_below=below_it
            )
        if row:
            names = self.names.in_row(row)
            labelled = len(names)
        if platform_code and code == platform_code:
            role, word = "platform", platform_code
        if platform_name and names and normal_name(names[0]) == normal_name(platform_name):
            # The platform's name further down is its own footer, below the number of a shop.
            before = folded.text[block[0] : folded.line_end(end)]
            if normal_name(platform_name) in normal_name(before):
                role, word = "platform", platform_name
            else:
                names, labelled = names[1:], max(0, labelled - 1)
        where, why = view.where(folded.back(start))
        return Candidate(
            code=code,
            quote=folded.quote(start, end),
            role=role,
            role_word=word,
            label=number.label,
            fault=credit_fault(code),
            names=names,
            labelled_names=labelled,
            trade_names=self.names.trade_names(folded.text[block[0] : block[1]]),
            beside=self.names.beside(folded.text, number.label_start),
            around=folded.quote(*block),
            where=where,
            why_hidden=why,
            start=folded.back(start),
        )

    def _numbers(self, text: str) -> Iterator[_Number]:
        for match in self._label.finditer(text):
            at = match.start("value")
            value = self._value(text, at)
            if value is None:
                continue
            end, code = value
            least = 8 if _NUMBER_LABEL.search(match["label"]) else 14
            if len(code) >= least and not (least == 14 and len(code) > 20) and _is_filled(code):
                yield _Number(at, end, code, match["label"], match.start())
        for match in self._after.finditer(text):
            yield _Number.valued(match, match["label"])
        for match in self._bracketed.finditer(text):
            yield _Number.valued(match)
        for match in self._behind_name.finditer(text):
            if self._has_province(match["value"].translate(TYPED)):
                yield _Number.valued(match)
        yield from self._labelled_otherwise(text)
        yield from self._under_heads(text)
        for match in _WHOLE.finditer(text):
            code = _GAPS.sub("", match[0])
            before = max(0, match.start() - 30)
            if (
                self._is_plain_code(code)
                and not self._not_number.search(text, before, match.start())
                and not _SAMPLE.search(text, before, match.start())
            ):
                yield _Number(match.start(), match.end(), code, "", match.start())

    def _labelled_otherwise(self, text: str) -> Iterator[_Number]:
        """Numbers meant as credit codes under a label that no list has, as 某某码：9133…, say."""
        for match in _LIKE_CODE.finditer(text):
            if not self._has_province(match["value"]):
                continue
            if not self._not_number.search(text, max(0, match.start() - 30), match.start("value")):
                yield replace(_Number.valued(match, match["label"]), label_start=match.start())

    def _under_heads(self, text: str) -> Iterator[_Number]:
        """Numbers in a table whose heads stand above them."""
        for row in self.names.rows(text):
            for cell in row:
                code = _GAPS.sub("", cell.text)
                labelled = any(cell.head.startswith(word) for word in self.words.number_labels)
                if labelled and re.fullmatch(r"[0-9A-Z*]{14,20}", code) and _is_filled(code):
                    yield _Number(cell.start, cell.end, code, cell.head, cell.start)

    def _is_plain_code(self, code: str) -> bool:
        # Without a label, both check characters and the province must agree, or order numbers pass.
        return (
            credit_fault(code) is None
            and not has_inner_fault(code)
            and (self._has_province(code) or code[2:4] in {"10", "71", "81", "82"})
            and code[0] in "1235679ANY"
        )

    def _has_province(self, code: str) -> bool:
        return code[2:4] in self._provinces

    def _value(self, text: str, at: int) -> tuple[int, str] | None:
        match = _VALUE.match(text, at)
        if not match:
            return None
        parts = [(found.end() + at, found[0]) for found in re.finditer(r"[0-9A-Z*]+", match[0])]
        end = match.end()
        while sum(len(part) for _, part in parts) < 18:
            more = _MORE.match(text, end) if end < len(text) and text[end] == "\n" else None
            if not more:
                break
            parts += [(found.end() + more.start(1), found[0]) for found in re.finditer(r"[0-9A-Z]+", more[1])]
            end = more.end()
        return _best_join(parts + _proven_rest(text, end, parts))


def _is_filled(code: str) -> bool:
    # 000000000000000000 and XXXXXXXXXXXXXXXXXX hold the place of a number; a telephone has a use of its own.
    digits = any(character.isdigit() for character in code)
    return digits and len(set(code)) > 3 and not _TELEPHONE.fullmatch(code)


def _proven_rest(text: str, at: int, parts: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """What stands at the head of the next line, where only with it the number is whole and right."""
    more = _REST.match(text, at)
    if not more or credit_fault("".join(part for _, part in parts) + more[1]) is not None:
        return []
    return [(more.end(1), more[1])]


def _best_join(parts: list[tuple[int, str]]) -> tuple[int, str] | None:
    """Which leading parts make the number; a join that proves itself wins."""
    joined = ""
    fitting: tuple[int, str] | None = None
    for end, part in parts:
        joined += part
        if len(joined) in {15, 18} and (credit_fault(joined) is None or typing_variants(joined)):
            return end, joined
        if len(joined) == 18 and fitting is None:
            fitting = end, joined
    if len(parts[0][1]) >= 14:
        return parts[0]
    if fitting:
        return fitting
    return (parts[-1][0], joined) if len(joined) <= 24 else None
