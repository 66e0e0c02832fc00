"""Permits and the ICP number 亮证: shown, well formed, in force, and the shop's own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from detectors.licensing.candidates import Candidate
from detectors.licensing.dates import end_date
from detectors.licensing.links import LinkReader, absolute
from detectors.licensing.model import Fact, LicenceCase
from detectors.licensing.numbers import FAULT_TEXT, Numbers, Permit, plain
from detectors.licensing.readings import box_of
from detectors.licensing.roles import SHOP, RoleReader
from domain.page_text import PageText, Seen
from domain.register import OperatorRow, normal_permit
from rules.licensing import Duties, Need

_VALIDITY = re.compile(
    r"\s*[(（\[【]?\s*(?:许可证?|证书|该证)?\s*(?:有?效期|有效|期限|截止|截至|到期|失效|届满|发证|签发|valid|expir"
    r"|(?:自|至|已于|已|将于|于)?\s*(?:20\d\d\s*[年./-]|20\d{6}(?!\d)|二[〇零○]))",
    re.IGNORECASE,
)
_STRETCH, _OVERLAP = 2_000, 250
"""Characters of a line that are searched at a time, and how many of them again with the next."""
_NO_ICP = re.compile(r"示例|例如|格式|样例|如:|如何|怎[么样]|注销")
"""A line that speaks of such numbers, or says that its own no longer counts."""
_ENDED = ("过期", "失效", "注销", "吊销", "撤销")
"""Words in the status of a permit that has ended."""
_NAME_REACH = 80
"""Characters before a number within which a name speaks for it: a name, its number and a label."""
_SENTENCE = re.compile(r"[;。；]")
_BROKEN = re.compile(r"[0-9A-Za-z]{4,}\s*$")
_GOES_ON = re.compile(r"\s*\d+\s*(?:[^\d\s年./-]|号|$)")
"""A number that may go on in the next line, and a line that may go on with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """A stretch of text in which a permit can stand, and where it stands."""

    text: str
    url: str
    where: str
    above: str = ""
    """The two lines above it."""
    doubtful: bool = False
    """Read from a picture: what is wrong with it goes to a person first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitCheck:
    """Judges the permits of one case."""

    case: LicenceCase
    numbers: Numbers
    links: LinkReader
    roles: RoleReader
    needs: tuple[Need, ...]
    linked: tuple[tuple[PageText, str], ...]
    """Pages one visible link away, with their addresses."""
    operator: OperatorRow | None
    duties: Duties
    warnings: list[Fact]

    def _permit_lines(self) -> Iterator[_Written]:
        """Every line in which a permit can stand, those of pages first."""
        pages = list(self._pages())
        for page, url in pages:
            yield from _lines_of(page, url)
        for page, url in pages:
            yield from self._recognised(page, url)

    def _pages(self) -> Iterator[tuple[PageText, str]]:
        """The page itself, those one link away, and frames."""
        case = self.case
        yield case.page, case.url
        yield from self.linked
        for link in case.page.links:
            linked = (
                case.linked.get(absolute(case.url, link.href))
                if link.frame and link.seen is not Seen.HIDDEN
                else None
            )
            if linked and linked.page:
                yield linked.page, linked.url

    def _recognised(self, page: PageText, url: str) -> Iterator[_Written]:
        uses = [absolute(url, use.src) for use, _ in self.links.pictures(page) if use.seen is not Seen.HIDDEN]
        behind = [absolute(url, each.href) for each in page.links if each.seen is not Seen.HIDDEN]
        for address in dict.fromkeys(uses + behind):
            reading = self.case.pictures.get(address)
            lines = reading.lines if reading is not None else ()
            texts = [line.text for line in lines]
            for index, line in enumerate(lines):
                text = _with_following(texts, index)
                numbered = line if re.search(r"\d", line.text) else lines[min(index + 1, len(lines) - 1)]
                yield _Written(text=text, url=address, where=box_of(line, numbered), doubtful=True)

    def facts(self, candidate: Candidate | None) -> list[Fact]:
        """Permits that are missing, malformed, somebody else's or past their end."""
        found: dict[tuple[str, str], tuple[Permit, _Written]] = {}
        for written in self._permit_lines():
            for permit in self.numbers.permits(written.text):
                if permit.kind.site:
                    self._warn_of_site_number(permit, written)
                else:
                    found.setdefault((permit.kind.kind, permit.number), (permit, written))
        judged = [(permit, self._permit_fact(permit, at, candidate)) for permit, at in found.values()]
        # What is wrong with a maker's or a supplier's number is not wrong with the shop's, nor in its place.
        others = {key for key, (permit, at) in found.items() if self._is_others(permit, at)}
        judged = [
            (permit, fact)
            for key, (permit, fact) in zip(found, judged, strict=True)
            if fact is None or key not in others
        ]
        facts = []
        for permit, fact in judged:
            good = [other for other, problem in judged if not problem]
            same = any(other.kind.kind == permit.kind.kind for other in good)
            # 食品流通许可证 that ended, beside 食品经营许可证 that took its place.
            replaced = fact is not None and fact.code == "PERMIT-EXPIRED"
            replaced = replaced and any(set(other.kind.slots) & set(permit.kind.slots) for other in good)
            if fact is not None and not same and not replaced:
                facts.append(fact)
        facts += self._missing_permits([permit for permit, _ in judged])
        return list({fact.code: fact for fact in reversed(facts)}.values())[::-1]

    def _is_others(self, permit: Permit, at: _Written) -> bool:
        """Whether a number is somebody else's than the shop's: by the words before it, or the platform's.

        The lines above speak for numbers that the shop need not show, as those of makers.
        """
        line = plain(at.text)
        start = line.find(permit.number)
        if start < 0:
            start = next((digits.start() for digits in re.finditer(r"\d{4}", line)), len(line))
        if self._is_platforms(permit, line[:start]):
            return True
        asked = any(set(permit.kind.slots) & set(need.one_of) for need in self.needs)
        above = "" if asked else f"{plain(at.above)}\n"
        return self.roles.before(above + line[:start], line[start:])[0] != SHOP

    def _is_platforms(self, permit: Permit, before: str) -> bool:
        """Whether a number is the platform's: by the register, or where it has none by the name before it."""
        platform = self.case.platform
        holders = self.case.look_up.by_permit(permit.number)
        if holders:
            return bool(platform.code) and all(row.code == platform.code for row, _ in holders)
        return bool(platform.name) and plain(platform.name) in before[-_NAME_REACH:]

    def _warn_of_site_number(self, permit: Permit, at: _Written) -> None:
        if permit.fault is not None:
            told = permit.kind.explained(self.case.as_of)
            reason = f"编号{permit.number}{FAULT_TEXT[permit.fault]}：{told}"
            warning = Fact(code="SITE-NUMBER", reason=reason, quote=permit.quote, page=at.url, where=at.where)
            # It stands at the foot of every page.
            if all(known.reason != reason for known in self.warnings):
                self.warnings.append(warning)

    def _permit_fact(self, permit: Permit, at: _Written, candidate: Candidate | None) -> Fact | None:
        base = Fact(
            code="",
            reason="",
            quote=permit.quote or permit.number,
            page=at.url,
            where=at.where,
            register_date=self.case.look_up.snapshot_date,
            for_person=at.doubtful or not permit.kind.sure,
            shown=(("permit", permit.number),),
            slots=permit.kind.slots,
        )
        if permit.fault is not None:
            return replace(
                base,
                code="PERMIT-INVALID",
                reason=f"编号{permit.number}{FAULT_TEXT[permit.fault]}：{permit.kind.explained(self.case.as_of)}",
                confidence=0.6 if base.for_person else 0.9,
                refuted_by="原图上的编号与此不同" if at.doubtful else "发证机关确认该编号有效",
            )
        holders = self.case.look_up.by_permit(permit.number)
        mine = [row for row in holders if candidate is not None and self._is_mine(row[0], candidate)]
        if holders and candidate is not None and candidate.code and not mine and candidate.fault is None:
            return replace(
                base,
                code="PERMIT-INVALID",
                row=holders[0][0],
                permit=holders[0][1],
                confidence=0.7 if at.doubtful else 0.9,
                reason=f"{permit.kind.name}{permit.number}登记在{holders[0][0].name}名下",
                refuted_by="许可已变更至本店名下",
            )
        ends = [
            day
            for day in (self._end_on_page(permit, at.text), *(row.valid_to for _, row in mine or holders))
            if day
        ]
        if permit.kind.valid_to:
            ends.append(permit.kind.valid_to)
        if ends and min(ends) < self.case.as_of:
            return replace(
                base,
                code="PERMIT-EXPIRED",
                reason=f"{permit.kind.name}有效期至{min(ends)}，截至{self.case.as_of}已过期",
                shown=(("permit", permit.number), ("valid_to", min(ends).isoformat())),
                permit=mine[0][1] if mine else None,
                row=mine[0][0] if mine else None,
                confidence=0.7 if at.doubtful else 0.9,
                refuted_by="已办理延续的证明",
            )
        ended = next((row for row in mine if any(word in row[1].status for word in _ENDED)), None)
        if ended is not None:
            snapshot = self.case.look_up.snapshot_date
            return replace(
                base,
                code="PERMIT-EXPIRED",
                reason=f"{permit.kind.name}{permit.number}在登记数据中的状态为“{ended[1].status}”",
                row=ended[0],
                permit=ended[1],
                # A register of a later day does not say since when.
                for_person=base.for_person or (snapshot is not None and snapshot > self.case.as_of),
                confidence=0.7 if at.doubtful else 0.9,
                refuted_by="已办理延续的证明",
            )
        return None

    def _is_mine(self, row: OperatorRow, candidate: Candidate) -> bool:
        if candidate.code in {row.code, row.old_number} or row.code in candidate.variants:
            return True
        return self.operator is not None and self.operator.code == row.code

    def _end_on_page(self, permit: Permit, text: str) -> date | None:
        # The date stands with its number; another number in the same line ends its reach.
        folded = plain(text)
        at = folded.find(permit.number)
        rest = folded[at + len(permit.number) :] if at >= 0 else folded
        for other in self.numbers.permits(rest):
            rest = rest[: other.start] if not other.kind.site and other.start > 4 else rest
        stop = next((m.start() for m in _SENTENCE.finditer(rest) if not _VALIDITY.match(rest, m.end())), None)
        return end_date(rest[:stop][:120])

    def _missing_permits(self, permits: Iterable[Permit]) -> list[Fact]:
        shown = list(permits)
        lacking = []
        slots: list[str] = []
        for need in self.needs:
            fitting = [
                permit
                for permit in shown
                if set(permit.kind.slots) & set(need.one_of)
                and (not need.number or permit.fault or re.search(need.number, normal_permit(permit.number)))
            ]
            if not fitting:
                lacking.append("、".join(self._names_of(need)))
                slots += need.one_of
        if not lacking:
            return []
        duty = self.duties.permits_shown
        early = not duty.holds_on(self.case.as_of)
        note = f"；采集日在{duty}施行前，须核实其是否已取得许可" if early else ""
        return [
            Fact(
                code="PERMIT-MISSING",
                reason=f"所售品类须公示而未见编号：{'；'.join(lacking)}{note}",
                page=self.case.url,
                row=self.operator,
                register_date=self.case.look_up.snapshot_date,
                confidence=0.5 if early else 0.7,
                for_person=early,
                needs_second_capture=True,
                refuted_by="公示在本次未采集的页面，或者所售商品不在许可范围",
                slots=tuple(slots),
            )
        ]

    def _names_of(self, need: Need) -> Iterator[str]:
        """Names of the permits that meet a need, those given out on the day of capture."""
        day = self.case.as_of
        for kind in self.numbers.table.kinds:
            in_use = (kind.valid_from or day) <= day <= (kind.valid_to or day)
            if in_use and set(kind.slots) & set(need.one_of):
                yield kind.name

    def icp(self) -> list[Fact]:
        """An own website that shows no ICP number."""
        text = self.case.page.view(Seen.VISIBLE, Seen.REACHABLE).text
        for line in (part for whole in text.split("\n") for part in _stretches(whole)):
            for permit in self.numbers.permits(line) if re.search(r"[IiＩｉ]|[BbＢｂ]\s*2", line) else ():
                if (
                    "icp" in permit.kind.slots
                    and permit.fault is None
                    and not _NO_ICP.search(plain(line))
                    and len(set(re.findall(r"\d", permit.number))) > 1
                ):
                    return []
        return [
            Fact(
                code="ICP-MISSING",
                reason="网站首页未见ICP备案号或经营许可证号",
                page=self.case.url,
                confidence=0.7,
                needs_second_capture=True,
                refuted_by="首页他处标明编号的截图，或者服务器在境外",
            )
        ]


