"""Names of operators on a page 主体名称: after their labels, in tables, and free-standing beside a number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from detectors.licensing.folded import any_of
from detectors.licensing.roles import RoleReader, name_pattern
from detectors.licensing.tables import Cell, rows_under_heads
from domain.register import normal_name
from rules.licensing import LicensingWords

_FIELDS = (
    "统一社会信用|社会信用|信用代码|注册号|类型|法定代表|负责人|经营者|住所|地址|经营范围|注册资本"
    "|登记机关|成立日期|执照|税号|代码|电话|联系"
)
"""Beginnings of the labels beside which a name stands on a licence."""
_LOOSE_LABELS = frozenset({"经营者", "商家", "卖家", "主体", "公司", "企业", "字号", "商号"})
"""Labels before which a person or a slogan stands as often as a name."""
_TRADE_LABELS = frozenset({"字号", "商号", "字号名称"})
_BESIDE = re.compile(r"((?:[^\s\t:;,。，；|/()]|(?<!^)\([^()\n]{1,10}\)){4,40})[ \t]*[/|,，(:\t-]*[ \t]*$")
_PARTS = re.compile(r"[\t:;,。，；|/]|\s{2,}|©|\d{4}|版权所有|COPYRIGHT|ALL RIGHTS RESERVED")
_WORDS = re.compile(r"[一-龥A-Z]{2}")
"""What a name has and a date or a telephone has not."""
_WORD_BEFORE = re.compile(r"[一-龥A-Z0-9·()&]+$")
_BEFORE_NAME = re.compile(r"^[^()]{0,12}?(?:由|系|归属于|隶属于|属于|归)[ \t]*(?=[^ \t]{6,})")
_SENTENCE = re.compile(r"(?:本|该|我|此)[^()\n]{1,8}?(?:由|系|归|属于)")
_BEHIND_NAME = re.compile(
    r"[ \t]*(?:负责)?(?:经营|运营|开设|开办|主办|所有|管理|拥有|持有|提供[^ \t]{0,8})"
    r"(?:的?(?:网店|店铺|网站|本店|商城))?$"
)


class NameReader:
    """Name words made ready to search."""

    def __init__(self, words: LicensingWords, roles: RoleReader) -> None:
        self.words = words
        self.roles = roles
        organisation = rf"[一-龥A-Z0-9·()&]{{2,40}}?{words.operator_suffix}(?:\([^()\n]{{0,10}}\))?"
        value, labels = f"(?P<value>{organisation})", f"(?:{any_of(words.name_labels)})"
        heads = any_of((*words.name_labels, *words.number_labels))
        self._name = name_pattern(words)
        told_by = "|".join(re.escape(word.upper()) for word in words.told_by)
        self._told_by = re.compile(rf"^.*\b(?:{told_by})[ \t]+")
        self._organisation = re.compile(organisation)
        self._label_behind = re.compile(rf"^[ \t]*{value}[ \t]+{labels}[ \t]*$", re.MULTILINE)
        self._label_below = re.compile(rf"^[ \t]*{value}[ \t]*\n\s*{labels}[ \t]*$", re.MULTILINE)
        self._head = re.compile(
            rf"(?:{heads}|[一-龥]{{0,4}}(?:{_FIELDS})[一-龥]{{0,2}})(?:\([^()]{{0,16}}\))?:?"
        )

    def rows(self, text: str) -> Iterator[list[Cell]]:
        """Rows of tables whose heads are labels of a licence."""
        return rows_under_heads(text, lambda head: bool(self._head.fullmatch(head)))

    def in_row(self, row: list[Cell]) -> tuple[str, ...]:
        """Names under the heads that ask for one."""
        named = (cell.text for cell in row if cell.head.rstrip(":") in self.words.name_labels)
        return tuple(
            name for name in named if len(normal_name(name)) >= 4 and not self.words.is_pending(name)
        )

    def around(
        self, text: str, block: tuple[int, int], start: int, end: int, *, label_below: bool = False
    ) -> tuple[tuple[str, ...], int]:
        """Names in a block around the number at ``[start, end)``, and how many of the first have labels.

        Where the number has its label below, what stands below the label of a name is the next value.
        """
        before = list(self._labelled_names(text[block[0] : start]))[::-1]
        after = list(self._labelled_names(text[end : block[1]]))
        labelled = list(dict.fromkeys(before + after))
        if label_below:
            found = self._label_below.finditer(text, *block)
            labelled = [match["value"] for match in found if match.end() <= start or match.start() >= end]
        free = list(self._free_names(text[block[0] : start]))[::-1] + list(
            self._free_names(text[end : min(block[1], end + 120)])
        )
        return tuple(dict.fromkeys([*labelled, *free])), len(labelled)

    def trade_names(self, text: str) -> tuple[str, ...]:
        """Names after 字号, which may leave out the place that the registered name begins with."""
        found = (match for match in self._name.finditer(text) if match["label"])
        return tuple(
            clean_name(match["value"], self.words)
            for match in found
            if re.sub(r"\s", "", match["label"]) in _TRADE_LABELS
        )

    def _labelled_names(self, text: str) -> Iterator[str]:
        yield from (match["value"].strip() for match in self._label_behind.finditer(text))
        at = 0
        while match := self._name.search(text, at):
            at = match.end()
            if match["blocked"]:
                continue
            if self._is_inside_another(text, match) or self._is_heading(text, match):
                at = match.end("label")
                continue
            name = clean_name(match["value"], self.words)
            if _SENTENCE.match(name):
                # 卖家 / 本店由某公司经营: a heading, and a sentence below it.
                name = _unframed(name)
            label = re.sub(r"\s", "", match["label"])
            loose = label in _LOOSE_LABELS or not match["mark"].strip(" ")
            if (
                len(normal_name(name)) >= 4
                and _WORDS.search(name)
                and not self.words.is_pending(name)
                and (not loose or re.search(rf"{self.words.operator_suffix}(?:\([^()]*\))?$", name))
            ):
                yield name

    def _is_inside_another(self, text: str, match: re.Match[str]) -> bool:
        """Whether a label is the end of a name, or of a word for somebody else: 某某公司, 生产企业：某厂."""
        end = match.end("label")
        word = _WORD_BEFORE.search(text, max(0, end - 60), end)
        if word and len(word[0]) >= 6 and self._organisation.fullmatch(word[0]):
            return True
        start = max(text.rfind("\n", 0, match.start()) + 1, match.start() - 8)
        return self.roles.others_in(text[start : match.start("value")])

    def _is_heading(self, text: str, match: re.Match[str]) -> bool:
        """Whether a label has a line to itself and the next line begins with a label of its own."""
        return "\n" in match["mark"] and bool(self._name.match(text, match.start("value")))

    def _free_names(self, text: str) -> Iterator[str]:
        for line in text.split("\n"):
            if self.roles.others_in(line):
                continue
            for part in _PARTS.split(line):
                name = _unframed(self._told_by.sub("", part))
                if 4 <= len(normal_name(name)) <= 40 and self._organisation.fullmatch(name.replace(" ", "")):
                    yield name

    def beside(self, text: str, at: int) -> str:
        """The name that ends right before ``at`` in its line; "" for none."""
        line = text[max(text.rfind("\n", 0, at) + 1, at - 80) : at]
        found = _BESIDE.search(line)
        name = _unframed(self._told_by.sub("", found[1])) if found else ""
        return name if self._organisation.fullmatch(name) else ""


def _unframed(part: str) -> str:
    """The name in "本店由某公司经营" or "某公司(": what a sentence sets before and behind it goes."""
    name = _BEFORE_NAME.sub("", part.strip().strip("\"'“”("))
    name = _BEHIND_NAME.sub("", name).strip().strip("\"'“”")
    return name.rstrip(")") if name.count(")") > name.count("(") else name


def clean_name(value: str, words: LicensingWords) -> str:
    """The name at the start of ``value``, cut before the next label or sign."""
    cut = re.split(r"\s{2,}|[;,。，；|!?]|\.(?=\D)", value.strip())[0]
    cut = re.split(rf"\s?(?:{_FIELDS})\S{{0,14}}?\s?[:(]", cut)[0]
    cut = re.split(rf"\s(?:{_FIELDS})", cut)[0]
    name = cut.strip(" \t:-—\"'“”").lstrip(")")
    # 甲公司（统一社会信用代码：…）: the bracket that the next label stands in is not the name's.
    return name[: name.rfind("(")].rstrip() if name.count("(") > name.count(")") else name
