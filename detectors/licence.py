"""Licence display 亮照: does a shop show its licence, a link to it, or the declaration that it needs none.

What counts: a registration number that passes its check, named by a licence word, and the shop's own, on the
shop page or one link away; or a self-declaration under 网络交易监督管理办法第十二条. A page that could not be
seen makes the answer "not observed", never "missing".
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import accumulate, pairwise

from ahocorasick_rs import AhoCorasick, MatchKind

from detectors.base import FindingMaker, Sighting
from detectors.folding import Folded, fold
from detectors.registration import is_credit_code, is_registration_number
from domain.errors import RulePackError
from domain.finding import Finding, Span
from domain.subjects import LinkedPage, LinkedPageState, Shop
from rules.models import Catalogue, LicenceMatch, LicenceRule, RulePacks

CODE = "LIC-MISSING"
_LABEL_AFTER = 8
_DECLARED_REACH = 40
_RUN = re.compile(r"[0-9a-z]{15,}")
# Inside a number, people set spaces and strokes; anything else ends it.
_INSIDE_NUMBER = re.compile(r"[^\S\r\n]*[-‐‑–—－]?[^\S\r\n]*")
_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")


class LicenceState(StrEnum):
    """What a shop shows of its licence."""

    DISPLAYED = "displayed"
    DISPLAYED_BY_LINK = "displayed_by_link"
    EXEMPT_DECLARED = "exempt_declared"
    NUMBER_INVALID = "number_invalid"
    """What stands in the place of the number fails its check: another fault than a missing one."""
    MISSING = "missing"
    NOT_OBSERVED = "not_observed"


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceVerdict:
    """The answer for one shop, and what it rests on."""

    state: LicenceState
    number: str = ""
    """The number as it reads after folding."""
    span: Span | None = None
    """Where it stands, in ``page_text`` or ``licence_text``; ``None`` when nothing is shown in text."""
    others: str = ""
    """A number that was seen but belongs to somebody else, such as the platform."""
    dead: tuple[LinkedPage, ...] = ()
    unread: tuple[LinkedPage, ...] = ()


@dataclass(frozen=True, slots=True)
class _Number:
    start: int
    end: int
    text: str
    valid: bool


@dataclass(frozen=True, slots=True)
class _Sight:
    """What one text shows."""

    state: LicenceState
    number: str = ""
    span: Span | None = None


class _Words:
    """The pack's words, found in one pass over a folded text."""

    def __init__(self, match: LicenceMatch) -> None:
        self._roles: dict[str, list[str]] = defaultdict(list)
        for role in (
            *("labels", "own", "others", "others_on_line"),
            *("declarations", "claims", "declaring", "quoting"),
        ):
            for word in getattr(match, role):
                self._roles[fold(word)].append(role)
        self._patterns = list(self._roles)
        self._automaton = AhoCorasick(self._patterns, matchkind=MatchKind.Standard)

    def find(self, folded: str) -> dict[str, list[tuple[int, int]]]:
        """(start, end) of the words of each role, in order."""
        found: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for pattern, start, end in self._automaton.find_matches_as_indexes(folded, overlapping=True):
            for role in self._roles[self._patterns[pattern]]:
                found[role].append((start, end))
        # 营业执照信息 inside 平台营业执照信息 speaks of the platform.
        for places in found.values():
            places.sort()
        found["own"] = _clear_of(found["own"], found["others"])
        return found


def _clear_of(places: list[tuple[int, int]], others: list[tuple[int, int]]) -> list[tuple[int, int]]:
    starts = [start for start, _ in others]
    reached = list(accumulate((end for _, end in others), max))
    kept = []
    for start, end in places:
        before = bisect_left(starts, end)
        if before == 0 or reached[before - 1] <= start:
            kept.append((start, end))
    return kept


