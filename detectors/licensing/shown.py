"""What a visitor can get to of a licence 已公示的证照: in text, frames, pictures, behind links and marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from detectors.licensing.candidates import Candidate, Source
from detectors.licensing.links import PICTURE_NAME, absolute
from detectors.licensing.model import Fact, LicenceCase, Linked, State
from detectors.licensing.numbers import credit_fault
from detectors.licensing.readings import LicencePicture, PictureKind, read_licence, similarity
from detectors.licensing.roles import SHOP
from domain.page_text import PageText, PictureUse, Seen, View
from domain.picture import PictureReading
from domain.subjects import LinkedPageState

if TYPE_CHECKING:
    from detectors.licensing.decide import LicenceJudge

SMALL_SHOWN_PX = 120.0
"""A licence shown smaller than this cannot be read where it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A licence that the visitor can get to, from wherever it was read."""

    candidate: Candidate
    state: State
    """``ok`` on the page itself, ``ok_link`` behind a link or an expander."""
    page: str
    picture: LicencePicture | None = None


class Displays:
    """Finds the displays of one case, best first; remembers what it could not look at."""

    def __init__(self, judge: LicenceJudge, case: LicenceCase, warnings: list[Fact]) -> None:
        self.judge = judge
        self.case = case
        self.warnings = warnings
        self.unread: list[PictureUse] = []
        self.unfollowed: list[str] = []

    def every(self) -> Iterator[Shown]:
        """Displays that count, those on the page itself first; none where styles were left out."""
        case = self.case
        if case.page.unstyled:
            return
        yield from self._in_text(case.page.view(Seen.VISIBLE), case.url, State.OK)
        yield from self._in_frames()
        yield from self._in_pictures(case.page, case.url, State.OK, {Seen.VISIBLE})
        visible = {candidate.code for candidate in self.candidates(case.page.view(Seen.VISIBLE))}
        for shown in self._in_text(case.page.view(Seen.VISIBLE, Seen.REACHABLE), case.url, State.OK_LINK):
            if shown.candidate.code not in visible:
                yield shown
        yield from self._in_pictures(case.page, case.url, State.OK_LINK, {Seen.REACHABLE})
        yield from self._by_public_mark(case.page, case.url)
        for linked in self.linked_pages():
            assert linked.page is not None  # noqa: S101 - a fetched page has been read
            yield from self._in_text(
                linked.page.view(Seen.VISIBLE, Seen.REACHABLE), linked.url, State.OK_LINK
            )
            yield from self._in_pictures(
                linked.page, linked.url, State.OK_LINK, {Seen.VISIBLE, Seen.REACHABLE}
            )
            yield from self._by_public_mark(linked.page, linked.url)
        yield from self._linked_pictures()

    def candidates(self, view: View) -> list[Candidate]:
        """Numbers in a view with the role of each."""
        platform = self.case.platform
        return self.judge.finder.in_view(view, platform_code=platform.code, platform_name=platform.name)

    def _in_text(self, view: View, url: str, state: State) -> Iterator[Shown]:
        found = [each for each in self.candidates(view) if each.role == SHOP]
        # A number under words of the shop's own beats one that merely stands there.
        own = re.compile("本店|本站|我店|店铺主体|开店主体|经营主体|本网店")
        found.sort(key=lambda each: (not own.search(each.role_word + each.around[:40]), not each.label))
        for candidate in found:
            yield Shown(candidate=candidate, state=state, page=url)

    def _in_frames(self) -> Iterator[Shown]:
        for page, url, seen in self._frames():
            state = State.OK if seen is Seen.VISIBLE else State.OK_LINK
            yield from self._in_text(page.view(Seen.VISIBLE), url, state)
            yield from self._in_pictures(page, url, state, {Seen.VISIBLE})

    def _frames(self) -> Iterator[tuple[PageText, str, Seen]]:
        """Pages shown inside this one, with their addresses and how they are seen."""
        for link in self.case.page.links:
            address = absolute(self.case.url, link.href)
            linked = self.case.linked.get(address) if link.frame and link.seen is not Seen.HIDDEN else None
            if linked and linked.state is LinkedPageState.FETCHED and linked.page:
                yield linked.page, linked.url, link.seen
            elif linked and linked.state is LinkedPageState.NOT_OBSERVED:
                self.unfollowed.append(address)

    def pages(self) -> Iterator[PageText]:
        """The page, and those that a visitor sees in it or gets to from it."""
        yield self.case.page
        yield from (page for page, _, _ in self._frames())
        yield from (linked.page for linked in self.linked_pages() if linked.page)

    def linked_pages(self, *, hidden: bool = False) -> Iterator[Linked]:
        """Pages one link away that were fetched; notes licence links that could not be followed."""
        done: set[str] = set()
        for link in self.case.page.links:
            if (link.seen is Seen.HIDDEN) is not hidden or link.frame:
                continue
            address = absolute(self.case.url, link.href)
            linked = self.case.linked.get(address)
            if not address or address in done or self.judge.links.is_platforms(link):
                continue
            done.add(address)
            if linked is None or linked.state is LinkedPageState.DEAD:
                continue
            if linked.state is LinkedPageState.FETCHED and linked.page:
                yield linked
            elif self.judge.links.is_licence_link(link) and not hidden:
                self.unfollowed.append(address)

    def _by_public_mark(self, page: PageText, url: str) -> Iterator[Shown]:
        for link in page.links:
            if link.seen is Seen.HIDDEN:
                continue
            mark, code = self.judge.links.public_code(absolute(url, link.href))
            if not mark or (code and code == self.case.platform.code) or "平台" in link.label:
                continue
            if not code:
                if "serial=" in link.href.lower():
                    self.warnings.append(
                        Fact(
                            code="LIC-UNCLEAR",
                            reason="亮照链接不含信用代码，须打开链接核对",
                            quote=link.href[:200],
                        )
                    )
                    code = ""
                else:
                    continue
            candidate = Candidate(
                code=code,
                quote=link.href[:300],
                role=SHOP,
                source=Source.PUBLIC_MARK,
                where=link.where,
                label=link.label,
                fault=credit_fault(code) if code else None,
            )
            yield Shown(candidate=candidate, state=State.OK_LINK, page=url)

    # ------------------------------------------------------------ pictures

    def read(self, address: str) -> LicencePicture | None:
        """The licence in a picture; ``None`` where nobody read it."""
        reading: PictureReading | None = self.case.pictures.get(address)
        return (
            read_licence(reading, self.judge.rules.words, self.case.look_up) if reading is not None else None
        )

    def _in_pictures(self, page: PageText, url: str, state: State, seen: set[Seen]) -> Iterator[Shown]:
        for use, hinted in self.judge.links.pictures(page):
            if use.seen not in seen:
                continue
            address = absolute(url, use.src)
            licence = self.read(address)
            if licence is None or licence.kind is PictureKind.UNKNOWN:
                if hinted and licence is not None:
                    self.unread.append(use)
                continue
            if (
                licence.kind is PictureKind.LICENCE
                and not self._is_platforms(licence)
                and not shown_small(use)
            ):
                yield self._of_picture(licence, use.where, address, state)

    def _of_picture(self, licence: LicencePicture, where: str, address: str, state: State) -> Shown:
        if licence.disagrees:
            reason = (
                f"图片印文代码为{licence.code}，二维码代码为{licence.qr_code}，两者不一致，须人工核对原图"
            )
            self.warnings.append(Fact(code="LIC-UNCLEAR", reason=reason, quote=licence.code, page=address))
        candidate = Candidate(
            code=licence.code,
            quote=licence.code,
            role=SHOP,
            source=Source.QR if licence.from_qr else Source.OCR,
            fault=credit_fault(licence.code),
            names=(licence.name,) if licence.name else (),
            where=licence.box or where,
            confidence=licence.confidence,
        )
        return Shown(candidate=candidate, state=state, page=address, picture=licence)

    def _is_platforms(self, licence: LicencePicture) -> bool:
        platform = self.case.platform
        return bool(platform.code) and (
            licence.code == platform.code
            or (bool(licence.name) and similarity(licence.name, platform.name) > 0.9)
        )

    def _linked_pictures(self) -> Iterator[Shown]:
        for address in self._picture_links(hidden=False):
            licence = self.read(address)
            if licence and licence.kind is PictureKind.LICENCE and not self._is_platforms(licence):
                yield self._of_picture(licence, "", address, State.OK_LINK)

    def _picture_links(self, *, hidden: bool) -> Iterator[str]:
        for link in self.case.page.links:
            if (link.seen is Seen.HIDDEN) is hidden and PICTURE_NAME.search(link.href):
                yield absolute(self.case.url, link.href)


def shown_small(use: PictureUse) -> bool:
    """Whether a picture is shown too small to read, with no link to a larger one."""
    sizes = [size for size in (use.shown_width, use.shown_height) if size is not None]
    return bool(sizes) and max(sizes) < SMALL_SHOWN_PX and not use.inside_link
