"""Links and pictures worth a look 亮照链接: which to follow one hop, which pictures may be licences."""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Iterator

from detectors.licensing.folded import Folded, label_of
from domain.page_text import LinkUse, PageText, PictureUse, Seen
from rules.licensing import LicensingWords

PICTURE_NAME = re.compile(r"\.(?:jpe?g|png|webp|gif|bmp|tiff?)(?:$|[?#])", re.IGNORECASE)
_DEAD = re.compile(r"^(?:#.*|javascript:.*|about:blank|void\(0\))?$", re.IGNORECASE | re.DOTALL)
_SERIAL = re.compile(r"[?&]serial=([^&#]*)", re.IGNORECASE)


def absolute(base: str, href: str) -> str:
    """Address of a link without its fragment; "" for one that leads nowhere."""
    if _DEAD.match(href.strip()):
        return ""
    try:
        return urllib.parse.urldefrag(urllib.parse.urljoin(base, href.strip()))[0]
    except ValueError:
        return ""


class LinkReader:
    """Link words made ready to search."""

    def __init__(self, words: LicensingWords) -> None:
        self.words = words
        word = "|".join(re.escape(each.upper()) for each in (*words.links, *words.about_links))
        platform = "|".join(map(re.escape, words.roles.get("platform", ())))
        self._word = re.compile(word)
        self._address = re.compile("|".join(words.link_addresses), re.IGNORECASE)
        self._platform = re.compile(platform)
        self._platforms = re.compile(f"(?:{platform})的?(?:{word})*")

    def is_licence_link(self, link: LinkUse) -> bool:
        """Whether words or address say that the link leads to a licence."""
        label = label_of(link.label)
        return bool(
            self._word.search(label) or self._address.search(link.href)
        ) and not self._platform.search(label)

    def is_platforms(self, link: LinkUse) -> bool:
        """Whether the link says that it leads to the platform's own licence 平台营业执照."""
        return bool(self._platforms.fullmatch(label_of(link.label)))

    def rank(self, label: str, href: str) -> int:
        """Where a link stands among those to follow, the surest first: by its best word, then by its address,
        then 关于我们 and its like.
        """
        label = label_of(label)
        least = len(self.words.links)
        sure = next((at for at, word in enumerate(self.words.links) if word.upper() in label), None)
        if sure is not None:
            return sure
        if self.is_about(label):
            return least + 1
        return least if self._address.search(href) else least + 2

    def is_about(self, label: str) -> bool:
        """Whether a label says no more than 关于我们."""
        label = label_of(label)
        sure = any(word.upper() in label for word in self.words.links)
        return not sure and any(word in label for word in self.words.about_links)

    def to_follow(self, page: PageText, base: str) -> Iterator[tuple[str, LinkUse]]:
        """Addresses one hop away, frames first, then by rank, so that 营业执照 comes before 关于我们; hidden
        links too, as they are evidence of hiding.
        """

        def order(link: LinkUse) -> tuple[bool, bool, int]:
            return link.seen is Seen.HIDDEN, not link.frame, self.rank(link.label, link.href)

        ordered = sorted(page.links, key=order)
        seen: set[str] = set()
        for link in ordered:
            address = absolute(base, link.href)
            if not address or address in seen or self.public_code(address)[0]:
                continue
            if link.frame or self.is_licence_link(link):
                seen.add(address)
                yield address, link

    def public_code(self, address: str) -> tuple[bool, str]:
        """Whether the address is the public 亮照 page, and the code in its ``serial``, if it has one.

        >>> from rules.licensing import load_licensing
        >>> reader = LinkReader(load_licensing().words)
        >>> reader.public_code("https://zzlz.gsxt.gov.cn/x.do?showType=p&serial=91310115MADXFLP68D-SAIC_SHOW_1")
        (True, '91310115MADXFLP68D')
        """
        host = urllib.parse.urlsplit(address).hostname or "" if "//" in address else ""
        if not re.fullmatch(self.words.public_mark, host):
            return False, ""
        found = _SERIAL.search(address)
        serial = urllib.parse.unquote(found[1]).strip().upper() if found else ""
        code = re.match(r"([0-9A-Z]{18})(?:-|$)", serial) or re.match(r"(\d{15})(?:-|$)", serial)
        other = re.search(r"uniscid=([0-9A-Z]{18})", address, re.IGNORECASE)
        return True, code[1] if code else other[1].upper() if other else ""

    def pictures(self, page: PageText) -> list[tuple[PictureUse, bool]]:
        """Pictures in the order in which they may be licences, and whether words near them say so."""
        rated = []
        for use in page.pictures:
            words = label_of(use.words)
            hinted = bool(
                self._word.search(words)
                or self._address.search(use.src)
                or self._address.search(use.words)
                or self._heading_near(page, use)
            )
            if not hinted and _is_small(use) and use.seen is Seen.VISIBLE:
                continue
            rated.append((use, hinted))
        # What words call a licence comes before goods, even where it is hidden: that is the evidence.
        return sorted(rated, key=lambda each: (not each[1], each[0].seen is Seen.HIDDEN))

    def _heading_near(self, page: PageText, use: PictureUse) -> bool:
        lines = page.lines[max(0, use.line - 3) : use.line + 2]
        near = "".join(piece.text for line in lines for piece in line.pieces if piece.seen is not Seen.HIDDEN)
        return len(near) < 200 and bool(self._word.search(Folded(near).text))


def _is_small(use: PictureUse) -> bool:
    return any(size is not None and size < 60 for size in (use.shown_width, use.shown_height))