class _Reader:
    """Reads one text: page or licence page."""

    def __init__(self, match: LicenceMatch, words: _Words, text: str, *, is_licence_page: bool) -> None:
        self._match = match
        self._text = Folded(text)
        self._found = words.find(self._text.text)
        self._is_licence_page = is_licence_page
        self.others = ""

    def sights(self, name: str, offset: int) -> Iterator[_Sight]:
        """Everything shown here that bears on the licence, best first is up to the caller."""
        for number in _numbers_in(self._text):
            if not (self._is_licence_page or self._has_label(number)):
                continue
            if not self._is_own(number):
                self.others = self.others or number.text
                continue
            state = LicenceState.DISPLAYED if number.valid else LicenceState.NUMBER_INVALID
            yield _Sight(state, number.text, self._span(name, offset, number.start, number.end))
        for start, end in self._declarations():
            yield _Sight(LicenceState.EXEMPT_DECLARED, span=self._span(name, offset, start, end))

    def _span(self, name: str, offset: int, start: int, end: int) -> Span:
        first, last = self._text.original_span(start, end)
        quote = self._text.original[first:last]
        return Span(field=name, start=first + offset, end=last + offset, quote=quote)

    def _has_label(self, number: _Number) -> bool:
        labels = self._found["labels"]
        at = bisect_right(labels, (number.start, 0)) - 1
        if at >= 0 and number.start - labels[at][1] <= self._match.label_reach:
            return True
        after = bisect_left(labels, (number.end, 0))
        return after < len(labels) and labels[after][0] - number.end <= _LABEL_AFTER

    def _is_own(self, number: _Number) -> bool:
        own = self._nearest("own", number.start)
        other = self._nearest("others", number.start)
        line_start = self._line_start(number.start)
        on_line = self._nearest("others_on_line", number.start)
        if on_line >= line_start and on_line > own:
            return False
        return other < 0 or own >= other

    def _line_start(self, at: int) -> int:
        """Folded offset at which the line of ``at`` begins."""
        begin = self._text.original.rfind("\n", 0, self._text.origins[at]) + 1
        return bisect_left(self._text.origins, begin)

    def _nearest(self, role: str, start: int) -> int:
        places = self._found[role]
        at = bisect_right(places, (start, 0)) - 1
        if at < 0 or start - places[at][0] > self._match.owner_reach:
            return -1
        return places[at][0]

    def _declarations(self) -> Iterator[tuple[int, int]]:
        claims = self._found["claims"]
        for start, end in self._found["declarations"]:
            at = bisect_left(claims, (end, 0))
            near = at < len(claims) and claims[at][0] - end <= self._match.claim_reach
            if near and self._is_declared(start):
                yield start, claims[at][1]

    def _is_declared(self, start: int) -> bool:
        quoting = self._nearest("quoting", start)
        if quoting < 0 or start - quoting > _DECLARED_REACH:
            return True
        return self._nearest("declaring", start) > quoting


def _numbers_in(text: Folded) -> Iterator[_Number]:
    """Numbers of 15 or 18 characters that pass their check, and runs that stand in the place of one."""
    for run in _RUN.finditer(text.text):
        for start, end, edges in _tokens(text, run.start(), run.end()):
            yield from _numbers_at(text.text, start, end, edges)


def _tokens(text: Folded, start: int, end: int) -> Iterator[tuple[int, int, list[int]]]:
    """Stretches that only spaces and strokes interrupt, with the offsets at which one may begin or end."""
    begin, edges = start, [start]
    for at, (a, b) in enumerate(pairwise(text.origins[start:end]), start + 1):
        gap = _INVISIBLE.sub("", text.original[a + 1 : b])
        if gap and not _INSIDE_NUMBER.fullmatch(gap):
            yield begin, at, [*edges, at]
            begin, edges = at, [at]
        elif gap:
            edges.append(at)
    yield begin, end, [*edges, end]


def _numbers_at(folded: str, start: int, end: int, edges: list[int]) -> Iterator[_Number]:
    known = set(edges)
    reached = start
    for edge in edges:
        for length, is_valid in ((18, is_credit_code), (15, is_registration_number)):
            stop = edge + length
            text = folded[edge:stop].upper()
            if edge >= reached and stop in known and is_valid(text):
                yield _Number(edge, stop, text, valid=True)
                reached = stop
    if reached == start:
        for first, last in pairwise(edges):
            if 15 <= last - first <= 20 and sum(map(str.isdigit, folded[first:last])) >= 8:
                yield _Number(first, last, folded[first:last].upper(), valid=False)