def _lines_of(page: PageText, url: str) -> Iterator[_Written]:
    """Lines that a visitor can get to."""
    view = page.view(Seen.VISIBLE, Seen.REACHABLE)
    lines = view.text.split("\n")
    for index, line in enumerate(view.lines):
        for text in _stretches(_with_following(lines, index)):
            above = "\n".join(each[-80:] for each in lines[max(0, index - 2) : index])
            yield _Written(text=text, url=url, where=line.pieces[0].where, above=above)


def _stretches(line: str) -> Iterator[str]:
    """A line as it is, or a very long one in stretches that overlap, so that no number is cut."""
    for start in range(0, max(1, len(line) - _OVERLAP), _STRETCH - _OVERLAP):
        yield line[start : start + _STRETCH]


def _with_following(lines: list[str], index: int) -> str:
    """A line with what belongs to it below: the number of a label, and the dates of a number."""
    taken = [lines[index]]
    after = index + 1
    if after < len(lines) and not re.search(r"\d", lines[index]):
        taken.append(lines[after][:80])
        after += 1
    while after < min(index + 4, len(lines)) and _BROKEN.search(taken[-1]) and _GOES_ON.match(lines[after]):
        taken.append(lines[after][:80])
        after += 1
    for place in range(after, min(after + 3, len(lines))):
        if not _VALIDITY.match(lines[place]):
            break
        taken.append(lines[place][:80])
        if not re.search(r"\d", lines[place]):
            # 有效期 stands alone as a label; its dates are the next line.
            taken += lines[place + 1 : place + 2]
            break
    return "\n".join(taken)
