"""Registration numbers on a page and whose they are 主体归属: role comes before validity.

Most false readings come from numbers that are somebody else's: the platform's, a maker's, an order.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from detectors.licensing.numbers import Fault, credit_fault, has_inner_fault, typing_variants
from domain.page_text import View
from domain.register import normal_name, without_invisible
from rules.licensing import LicensingWords, NumberTable

SHOP = "shop"
_REACH = 1_500
"""Characters to either side of a number that can speak of it, however long its line is."""
_MOST_NUMBERS = 300
"""Numbers of one page that are looked at; a page with more is a list, or an attack."""
_NEAR = 600
"""Characters of a block within which a label still speaks for a number."""
_LOOSE_LABELS = frozenset({"经营者", "商家", "卖家", "主体", "公司", "企业", "字号", "商号"})
"""Labels before which a person or a slogan stands as often as a name."""
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
_LABEL_PLACE = re.compile(
    r"[^,。;，；!?\n\t]{0,10}(?:[:\n\t(]|统一|信用|营业|执照|注册号|$)|\s{0,2}[^\s]{2,30}公司"
)
_LIKE_CODE = re.compile(
    r"(?P<label>[一-龥]{0,8}[码号]|(?:CREDIT |UNIFIED |SOCIAL )*CODE)\)?[ \t]{0,2}[:=>】\t-]{1,2}[ \t]{0,2}"
    r"(?P<value>9[123]\d{6}(?=[0-9A-Z]*[A-Z])[0-9A-Z]{8,12})(?![0-9A-Z])"
)
_ENDS_NAME = re.compile(r"[一-龥]{4}$")
_SAMPLE = re.compile(r"[如例]:?[ \t]*$")
_NUMBER_LABEL = re.compile(r"信\s*用\s*代\s*码|执\s*照\s*(?:注\s*册\s*号|编\s*号|号|代\s*码)")
"""Labels that only a registration number can follow, so that even a short one is meant to be it."""
_BESIDE = re.compile(r"([^\s\t:;,。，；|/()]{4,40}(?:\([^()\n]{1,10}\))?)[ \t]*[/|,，(:\t-]*[ \t]*$")
_PARTS = re.compile(r"[\t:;,。，；|/]|\s{2,}|©|\d{4}|版权所有|COPYRIGHT|ALL RIGHTS RESERVED")
_BEFORE_NAME = re.compile(r"^[^()]{0,12}?(?:由|系|归属于|隶属于|属于|归)[ \t]*(?=[^ \t]{6,})")
_BEHIND_NAME = re.compile(
    r"[ \t]*(?:负责)?(?:经营|运营|开设|开办|主办|所有|管理|拥有|持有|提供[^ \t]{0,8})"
    r"(?:的?(?:网店|店铺|网站|本店|商城))?$"
)
_BRACKETS = str.maketrans("〔〕［］[]【】{}｛｝", "()()()()()()")


class _Folds(dict[str, str]):
    """How one character counts when numbers and labels are looked for."""

    def __missing__(self, character: str) -> str:
        if character == "\u3000":
            folded = "  "
        elif character in "\xa0\u2002\u2003\u2009\u202f":
            folded = " "
        else:
            folded = unicodedata.normalize("NFKC", without_invisible(character)).translate(_BRACKETS).upper()
            folded = re.sub("[‐‑‒–—−]", "-", folded)
        if len(self) < 20_000:
            self[character] = folded
        return folded


_FOLDS = _Folds()


@dataclass(frozen=True)
class Folded:
    """A text as numbers are looked for in it, with the way back."""

    original: str
    text: str = field(init=False)
    origins: tuple[int, ...] | None = field(init=False)

    def __post_init__(self) -> None:
        text = "".join(map(_FOLDS.__getitem__, self.original))
        same = all(len(_FOLDS[character]) == 1 for character in set(self.original))
        origins = (
            None
            if same
            else tuple(
                at for at, character in enumerate(self.original) for _ in range(len(_FOLDS[character]))
            )
        )
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "origins", origins)

    def back(self, at: int) -> int:
        """Offset in the original of a folded offset."""
        if self.origins is None:
            return at
        return self.origins[at] if at < len(self.origins) else len(self.original)

    def quote(self, start: int, end: int) -> str:
        """What stands in the original at a folded stretch."""
        return self.original[self.back(start) : self.back(end - 1) + 1] if end > start else ""


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
    inner_fault: bool = False
    names: tuple[str, ...] = ()
    """Operator names shown with it, labelled ones first."""
    labelled_names: int = 0
    """How many of ``names`` stand after a label."""
    beside: str = ""
    """The name that stands right before the number, or before its label, in one line."""
    around: str = ""
    """Text of its block."""
    where: str = ""
    why_hidden: str = ""
    start: int = 0
    confidence: float = 1.0

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


def _loose(word: str, gap: str = r"[ \t]{0,6}") -> str:
    return gap.join(map(re.escape, Folded(word).text.replace(" ", "")))


def _any(words: Iterable[str], gap: str = r"[ \t]{0,6}") -> str:
    return "|".join(_loose(word, gap) for word in sorted(words, key=len, reverse=True))


@dataclass(frozen=True)
class CandidateFinder:
    """Words and table made ready to search."""

    words: LicensingWords
    table: NumberTable
    _label: re.Pattern[str] = field(init=False, repr=False)
    _after: re.Pattern[str] = field(init=False, repr=False)
    _role: re.Pattern[str] = field(init=False, repr=False)
    _roles: dict[str, str] = field(init=False, repr=False)
    _name: re.Pattern[str] = field(init=False, repr=False)
    _not_number: re.Pattern[str] = field(init=False, repr=False)
    _made_by: re.Pattern[str] = field(init=False, repr=False)
    _organisation: re.Pattern[str] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        words = self.words
        roles = {Folded(word).text: role for role, listed in words.roles.items() for word in listed}
        roles |= {Folded(word).text: SHOP for word in words.headings if Folded(word).text not in roles}
        # A long label may be set over two lines.
        labels = _any(words.number_labels, r"\s{0,6}")
        strong = _any(word for word in words.number_labels if "信用代码" in word or "注册号" in word)
        blocked = "|".join(map(re.escape, words.not_name_labels))
        made = {
            "_label": re.compile(rf"(?P<label>{labels}){_BETWEEN}(?P<value>[0-9A-Z*])"),
            "_after": re.compile(
                rf"(?<![0-9A-Z])(?P<value>[0-9A-Z]{{14,20}})[ \t]?\([ \t]?(?P<label>{strong})"
            ),
            "_role": re.compile("|".join((*self._shapes(), _any(roles)))),
            "_roles": roles,
            "_name": re.compile(
                rf"(?P<blocked>{blocked})|(?P<label>{_any(words.name_labels)})"
                r"(?:\s?\([^()\n]{0,12}\))?[ \t]?"
                r"(?P<mark>\s?[:|=>—-]\s?|\n\s?:?|\t|\s{0,2}(?:(?<=名称)|(?<=全称)|(?<=主体)|(?<=单位)))"
                r"(?P<value>[^\n\t]{2,80})"
            ),
            "_made_by": re.compile(rf"\)?[ \t]?(?:{_any(words.made_by)})"),
            "_not_number": re.compile(rf"(?:{_any(words.not_a_number)})[^\n,。;，；]{{0,14}}$"),
            "_organisation": re.compile(
                rf"[一-龥A-Z0-9·()&]{{2,40}}?{words.operator_suffix}(?:\([^()\n]{{0,10}}\))?"
            ),
        }
        for name, value in made.items():
            object.__setattr__(self, name, value)

    def _shapes(self) -> Iterator[str]:
        """Patterns of role words that are made of a doing and a doer: 委托生产 + 企业."""
        for role, shapes in self.words.role_shapes.items():
            doing = "|".join(Folded(word).text for word in shapes.doing)
            doer = "|".join(sorted((Folded(word).text for word in shapes.doer), key=len, reverse=True))
            yield f"(?P<{role}>(?:{doing})(?:{doer}))"

    def _kind_of(self, match: re.Match[str]) -> str:
        return match.lastgroup or self._roles.get(re.sub(r"\s", "", match[0]), SHOP)

    # ------------------------------------------------------------ numbers

    def in_view(self, view: View, *, platform_code: str = "", platform_name: str = "") -> list[Candidate]:
        """Candidates in what one view shows, in order."""
        folded = Folded(view.text)
        found = sorted(self._numbers(folded.text), key=lambda number: number.start)
        kept: list[_Number] = []
        for number in found:
            if not kept or number.start >= kept[-1].end:
                kept.append(number)
        del kept[_MOST_NUMBERS:]
        extents = _extents(view, folded)
        made = []
        for index, number in enumerate(kept):
            block_start, block_end = _block_of(view, folded, extents, number.start)
            near_start, near_end = _near(view, folded, number.start)
            before = kept[index - 1].end if index and kept[index - 1].code != number.code else 0
            after = kept[index + 1].label_start if index + 1 < len(kept) else len(folded.text)
            before = max(before, number.start - _REACH)
            after = min(after, number.end + _REACH)
            block = max(block_start, before), max(number.end, min(block_end, after))
            near = max(near_start, before), max(number.end, min(near_end, after))
            made.append(self._made(view, folded, number, (block, near), platform_code, platform_name))
        return made

    def _made(
        self,
        view: View,
        folded: Folded,
        number: _Number,
        blocks: tuple[tuple[int, int], tuple[int, int]],
        platform_code: str,
        platform_name: str,
    ) -> Candidate:
        start, end, code = number.start, number.end, number.code
        block, near = blocks
        role, word = self._role_of(folded.text[block[0] : max(block[0], number.label_start)])
        if role == SHOP and self._made_by.match(folded.text, end):
            role, word = "maker", folded.text[end : end + 8]
        names, labelled = self._names(folded.text, block, number.label_start, end)
        if not labelled and near != block:
            # The name may stand in a row of its own beside the number's.
            names, labelled = self._names(folded.text, (near[0], block[1]), number.label_start, end)
        if platform_code and code == platform_code:
            role, word = "platform", platform_code
        if platform_name and names and normal_name(names[0]) == normal_name(platform_name):
            # The platform's name further down is its own footer, below the number of a shop.
            line_end = folded.text.find("\n", end)
            before = folded.text[block[0] : line_end if line_end >= 0 else len(folded.text)]
            if normal_name(platform_name) in normal_name(before):
                role, word = "platform", platform_name
            else:
                names, labelled = names[1:], max(0, labelled - 1)
        where, why = view.where(folded.back(start))
        fault = credit_fault(code)
        return Candidate(
            code=code,
            quote=folded.quote(start, end),
            role=role,
            role_word=word,
            label=number.label,
            fault=fault,
            inner_fault=fault is None and has_inner_fault(code),
            names=names,
            labelled_names=labelled,
            beside=self._beside(folded.text, number.label_start),
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
            yield _Number(
                match.start("value"), match.end("value"), match["value"], match["label"], match.start("value")
            )
        yield from self._labelled_otherwise(text)
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
            if match["value"][2:4] not in set(self.table.provinces.values()):
                continue
            if not self._not_number.search(text, max(0, match.start() - 30), match.start("value")):
                yield _Number(
                    match.start("value"), match.end("value"), match["value"], match["label"], match.start()
                )

    def _is_plain_code(self, code: str) -> bool:
        # Without a label, both check characters and the province must agree, or order numbers pass.
        regions = set(self.table.provinces.values())
        return (
            credit_fault(code) is None
            and not has_inner_fault(code)
            and code[2:4] in regions | {"10", "71", "81", "82"}
            and code[0] in "1235679ANY"
        )

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

    # ------------------------------------------------------------ roles

    def _role_of(self, window: str) -> tuple[str, str]:
        """Whose number follows ``window``: the last word in label position tells."""
        role, word, closed, last = SHOP, "", False, -100
        for match in self._role.finditer(window):
            spelled = re.sub(r"\s", "", match[0])
            kind = self._kind_of(match)
            rest = window[match.end() :]
            if kind != SHOP and _ends_name(window, match):
                continue
            if kind == SHOP:
                # 平台营业执照, 品牌方信息: the first word says whose.
                if role == SHOP or match.start() - last >= 7 or "\n" in window[last : match.start()]:
                    role, word, closed = SHOP, spelled, False
            elif kind in {"example", "invoice"}:
                if "\n" not in rest:
                    role, word, closed = kind, spelled, False
            elif _LABEL_PLACE.match(rest):
                role, word = kind, spelled
                closed = bool(re.match(r"[^\n:]{0,10}:[ \t]?[^\n\s]", rest))
            last = match.end()
        if (
            role != SHOP
            and closed
            and (self._later_name(window[last:]) or (role == "service" and "\n" in window[last:]))
        ):
            return SHOP, ""
        return role, word

    def _later_name(self, rest: str) -> bool:
        # 技术支持：甲公司 / 企业名称：乙店 / 代码: a name of its own on a later line ends the role before it.
        lines = rest.split("\n", 1)
        return len(lines) > 1 and any(match["label"] for match in self._name.finditer(lines[1]))

    # ------------------------------------------------------------ names

    def _names(self, text: str, block: tuple[int, int], start: int, end: int) -> tuple[tuple[str, ...], int]:
        before = list(self._labelled_names(text[block[0] : start]))[::-1]
        after = list(self._labelled_names(text[end : block[1]]))
        labelled = list(dict.fromkeys(before + after))
        free = list(self._free_names(text[block[0] : start]))[::-1] + list(
            self._free_names(text[end : min(block[1], end + 120)])
        )
        return tuple(dict.fromkeys([*labelled, *free])), len(labelled)

    def _labelled_names(self, text: str) -> Iterator[str]:
        for match in self._name.finditer(text):
            if match["blocked"]:
                continue
            name = clean_name(match["value"], self.words)
            label = re.sub(r"\s", "", match["label"])
            loose = label in _LOOSE_LABELS or not match["mark"].strip(" ")
            if (
                len(normal_name(name)) >= 4
                and not self._is_pending(name)
                and (not loose or re.search(rf"{self.words.operator_suffix}(?:\([^()]*\))?$", name))
            ):
                yield name

    def _free_names(self, text: str) -> Iterator[str]:
        for line in text.split("\n"):
            if any(
                self._kind_of(match) != SHOP and not _ends_name(line, match)
                for match in self._role.finditer(line)
            ):
                continue
            for part in _PARTS.split(line):
                name = _unframed(part)
                if 4 <= len(normal_name(name)) <= 40 and self._organisation.fullmatch(name.replace(" ", "")):
                    yield name

    def _beside(self, text: str, at: int) -> str:
        line = text[max(text.rfind("\n", 0, at) + 1, at - 80) : at]
        found = _BESIDE.search(line)
        name = _unframed(found[1]) if found else ""
        return name if self._organisation.fullmatch(name) else ""

    def _is_pending(self, text: str) -> bool:
        return any(text.startswith(word) for word in self.words.pending)


def _ends_name(text: str, match: re.Match[str]) -> bool:
    """Whether a role word is the last of a name, as in 西湖区青杉食品加工厂, not a label before one."""
    return bool(_ENDS_NAME.search(text, max(0, match.start() - 8), match.start())) and not text.startswith(
        ":", match.end()
    )


def _unframed(part: str) -> str:
    """The name in "本店由某公司经营" or "某公司(": what a sentence sets before and behind it goes."""
    name = _BEFORE_NAME.sub("", part.strip().strip("\"'“”("))
    name = _BEHIND_NAME.sub("", name).strip().strip("\"'“”")
    return name.rstrip(")") if name.count(")") > name.count("(") else name


def clean_name(value: str, words: LicensingWords) -> str:
    """The name at the start of ``value``, cut before the next label or sign."""
    cut = re.split(r"\s{2,}|[;,。，；|!?]|\.(?=\D)", value.strip())[0]
    labels = (
        "统一社会信用|社会信用|信用代码|注册号|类型|法定代表|负责人|经营者|住所|地址|经营范围|注册资本"
        "|登记机关|成立日期|执照|税号|代码|电话|联系"
    )
    cut = re.split(rf"\s?(?:{labels})\S{{0,14}}?\s?[:(]", cut)[0]
    cut = re.split(rf"\s(?:{labels})", cut)[0]
    name = cut.strip(" \t:-—\"'“”").lstrip(")")
    # 甲公司（统一社会信用代码：…）: the bracket that the next label stands in is not the name's.
    return name[: name.rfind("(")].rstrip() if name.count("(") > name.count(")") else name


def _is_filled(code: str) -> bool:
    # 000000000000000000 and XXXXXXXXXXXXXXXXXX hold the place of a number.
    return any(character.isdigit() for character in code) and len(set(code)) > 3


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


def _extents(view: View, folded: Folded) -> dict[int, tuple[int, int]]:
    """First and last line of every block."""
    found: dict[int, tuple[int, int]] = {}
    for index, line in enumerate(view.lines):
        for block in line.blocks:
            first, _ = found.get(block, (index, index))
            found[block] = (first, index)
    return found


def _block_of(view: View, folded: Folded, extents: dict[int, tuple[int, int]], start: int) -> tuple[int, int]:
    """Folded offsets of the widest block around ``start`` that is still short enough to belong together."""
    line = view.line_at(folded.back(start))
    if line < 0:
        return 0, len(folded.text)
    forward = _forward(folded)
    best = (forward(view.starts[line]), forward(_line_end(view, line)))
    # From the inside outwards: body and html are not blocks of anything.
    taken = 0
    lines = (line, line)
    for block in reversed(view.lines[line].blocks[2:]):
        first, last = extents[block]
        low, high = forward(view.starts[first]), forward(_line_end(view, last))
        if high - low > _NEAR:
            break
        best = (min(low, best[0]), max(high, best[1]))
        lines = (first, last)
        taken += 1
    if taken <= 1 or lines[0] == lines[1]:
        # A paragraph by itself in a wide block: its neighbours are what a reader takes it with.
        return _near(view, folded, start)
    return best


def _near(view: View, folded: Folded, start: int) -> tuple[int, int]:
    """Folded offsets of the lines beside ``start``, four each way, two hundred characters at most."""
    line = max(0, view.line_at(folded.back(start)))
    forward = _forward(folded)
    low, high = forward(view.starts[line]), forward(_line_end(view, line))
    first = last = line
    while first > 0 and line - first < 4 and low - forward(view.starts[first - 1]) < 200:
        first -= 1
    while last + 1 < len(view.lines) and last - line < 4 and forward(_line_end(view, last + 1)) - high < 200:
        last += 1
    return forward(view.starts[first]), forward(_line_end(view, last))


def _line_end(view: View, line: int) -> int:
    return view.starts[line + 1] - 1 if line + 1 < len(view.starts) else len(view.text)


def _forward(folded: Folded) -> Callable[[int], int]:
    """From offsets of the original to offsets of the folded text."""
    origins = folded.origins
    return (lambda at: at) if origins is None else (lambda at: bisect_left(origins, at))