@dataclass(frozen=True, slots=True)
class LicenceDetector:
    """Judges a shop's licence display; makes a finding only where nothing was shown."""

    packs: RulePacks
    catalogue: Catalogue
    name: str = "licence/1"
    _rule: LicenceRule = field(init=False, repr=False)
    _words: _Words = field(init=False, repr=False)
    _maker: FindingMaker = field(init=False, repr=False)

    def __post_init__(self) -> None:
        rule = next((rule for rule in self.packs.licence if rule.code == CODE), None)
        if rule is None:
            raise RulePackError(
                f"rules/licence/: no rule {CODE}; the licence detector cannot judge without it"
            )
        object.__setattr__(self, "_rule", rule)
        object.__setattr__(self, "_words", _Words(rule.match))
        object.__setattr__(self, "_maker", FindingMaker(catalogue=self.catalogue, detector=self.name))

    def judge(self, shop: Shop) -> LicenceVerdict:
        """What the shop shows, so that "not observed" can be counted apart from "missing"."""
        dead = tuple(page for page in shop.licence_pages if page.state is LinkedPageState.DEAD)
        unread = tuple(page for page in shop.licence_pages if page.state is LinkedPageState.NOT_OBSERVED)
        readers, sights = self._read(shop)
        others = next((reader.others for reader in readers if reader.others), "")
        for state in (
            *(LicenceState.DISPLAYED, LicenceState.DISPLAYED_BY_LINK),
            *(LicenceState.EXEMPT_DECLARED, LicenceState.NUMBER_INVALID),
        ):
            for sight in sights:
                if sight.state is state:
                    return LicenceVerdict(
                        state=state,
                        number=sight.number,
                        span=sight.span,
                        others=others,
                        dead=dead,
                        unread=unread,
                    )
        blank = not shop.page_text.strip()
        state = LicenceState.NOT_OBSERVED if unread or blank else LicenceState.MISSING
        return LicenceVerdict(state=state, others=others, dead=dead, unread=unread)

    def abstains(self, subject: Shop) -> tuple[str, ...]:
        """The rule, where a page that may display the licence could not be seen."""
        state = self.judge(subject).state
        return (f"{CODE}: {state}",) if state is LicenceState.NOT_OBSERVED else ()

    def inspect(self, subject: Shop, *, snapshot: str, observed_at: datetime) -> Iterator[Finding]:
        """One finding where the licence was looked for everywhere and not found; else none."""
        if not self._rule.runs:
            return
        verdict = self.judge(subject)
        if verdict.state is not LicenceState.MISSING:
            return
        seen = Sighting(
            subject=subject.key, kind="shop", snapshot=snapshot, observed_at=observed_at, shop=subject.key
        )
        yield self._maker.make(
            CODE,
            seen,
            pack=self.packs.pack_of(CODE),
            reason=_reason(subject, verdict),
            refuted_by=(
                "另日再采一次，首页或者其链接上有执照信息、链接标识或免登记声明；"
                "或者执照以图片、二维码展示而文字采集看不到。单次未见，不足以认定。"
            ),
            confidence=self._rule.match.confidence,
        )

    def _read(self, shop: Shop) -> tuple[list[_Reader], list[_Sight]]:
        match, words = self._rule.match, self._words
        page = _Reader(match, words, shop.page_text, is_licence_page=False)
        readers, sights = [page], list(page.sights("page_text", 0))
        offset = 0
        for linked in shop.licence_pages:
            if linked.state is not LinkedPageState.FETCHED:
                continue
            is_licence_page = any(fold(label) in fold(linked.label) for label in match.labels)
            reader = _Reader(match, words, linked.text, is_licence_page=is_licence_page)
            readers.append(reader)
            sights.extend(_by_link(sight) for sight in reader.sights("licence_text", offset))
            if number := _number_in_address(linked.url):
                sights.append(_Sight(LicenceState.DISPLAYED_BY_LINK, number))
            # licence_text joins the fetched pages with a line end.
            offset += len(linked.text) + 1
        return readers, sights


def _by_link(sight: _Sight) -> _Sight:
    if sight.state is not LicenceState.DISPLAYED:
        return sight
    return _Sight(LicenceState.DISPLAYED_BY_LINK, sight.number, sight.span)


def _number_in_address(url: str) -> str:
    """The code that a 亮照链接 carries, as gsxt.gov.cn does in ``serial=``; only on that register's host."""
    found = re.match(
        r"https?://(?:[\w-]+\.)*gsxt\.gov\.cn/\S*?[?&]serial=([0-9A-Za-z]{18})(?![0-9A-Za-z])", url
    )
    return found[1].upper() if found and is_credit_code(found[1].upper()) else ""


def _reason(shop: Shop, verdict: LicenceVerdict) -> str:
    read = sum(page.state is LinkedPageState.FETCHED for page in shop.licence_pages)
    parts = ["店铺页面文字中未见带执照字样的有效统一社会信用代码或注册号，也未见免于登记的自我声明"]
    parts.append(f"已查看公示链接{read}个" if read else "未见可查看的公示链接")
    if verdict.dead:
        names = "、".join(f"“{page.label or page.url}”" for page in verdict.dead[:3])
        parts.append(f"公示链接失效{len(verdict.dead)}个：{names}")
    if verdict.others:
        parts.append(f"页面所见号码{verdict.others}标明属于平台或者其他主体，不计入")
    return "；".join(parts) + "；涉嫌未公示营业执照信息。"
