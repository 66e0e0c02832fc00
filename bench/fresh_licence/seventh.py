"""Shop homes, notices, company sites, telephone pages as shop software made them from 2015 to 2026.

About half are innocent, and no harder than such pages are. Written without a look at the detectors. Blind
(9307c56): exact sets 163 of 183, .891 (95 % .837 to .928), macro-F1 .898, innocent accused 13 of 91 (.143,
.085 to .229). Since then the set is tuned on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bench.fresh_licence.cases import Case, Operator
from bench.fresh_licence.pieces import PLAIN, public_mark
from bench.fresh_licence.sixth.faults import spoilt, written, wrong_permit
from bench.fresh_licence.sixth.pages import SixthPages
from bench.fresh_licence.sixth.pictures import certificate, photographed, thumbnail
from demo.numbers import make, mod_11_10


@dataclass(frozen=True, slots=True, kw_only=True)
class Parties:
    """Who is on a page: the operator as registered and as shown, two others, and the permit's number."""

    registered: Operator
    shown: Operator
    others: tuple[Operator, Operator]
    permit: str
    holder: Operator | None


class SeventhMaker(SixthPages):
    """Makes the cases, always the same ones for a seed."""

    def __init__(self, words: Mapping[str, Any], seed: int) -> None:
        super().__init__(words, seed)
        number = self.permit("food", self.platform.place)
        row = {
            "kind": "JY",
            "name": "食品经营许可证",
            "no": number,
            "valid_to": "2030-12-31",
            "status": "有效",
        }
        self.platform = replace(self.platform, permits=(row,))

    def cases(self) -> Iterator[Case]:
        """All cases, in the order of the file."""
        for entry in self.words["cases"]:
            for _ in range(entry.get("n", 1)):
                yield self._case(entry)

    # ------------------------------------------------------------ who is on the page

    def _parties(self, entry: Mapping[str, Any]) -> Parties:
        category = entry.get("cat") or str(self.turn("category", PLAIN))
        kind = entry.get("kind", "") or ("91" if self._is_english(entry) else "")
        until = entry.get("until", "2030-03-31")
        lacking = "PERMIT-MISSING" in entry["codes"] or category in PLAIN
        op, number = (
            (self.operator(category, kind), "")
            if lacking
            else self.permitted(category, until=until, kind=kind)
        )
        if "number" in entry:
            number = self._text(entry["number"], op)
            op = replace(op, permits=tuple({**row, "no": number} for row in op.permits))
        holder = None
        if entry.get("another"):
            holder, op = op, self.operator(category, "91")
        others = (self.operator("home", "91"), self.operator("toy", "91"))
        others = (replace(others[0], **entry.get("t_is", {})), others[1])
        while "0" not in op.no[:-1] and entry.get("spoil") is not None:
            op = replace(op, no=self.operator(category, op.kind).no)
        if "name" in entry:
            op = replace(op, name=self._text(entry["name"], op))
        former = tuple(self._text(each, op) for each in entry.get("former", ()))
        op = replace(op, former=former, **entry.get("is", {}))
        if entry.get("old"):
            op = replace(op, reg_no=mod_11_10(op.place.region + self.digits(8)))
        return Parties(
            registered=op, shown=self._shown(entry, op, others), others=others, permit=number, holder=holder
        )

    def _shown(self, entry: Mapping[str, Any], op: Operator, others: tuple[Operator, Operator]) -> Operator:
        shown = spoilt(op, entry["spoil"], self.chance) if "spoil" in entry else op
        if "write" in entry:
            shown = replace(shown, no=written(op.no, entry["write"]))
        if entry.get("traditional"):
            table = str.maketrans(self.words["traditional"])
            shown = replace(shown, name=op.name.translate(table))
        if "say" in entry:
            shown = replace(shown, name=self._text(entry["say"], op, t=others[0]))
        return shown

    # ------------------------------------------------------------ what the page says

    def _text(self, template: str, op: Operator, **more: Any) -> str:
        given = {
            "b": op.brand,
            "c": op.place.city.removesuffix("市"),
            "p": op.place,
            "P": op.place.short,
            "region": op.place.region,
        }
        return self.fill(template, op, **(given | more))

    def _is_english(self, entry: Mapping[str, Any]) -> bool:
        return bool(entry.get("english")) or entry.get("fit") == "english"

    def _frame_of(self, entry: Mapping[str, Any]) -> str:
        if "frames" in entry:
            return str(self.turn("/".join(entry["frames"]), entry["frames"]))
        return self.frame(entry["fit"])

    def _case(self, entry: Mapping[str, Any]) -> Case:
        who, frame = self._parties(entry), self._frame_of(entry)
        op, rows = who.shown, [who.registered, *who.others]
        is_english = self.slot(frame) == "english"
        is_person = "declare" in entry and op.kind == "92"
        shop = "Everyday Goods Store" if is_english else _shop_name(op, is_person=is_person)
        said: dict[str, Any] = {
            "r": who.registered,
            "t": who.others[0],
            "u": who.others[1],
            "plat": self.platform,
            "shop": shop,
            "pno": who.permit,
            "sc": make("SC", who.others[0].place, self.chance),
            "old": who.registered.reg_no,
            "n": self.digits(7),
            "text": self.words["declarations"].get(entry.get("declare", ""), ""),
        }
        if "{{ wrong }}" in entry.get("permit", ""):
            said["wrong"] = wrong_permit(op.category, who.permit, op)
        displays = self.words["english_displays" if is_english else "displays"]
        said["d"] = self._text(self.turn(f"display {is_english}", displays), op, **said)
        said["pic"], pictures = self._pictured(entry, op)
        lic, pages = self._licence(entry, op, said)
        if entry.get("unregistered"):
            rows.remove(who.registered)
        return self.put(
            entry["tag"],
            entry["codes"],
            frame,
            op,
            lic,
            rows=[*rows, who.holder] if who.holder else rows,
            shown=said["old"] or said["text"] or "",
            seen=False if "HIDDEN" in entry["codes"] and "pic" not in entry else None,
            permit=self._text(entry.get("permit", self._permit_line(op, who.permit)), op, **said),
            extra=self._text(entry.get("extra", ""), op, **said),
            icp=entry.get("icp"),
            goods=entry.get("goods", ()),
            shop=shop,
            pages=pages,
            pictures=pictures,
        )

    def _permit_line(self, op: Operator, number: str) -> str:
        return f"<p>{self.words['permits'][op.category][0]}：{number}</p>" if number else ""

    def _pictured(self, entry: Mapping[str, Any], op: Operator) -> tuple[str, dict[str, bytes]]:
        if "honour" in entry:
            return self.picture(certificate(entry["honour"], op), "资质", 480)
        if "pic" not in entry:
            return "", {}
        if entry["pic"] == "thumbnail":
            return self.picture(thumbnail(op, self.chance), "营业执照", 96)
        alt = str(self.turn("alt", ("营业执照", "", "证照图片")))
        return self.picture(photographed(entry["pic"], op, self.chance), alt, 640)

    def _licence(
        self, entry: Mapping[str, Any], op: Operator, said: Mapping[str, Any]
    ) -> tuple[str, dict[str, str | None]]:
        # The display, and the pages that its link leads to.
        if "gsxt" in entry:
            url = public_mark(op.no, self.digits(13), f"MEQCIB{self.digits(30)}")
            return self._text(entry["gsxt"], op, url=url), {}
        if "link" in entry:
            link = entry["link"]
            path = self._text(link["path"], op, **said)
            text = link.get("instead") or "{{ d }}" + entry.get("link_body", "")
            body = self._text(text, op, **said)
            page = (
                f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{said["shop"]}</title></head><body>'
                f'<p><a href="/">返回首页</a></p>{body}</body></html>'
            )
            return self._text(link["a"], op, **said), {path: None if entry.get("dead") else page}
        usual = "" if "LIC-MISSING" in entry["codes"] else "{{ d }}"
        return self._text(entry.get("lic", usual), op, **said), {}


def _shop_name(op: Operator, *, is_person: bool) -> str:
    if is_person:
        return f"{op.person[0]}家小铺"
    if op.kind in ("12", "52"):
        return f"{op.brand}网上商城"
    return (
        op.brand + ("旗舰店", "专营店", "官方店", "的小店")[len(op.address) % (3 if op.kind == "91" else 4)]
    )
