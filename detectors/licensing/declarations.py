"""Self-declarations of exemption 自我声明, and what contradicts them by the law of the day.

电子商务法第十条、第十五条 asks for them; 网络交易监督管理办法第八条 says what trade is small.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from detectors.licensing.folded import SIMPLIFIED, Folded
from domain.page_text import View
from domain.register import normal_name
from rules.licensing import Duties, LicensingWords

LIMIT_YUAN = 100_000
"""零星小额: at most this much a year, over all shops (网络交易监督管理办法第八条)."""
_REACH = 200
"""Characters to either side of a declaration within which its address and contact stand."""
_AMOUNT = re.compile(
    r"¥?\s?(\d[\d,]*(?:\.\d+)?)\s?[余多几]?\s?(亿|千万|百万|十万|万|W)?\+?\s?(?:元|块|RMB|人民币)?(?!\+?\s?[件单份个斤双套瓶人次粉箱])"
)
_WRITTEN = re.compile(r"([一二两三四五六七八九十百千几数]+)(?=[余多几]?(?:亿|万))")
_YEARS = re.compile(
    r"(?<![\d一二三四五六七八九十〇零])([一二两三四五六七八九十]{1,3}|\d{1,2})年(?:多|来|里|间|下来)*(?:累计|合计|总共|一共|总计|共)"
)
_COUNTED = re.compile(r"月销(?!售)|年销(?!售)|日销(?!售)|卖出|售出|卖了|成交(?![金额])")
"""Words that count pieces as often as money: without a sign of money nothing is said about turnover."""
_NO_COMPANY = re.compile(r"非|不是|不属于|并非|平台|入驻")
"""A company that the declaration sets itself apart from, or the platform it speaks of."""
_OF_PLATFORM = re.compile(r"(?:平台|商城)[^本我店,。;]{0,8}$")
_IS_PLATFORM = re.compile(r"[^\n,。;]{0,2}的[^\n,。;店]{0,6}(?:平台|商城)")
"""The platform as the subject of what is said of turnover, before it or behind it."""
_DIGITS = {character: value for value, character in enumerate("零一二三四五六七八九")} | {
    "两": 2,
    "几": 2,
    "数": 2,
}
_UNIT = {"亿": 1e8, "千万": 1e7, "百万": 1e6, "十万": 1e5, "万": 1e4, "W": 1e4, None: 1.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """A declaration as shown, and what on the page contradicts it."""

    kind: str
    quote: str
    where: str
    start: int
    contradictions: tuple[str, ...]
    around: str
    """Text within reach, where address and contact stand."""
    doubts: tuple[str, ...] = ()
    """What would contradict it under a later law."""


class DeclarationReader:
    """Declaration words made ready to search."""

    def __init__(self, words: LicensingWords, duties: Duties) -> None:
        self.words = words
        self.duties = duties
        turnover = "|".join(map(re.escape, words.turnover))
        self._kinds = {each.code: re.compile("|".join(each.words)) for each in words.exemptions}
        self._not_ours = re.compile("|".join(words.not_ours))
        self._claim = re.compile("|".join(words.exempt_claims))
        self._turnover = re.compile(rf"(?:{turnover})[^\n。；;]{{0,12}}?{_AMOUNT.pattern}")

    def in_view(
        self,
        view: View,
        *,
        day: date,
        category: str,
        needs_permit: bool,
        shop_name: str,
        platform_name: str,
    ) -> Declaration | None:
        """The declaration that ``view`` shows, if any, held against the law of ``day``."""
        folded, written = Folded(view.text.translate(SIMPLIFIED)), view.text
        for match in self._claim.finditer(folded.text):
            start, end = self._sentence(folded.text, match.start(), match.end())
            sentence = re.sub(r"\s", "", folded.text[start:end])
            kinds = self._kinds_in(sentence)
            if not kinds and (before := self._sentence_before(folded.text, start)) < start:
                # 茶叶自产自销。本店免予登记。: the kind may stand in a sentence of its own.
                start = before
                sentence = re.sub(r"\s", "", folded.text[start:end])
                kinds = self._kinds_in(sentence)
            if not kinds or self._is_quoted(sentence, folded.text[max(0, start - 40) : start], kinds):
                continue
            against = self._contradictions(
                folded.text, kinds[0], category, needs_permit, (shop_name, platform_name, sentence)
            )
            large = self.turnover_fault(folded.text, platform_name)
            counts = self.duties.small_turnover.holds_on(day)
            return Declaration(
                kind=kinds[0],
                quote=written[folded.back(start) : folded.back(end - 1) + 1].strip(),
                where=view.where(folded.back(match.start()))[0],
                start=folded.back(start),
                contradictions=(*against, *(large if counts else ())),
                doubts=() if counts else large,
                around=folded.quote(max(0, start - _REACH), min(len(folded.text), end + _REACH)),
            )
        return None

    def turnover_fault(self, text: str, platform_name: str = "") -> tuple[str, ...]:
        """What a page boasts of beyond small trade 零星小额, as a sentence; nothing where it does not."""
        amount = self.turnover(text, platform_name)
        return (f"页面所称交易额约{amount:.0f}元，超过年累计10万元",) if amount > LIMIT_YUAN else ()

    def _kinds_in(self, sentence: str) -> list[str]:
        return [code for code, pattern in self._kinds.items() if pattern.search(sentence)]

    def _sentence_before(self, text: str, start: int) -> int:
        """Where the sentence before ``start`` begins, in the same line; ``start`` for none."""
        line = text.rfind("\n", 0, start) + 1
        end = len(text[line:start].rstrip(" 。;；!?")) + line
        return max(line, *(text.rfind(mark, line, end) + 1 for mark in "。;；!?")) if end > line else start

    def _sentence(self, text: str, start: int, end: int) -> tuple[int, int]:
        # The declaration may be set over two lines; the kind stands before the claim.
        left = max(text.rfind(mark, 0, start) for mark in "。;；!?")
        lines = [at for at in range(start - 1, max(-1, start - 160), -1) if text[at] == "\n"]
        if lines:
            left = max(
                left, lines[1] if len(lines) > 1 and not self._has_kind(text[lines[0] : start]) else lines[0]
            )
        right = min((at for mark in "。;；\n" if (at := text.find(mark, end)) >= 0), default=len(text))
        return left + 1, right

    def _has_kind(self, text: str) -> bool:
        return any(pattern.search(re.sub(r"\s", "", text)) for pattern in self._kinds.values())

    def _is_quoted(self, sentence: str, before: str, kinds: list[str]) -> bool:
        own = any(word in sentence or word in before for word in self.words.declares)
        if len(kinds) >= (3 if own else 2) or re.search(r"吗|是否|能否|可否", sentence):
            return True
        quoted = any(word in sentence or word in before for word in self.words.quoted_rule)
        return quoted and not own

    def _contradictions(
        self, text: str, kind: str, category: str, needs_permit: bool, said: tuple[str, str, str]
    ) -> list[str]:
        found = []
        if needs_permit:
            found.append("所售商品须取得行政许可，不适用免予登记")
        exemption = next(each for each in self.words.exemptions if each.code == kind)
        if category in exemption.not_with:
            found.append("声明的情形与所售商品不符")
        shop_name, platform_name, sentence = said
        company = self._declarant(sentence, platform_name) or self._company(text, shop_name, platform_name)
        if company:
            found.append(f"页面显示经营者为企业：{company}")
        return found

    def _declarant(self, sentence: str, platform_name: str) -> str:
        """The company that the declaration itself names: 某某有限公司从事……, 本公司……; "" for none."""
        for match in re.finditer(rf"[一-龥A-Z()]{{1,30}}?{self.words.company_suffix}|我司", sentence):
            ours = platform_name and normal_name(platform_name) in normal_name(match[0])
            if not ours and not _NO_COMPANY.search(match[0]) and not self._not_ours.search(match[0]):
                return match[0]
        return ""

    def _company(self, text: str, shop_name: str, platform_name: str) -> str:
        for word in self.words.company_shops:
            if word in shop_name:
                return shop_name
        others = "|".join(
            map(re.escape, sorted({w for ws in self.words.roles.values() for w in ws}, key=len, reverse=True))
        )
        for match in re.finditer(rf"[一-龥A-Z()]{{2,30}}{self.words.company_suffix}", text):
            line = text[text.rfind("\n", 0, match.start()) + 1 : match.end()]
            ours = platform_name and normal_name(platform_name) in normal_name(match[0])
            if ours or re.search(self.words.no_company, match[0]):
                continue
            owned = re.search(
                r"©|COPYRIGHT|\(C\)|版权|主体|经营者|名称|本店|运营|主办|所有|公司简介|关于我们", line
            ) or re.match(r"\s{0,4}(?:版权|所有|倾力|出品)", text[match.end() : match.end() + 6])
            if owned and not re.search(others, line) and not self._not_ours.search(match[0]):
                return match[0]
        return ""

    def turnover(self, text: str, platform_name: str = "") -> float:
        """The highest yearly turnover in yuan that the shop boasts of; monthly figures count twelvefold.

        What the platform boasts of, by name or as 平台, is not the shop's.
        """
        best = 0.0
        text = _WRITTEN.sub(lambda match: str(_number_of(match[1])), text)
        for match in self._turnover.finditer(text):
            number = float(match[1].replace(",", "")) * _UNIT[match[2]]
            if not re.search(r"[元块¥]|RMB|人民币", match[0]) and (not match[2] or _COUNTED.match(match[0])):
                continue
            line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
            named = platform_name and normal_name(platform_name) in normal_name(line)
            if named or _OF_PLATFORM.search(line) or _IS_PLATFORM.match(text, match.end()):
                continue
            before = text[max(0, match.start() - 6) : match.end()]
            best = max(best, number * _times_a_year(before) / _years_in(line[-16:]))
        return best


def _years_in(line: str) -> int:
    """How many years an amount is the sum of, by what is said right before it.

    >>> [_years_in(each) for each in ("开店三年一共", "5年来累计", "2025年全年", "开店三年,去年")]
    [3, 5, 1, 1]
    """
    found = _YEARS.search(line)
    return max(1, int(found[1]) if found[1].isdigit() else _number_of(found[1])) if found else 1


def _times_a_year(before: str) -> int:
    """How often a year the stretch of time comes that an amount is said for."""
    if re.search(r"日均|每日|每天|日销", before):
        return 365
    return 12 if re.search(r"月(?!\d)", before) and not re.search(r"\d月|年", before) else 1


def _number_of(written: str) -> int:
    """The number that Chinese numerals up to thousands write; 几 and 数 count as the least they can mean.

    >>> [_number_of(each) for each in ("三十", "十五", "一百二十", "数十", "两千")]
    [30, 15, 120, 20, 2000]
    """
    total = digit = 0
    for character in written:
        unit = {"十": 10, "百": 100, "千": 1000}.get(character)
        if unit:
            total += (digit or 1) * unit
            digit = 0
        else:
            digit = _DIGITS.get(character, 0)
    return total + digit
