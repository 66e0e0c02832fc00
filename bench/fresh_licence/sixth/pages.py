"""Businesses, permits and pages of the sixth set, drawn from its data file and a seed."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bench.fresh_licence.businesses import KINDS, BusinessMaker
from bench.fresh_licence.cases import Case, Operator
from bench.fresh_licence.pieces import PLAIN, public_mark
from bench.fresh_licence.sixth.pictures import photographed
from demo.numbers import credit_check, make

_FILED = ("YB", "备")


class SixthPages(BusinessMaker):
    """Puts businesses into the page frames of the sixth set."""

    def order(self) -> str:
        """An order number of eighteen digits that is no credit code, although it begins like one."""
        while True:
            number = f"9{self.chance.choice('123')}{self.digits(16)}"
            if credit_check(number[:17]) != number[17]:
                return number

    # ------------------------------------------------------------ frames and displays

    def frame(self, which: str) -> str:
        """The next frame of a sort: ``light`` is a plain one with dark text on a light ground."""
        fitting = [name for name, frame in self.words["frames"].items() if _fits(which, name, frame)]
        return str(self.turn(f"frame {which}", fitting))

    def business(self, frame: str) -> Operator:
        """A business without need of a permit that fits a frame."""
        if self.slot(frame) == "english":
            return self.operator("home", "91")
        return self.operator(self.turn("category", PLAIN))

    def slot(self, frame: str) -> str:
        """Which displays a frame takes: ``zh``, ``mini`` or ``english``."""
        return str(self.words["frames"][frame].get("slot", "zh"))

    # ------------------------------------------------------------ permits

    def permitted(self, category: str, *, until: str = "2030-03-31", kind: str = "") -> tuple[Operator, str]:
        """A business with its permit in the register, and that permit's number; filings do not end."""
        kind = kind or self.chance.choice(("91", "91", "92"))
        op = self.operator(category, kind)
        number = self.permit(category, op.place)
        if category not in KINDS:
            return op, number
        never_ends = any(mark in number for mark in _FILED)
        row = {
            "kind": KINDS[category],
            "name": self.words["permits"][category][0],
            "no": number,
            "valid_to": None if never_ends else until,
            "status": "有效" if never_ends or until >= "2026-11-01" else "过期",
        }
        return replace(op, permits=(row,)), number

    def permit_text(self, category: str, number: str, dates: str = "", *, bare: bool = False) -> str:
        """A permit as a page shows it, with ``dates`` behind the number; ``bare``: without its name."""
        label = "" if bare else self.turn(f"permit {category}", self.words["permits"][category])
        form = self.turn(
            "permit form",
            (
                "<p>{}：{}</p>",
                "<table><tr><td>{}</td><td>{}</td></tr></table>",
                "<div><b>{}</b> <i>{}</i></div>",
            ),
        )
        text = f"<p>{number}{dates}</p>" if bare else str(form.format(label, number + dates))
        if category == "health_food":
            approval = make("HEALTH-REGISTERED", self.platform.place, self.chance)
            text += f"<p>保健食品批准文号 {approval}</p>"
        return text

    # ------------------------------------------------------------ cases

    def put(
        self,
        tag: str,
        codes: str,
        frame: str,
        op: Operator,
        lic: str,
        *,
        permit: str = "",
        extra: str = "",
        icp: str | None = None,
        goods: Sequence[str] = (),
        shop: str = "",
        **given: Any,
    ) -> Case:
        """One case: the frame around the business ``op`` as shown; ``given`` as for ``framed``.

        ``icp`` is the line of a standalone site's filing, drawn when ``None`` is given.
        """
        shape, slot = self.words["frames"][frame], self.slot(frame)
        is_person = "personal" in shape["fit"]
        shop = shop or _shop_name(op, english=slot == "english")
        words: dict[str, Any] = {"shop": shop, "order": self.order()}
        icp_line = self.turn("icp", self.words["icp_lines"]) if icp is None else icp
        sold = goods or (
            self.words["english_goods"] if slot == "english" else self.words["goods"][op.category]
        )
        made = self.chance.sample(sold, 4 if is_person else len(sold))
        top, tail = self._parts(slot, is_small=is_person)
        entry = self.fill(
            shape["html"],
            op,
            lic=lic,
            permit=permit,
            extra=extra,
            top=self.fill(top, op, **words),
            tail=self.fill(tail, op, **words),
            goods=[self._goods(each) for each in made],
            plat=self.platform,
            word=self.words["trades"][op.category][0],
            icp=self.icp(icp_line, op),
            **words,
        )
        return self.framed(tag, codes, frame, op, entry, shop=shop, **given)

    def icp(self, line: str, op: Operator) -> str:
        """A line of the file about the filing of a site, for the place of ``op``."""
        return self.fill(line, op, s=op.place.short, region=op.place.region, y=self.chance.randint(16, 25))

    def _parts(self, slot: str, *, is_small: bool) -> tuple[str, str]:
        parts = self.words["parts"]
        if slot == "english":
            return parts["english"][0], "".join(parts["english"][1:])
        chosen = self.chance.sample(parts["any"], 3)
        if not is_small:
            chosen += self.chance.sample(parts["business"], 3)
            self.chance.shuffle(chosen)
        half = len(chosen) // 2
        return "\n".join(chosen[:half]), "\n".join(chosen[half:])

    def linked(
        self, tag: str, codes: str, which: str, op: Operator | None = None, *, body: str = "", **given: Any
    ) -> Case:
        """A case whose licence stands on a page of its own, one link away; ``body`` comes behind it there."""
        frame = self.frame(which)
        op = op or self.business(frame)
        link, n = self.turn("link", self.words["links"]), self.digits(6)
        text = given.pop("instead", "") or self.display(op, "zh")
        page: str | None = self.fill(self.words["link_page"], op, title=link["title"], body=text + body)
        path = html.unescape(self.fill(link["path"], op, n=n))
        if given.pop("dead", False):
            page = None
        lic = self.fill(link["a"], op, n=n)
        return self.put(tag, codes, frame, op, lic, **({"rows": (op,), "pages": {path: page}} | given))

    def gsxt(self, tag: str, codes: str, op: Operator | None = None, **given: Any) -> Case:
        """A case whose licence is a link to the registrar's page, with the code in its address."""
        frame = self.frame("standalone")
        op = op or self.business(frame)
        url = public_mark(op.no, self.digits(13), f"MEYCIQ{self.digits(30)}")
        lic = self.fill(self.turn("gsxt", self.words["gsxt"]), op, url=url)
        return self.put(tag, codes, frame, op, lic, **({"rows": (op,)} | given))

    def picture(self, data: bytes, alt: str, width: int) -> tuple[str, dict[str, bytes]]:
        """The markup of a picture, and its file by path."""
        self._pictures += 1
        path = f"/images/z{self._pictures:03d}.jpg"
        form = self.turn(
            "picture form",
            (
                '<p><img src="{}" alt="{}" width="{}"></p>',
                '<figure><img src="{0}" alt="{1}" style="width:{2}px"><figcaption>{3}</figcaption></figure>',
                '<div class="pic"><img alt="{1}" width="{2}" src="{0}"></div>',
            ),
        )
        # What stands below the picture does not spell out its number.
        return form.format(path, alt, width, alt.split(" ")[0]), {path: data}

    def pictured(self, look: str, tag: str, codes: str, frame: str, op: Operator, **given: Any) -> Case:
        """A case whose licence is a picture alone."""
        alt = self.turn("alt", ("营业执照", "", "执照副本", "资质图片", "license"))
        lic, pictures = self.picture(photographed(look, op, self.chance), alt, 640)
        lic = self.turn("picture title", ("<h4>证照公示</h4>", "", "<p>营业执照：</p>")) + lic
        return self.put(tag, codes, frame, op, lic, **({"rows": (op,), "pictures": pictures} | given))


def _fits(which: str, name: str, frame: Mapping[str, Any]) -> bool:
    slot, fit = frame.get("slot", "zh"), frame["fit"]
    if which in ("platform", "standalone"):
        return "plain" in fit and frame["site"] == which and slot != "english"
    if which == "light":
        return "plain" in fit and slot == "zh" and name not in ("landing_dark", "live_shop")
    if which == "home":
        return "plain" in fit and slot != "english"
    if which == "foot":
        return "plain" in fit and "foot" in fit
    return which in fit


def _shop_name(op: Operator, *, english: bool) -> str:
    if english:
        return "Slow Kiln Home"
    ends = ("旗舰店", "专营店", "官方店", "企业店")
    return op.brand + (ends[len(op.address) % 4] if op.kind == "91" else "小铺")
