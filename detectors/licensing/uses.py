"""Pictures and links of a page 图片与链接, each with how it is seen."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from detectors.licensing.clicks import LEADS_NOWHERE, Clicks
from detectors.licensing.look import Look, box_verdict, verdict
from detectors.licensing.styles import Cascade
from detectors.licensing.values import length
from domain.page_text import LinkUse, PictureUse, Seen


@dataclass
class Uses:
    """Gathers the pictures and links of one page as it is read."""

    cascade: Cascade
    looks: dict[HtmlElement, Look]
    """Of the elements read so far."""
    path: Callable[[HtmlElement], str]
    """Names an element by selectors."""
    clicks: Clicks
    pictures: list[PictureUse] = field(default_factory=list)
    links: list[LinkUse] = field(default_factory=list)
    areas: list[tuple[HtmlElement, int]] = field(default_factory=list)
    """Links in image maps, with their lines."""

    def picture(self, element: HtmlElement, look: Look, src: str, line: int) -> None:
        """A picture at an address, on a line of the page."""
        seen, why = box_verdict(look)
        sizes: list[float | None] = []
        won = self.cascade.winners.get(element, {})
        for name in ("width", "height"):
            value = won[name].value if name in won else element.get(name) or ""
            sizes.append(length(value, look.font, 800) if "%" not in value or name == "width" else None)
        link = next((each.get("href") or "" for each in element.iterancestors("a")), "")
        words = " ".join(element.get(name) or "" for name in ("alt", "title", "class", "id", "aria-label"))
        parents = " ".join(
            (each.get("class") or "") + " " + (each.get("id") or "")
            for each in list(element.iterancestors())[:3]
        )
        self.pictures.append(
            PictureUse(
                src=src,
                seen=seen,
                why=why,
                where=self.path(element),
                words=f"{words} {parents} {src.rsplit('/', 1)[-1][:80]}",
                near="",
                shown_width=sizes[0],
                shown_height=sizes[1],
                inside_link=link,
                line=line,
            )
        )

    def frame(self, element: HtmlElement, look: Look, line: int) -> None:
        """A page that is shown inside this one."""
        src = (element.get("src") or element.get("data") or "").strip()
        if src and not src.lower().startswith(("data:", "about:", "javascript:")):
            seen, why = box_verdict(look)
            self.links.append(
                LinkUse(
                    href=src,
                    label=element.get("title") or "",
                    seen=seen,
                    why=why,
                    where=self.path(element),
                    frame=True,
                    line=line,
                )
            )

    def read_image_maps(self, root: HtmlElement) -> None:
        """Links in image maps 图像映射: they are seen where a picture that uses the map is."""
        pictures: dict[str, HtmlElement] = {}
        for picture in root.iter("img", "object"):
            if picture in self.looks and picture.get("usemap"):
                pictures.setdefault(picture.get("usemap").lstrip("#"), picture)
        for area, line in self.areas:
            above = next(area.iterancestors("map"), None)
            names = {above.get("name"), above.get("id")} - {None} if above is not None else set()
            picture = next((pictures[name] for name in names if name in pictures), None)
            look = self.looks[picture] if picture is not None else None
            seen, why = box_verdict(look) if look else (Seen.HIDDEN, "图像映射没有图片")
            label = " ".join(filter(None, (area.get(name) for name in ("alt", "title", "aria-label"))))
            href, where = (area.get("href") or "").strip(), self.path(area)
            self.links.append(LinkUse(href=href, label=label, seen=seen, why=why, where=where, line=line))

    def link(self, element: HtmlElement, look: Look, line: int) -> None:
        """What leads to another page, once all inside it has been read."""
        href = (element.get("href") or "").strip()
        if LEADS_NOWHERE.match(href):
            href = self.clicks.address(element) or href
        label = " ".join("".join(element.itertext()).split())[:200]
        extra = " ".join(
            filter(
                None,
                (
                    element.get("title"),
                    element.get("aria-label"),
                    *(each.get("alt") for each in element.iter("img")),
                ),
            )
        )
        seen, why = self._link_verdict(element, look)
        before = element.getparent()
        near = (
            " ".join("".join(before.itertext()).split())[:200]
            if before is not None and len(before) < 30
            else ""
        )
        self.links.append(
            LinkUse(
                href=href,
                label=f"{label} {extra}".strip(),
                seen=seen,
                why=why,
                where=self.path(element),
                near=near,
                line=line,
            )
        )

    def _link_verdict(self, element: HtmlElement, look: Look) -> tuple[Seen, str]:
        # A link with a picture is seen by its picture, whatever colour its letters have.
        if any(True for _ in element.iter("img", "svg")):
            return box_verdict(look)
        inner = [
            each
            for each in element.iter()
            if isinstance(each.tag, str) and (each.text or "").strip() and each in self.looks
        ]
        if not inner and not any((child.tail or "").strip() for child in element):
            return box_verdict(look)
        verdicts = [verdict(self.looks[each]) for each in inner or [element]]
        return next((each for each in verdicts if each[0] is not Seen.HIDDEN), verdicts[0])


def source_of(element: HtmlElement) -> str:
    """Address of a picture; a lazy one keeps its address beside a stand-in."""
    src = (element.get("src") or "").strip()
    stands_in = (
        not src
        or (src.startswith("data:") and "svg" not in src[:20] and len(src) < 400)
        or re.search(
            r"(?:blank|loading|placeholder|lazy|spacer|grey|transparent)[\w.-]*\.(?:gif|png|jpe?g|svg|webp)",
            src,
            re.IGNORECASE,
        )
    )
    if stands_in:
        for name, value in element.attrib.items():
            if name.startswith("data-") and re.search(
                r"\.(?:jpe?g|png|webp|gif|bmp|svg)(?:$|[?#])", value, re.IGNORECASE
            ):
                return str(value).strip()
        several = element.get("srcset") or element.get("data-srcset") or ""
        parent = element.getparent()
        if not several and parent is not None and parent.tag == "picture":
            several = next(
                (each.get("srcset") or "" for each in parent.iter("source") if each.get("srcset")), ""
            )
        if several:
            return several.split(",")[-1].split()[0] if several.split(",")[-1].split() else src
    return src or str(element.get("xlink:href") or element.get("href") or "")
