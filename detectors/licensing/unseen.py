"""What a visitor does not see, or sees instead of a licence 未见的证照."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING

from detectors.licensing.declarations import Declaration
from detectors.licensing.folded import Folded
from detectors.licensing.links import absolute
from detectors.licensing.look import FADES
from detectors.licensing.model import Fact, LicenceCase
from detectors.licensing.readings import PictureKind
from detectors.licensing.roles import SHOP
from detectors.licensing.shown import Displays, shown_small
from domain.page_text import LinkUse, PageText, Seen, View
from domain.subjects import LinkedPageState

if TYPE_CHECKING:
    from detectors.licensing.decide import LicenceJudge

LEAST_LEGIBLE_PX = 400
"""From this shorter side on a picture of a licence is taken to be legible to a person."""


class Unseen:
    """Looks at one case where no display counts."""

    def __init__(
        self, judge: LicenceJudge, case: LicenceCase, displays: Displays, *, needs_permit: bool
    ) -> None:
        self.judge = judge
        self.case = case
        self.displays = displays
        self.needs_permit = needs_permit

    def declared(self) -> tuple[Declaration, str] | None:
        """A self-declaration 自我声明 on the page or one link away, and where."""
        case = self.case
        if case.page.unstyled:
            return None
        pages: list[tuple[PageText, str]] = [(case.page, case.url)]
        pages += [(linked.page, linked.url) for linked in self.displays.linked_pages() if linked.page]
        entry = case.page.view(Seen.VISIBLE, Seen.REACHABLE)
        for page, url in pages:
            found = self._in_view(page.view(Seen.VISIBLE, Seen.REACHABLE))
            if found is not None:
                text = Folded(entry.text).text
                large = self.judge.declarations.turnover_fault(text, case.platform.name)
                if url != case.url and self.judge.rules.duties.small_turnover.holds_on(case.as_of):
                    found = replace(found, contradictions=(*found.contradictions, *large))
                elif url != case.url:
                    found = replace(found, doubts=(*found.doubts, *large))
                return found, url
        return None

    def _in_view(self, view: View) -> Declaration | None:
        return self.judge.declarations.in_view(
            view,
            day=self.case.as_of,
            category=self.case.category,
            needs_permit=self.needs_permit,
            shop_name=self.case.shop_name,
            platform_name=self.case.platform.name,
        )

    def hidden(self) -> Fact | None:
        """A licence that is in the markup and out of sight; none where styles were left out."""
        case = self.case
        if case.page.unstyled:
            return None
        for candidate in self.displays.candidates(case.page.view(Seen.HIDDEN)):
            if candidate.role == SHOP and (candidate.fault is None or candidate.label):
                fades = candidate.why_hidden.endswith(FADES)
                return Fact(
                    code="LIC-HIDDEN",
                    reason="页面代码中有营业执照信息，但访问者看不到",
                    quote=candidate.quote,
                    page=case.url,
                    where=candidate.where,
                    rule=candidate.why_hidden,
                    row=case.look_up.by_code(candidate.code),
                    register_date=case.look_up.snapshot_date,
                    shown=(("code", candidate.code),),
                    confidence=0.6 if fades else 0.9,
                    for_person=fades,
                    refuted_by="访问者在常用浏览器中能看到该内容的截图",
                )
        return self._hidden_picture() or self._hidden_link()

    def unclear_picture(self) -> Fact | None:
        """A licence that a visitor can read and the recognition could not."""
        for page, url in [(self.case.page, self.case.url), *self._linked()]:
            for use, _ in self.judge.links.pictures(page):
                address = absolute(url, use.src)
                licence = self.displays.read(address)
                if licence is None or licence.kind is not PictureKind.UNREADABLE:
                    continue
                reading = self.case.pictures[address]
                large = min(reading.width, reading.height) >= LEAST_LEGIBLE_PX
                if large and use.seen is not Seen.HIDDEN and not shown_small(use):
                    reason = "页面有营业执照图片，但号码未能识别，须人工查看"
                    return Fact(
                        code="LIC-UNCLEAR", reason=reason, page=address, where=use.where, for_person=True
                    )
        return None

    def wordless_picture(self) -> str:
        """Address of a large picture that is called a licence and in which no print was read; "" for none."""
        for page, url in [(self.case.page, self.case.url), *self._linked()]:
            for use, hinted in self.judge.links.pictures(page):
                address = absolute(url, use.src)
                licence, reading = self.displays.read(address), self.case.pictures.get(address)
                if not hinted or licence is None or reading is None or reading.lines:
                    continue
                if licence.kind is PictureKind.NOTHING and min(reading.width, reading.height) > 0:
                    return address
        return ""

    def _linked(self) -> list[tuple[PageText, str]]:
        return [(linked.page, linked.url) for linked in self.displays.linked_pages() if linked.page]

    def _hidden_picture(self) -> Fact | None:
        case = self.case
        for page, url in [(case.page, case.url), *self._linked()]:
            for use, hinted in self.judge.links.pictures(page):
                address = absolute(url, use.src)
                licence = self.displays.read(address)
                if licence is None:
                    continue
                reading = case.pictures[address]
                unreadable = licence.kind is PictureKind.UNREADABLE or (
                    licence.kind is PictureKind.NOTHING
                    and hinted
                    and 0 < min(reading.width, reading.height) < (260 if reading.lines else LEAST_LEGIBLE_PX)
                )
                if unreadable or (
                    licence.kind is PictureKind.LICENCE and (use.seen is Seen.HIDDEN or shown_small(use))
                ):
                    size = f"{reading.width}×{reading.height}像素"
                    why = use.why or (f"图片{size}，文字无法辨认" if unreadable else "图片显示过小，无法辨认")
                    return Fact(
                        code="LIC-HIDDEN",
                        reason=f"营业执照图片看不到或者无法辨认：{why}",
                        page=address,
                        where=use.where,
                        rule=use.why,
                        confidence=0.7,
                        for_person=True,
                        refuted_by="原图清晰可读的版本",
                    )
        return None

    def _hidden_link(self) -> Fact | None:
        hidden = (link for link in self.case.page.links if link.seen is Seen.HIDDEN)
        to = {absolute(self.case.url, link.href): link for link in hidden}
        for linked in self.displays.linked_pages(hidden=True):
            if linked.page is None:
                continue
            for candidate in self.displays.candidates(linked.page.view(Seen.VISIBLE, Seen.REACHABLE)):
                if candidate.role == SHOP:
                    return self._hidden_link_fact(linked.url, candidate.quote, to.get(linked.url))
        for link in self.case.page.links:
            mark, code = self.judge.links.public_code(absolute(self.case.url, link.href))
            if link.seen is Seen.HIDDEN and mark and code and code != self.case.platform.code:
                return self._hidden_link_fact(self.case.url, link.href[:300], link)
        return None

    def _hidden_link_fact(self, page: str, quote: str, link: LinkUse | None = None) -> Fact:
        return Fact(
            code="LIC-HIDDEN",
            reason="通向营业执照的链接访问者看不到",
            quote=quote,
            page=page,
            where=link.where if link else "",
            rule=link.why if link else "",
            confidence=0.8,
            for_person=link is not None and link.why.endswith(FADES),
            refuted_by="访问者能看到并点开该链接的截图",
        )

    def beside(self) -> Iterator[str]:
        """What stands in the place of a licence: dead links, and numbers that are somebody else's."""
        dead = [
            link.label.strip() or link.href
            for link in self.case.page.links
            if self.judge.links.is_licence_link(link)
            and (found := self.case.linked.get(absolute(self.case.url, link.href))) is not None
            and found.state is LinkedPageState.DEAD
        ]
        if dead:
            named = "、".join(f"“{label[:40]}”" for label in dict.fromkeys(dead[:3]))
            yield f"公示链接失效{len(dead)}个：{named}"
        if others := self._others:
            whose = (f"{code}（“{word}”）" if word else code for code, (_, word) in others.items())
            yield f"页面所见号码{'、'.join(islice(whose, 3))}属于平台或者其他主体，不计入"

    @property
    def rests_on_a_role(self) -> bool:
        """Whether only a word about somebody else 角色 takes a number on the page from the shop."""
        return any(role != "platform" for role, _ in self._others.values())

    @cached_property
    def _others(self) -> dict[str, tuple[str, str]]:
        """Right numbers in sight that are not taken for the shop's: the role, and the word for it."""
        seen = self.displays.candidates(self.case.page.view(Seen.VISIBLE, Seen.REACHABLE))
        others = (each for each in seen if each.role != SHOP and each.fault is None)
        return {each.code: (each.role, each.role_word[:30].strip()) for each in others}

    def in_scripts(self, code: str) -> str:
        """What would refute ``code``, where only a script that was not followed holds it; "" for nothing.

        Args:
            code: ``LIC-MISSING``, ``PERMIT-MISSING`` or ``ICP-MISSING``.
        """
        pages = [self.case.page] if code == "ICP-MISSING" else self.displays.pages()
        for view in (page.view(Seen.UNRUN) for page in pages):
            found = self._licence_in(view) if code == "LIC-MISSING" else self._number_in(view, code)
            if found:
                return found
        return ""

    def _licence_in(self, view: View) -> str:
        for candidate in self.displays.candidates(view):
            if candidate.role == SHOP and (candidate.fault is None or candidate.label):
                return candidate.quote
        declared = self._in_view(view)
        return declared.quote if declared and not declared.contradictions else ""

    def _number_in(self, view: View, code: str) -> str:
        for line in view.text.split("\n"):
            for permit in self.judge.numbers.permits(line):
                if ("icp" in permit.kind.slots) if code == "ICP-MISSING" else not permit.kind.site:
                    return permit.quote
        return ""
