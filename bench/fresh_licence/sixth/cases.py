"""The cases of the sixth set: what each page shows, and its truth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from bench.fresh_licence.cases import Case, Operator
from bench.fresh_licence.pieces import PLAIN, REGULATED
from bench.fresh_licence.sixth.faults import FAULTS, VARIANTS, misnamed, spoilt, written, wrong_permit
from bench.fresh_licence.sixth.pages import SixthPages
from bench.fresh_licence.sixth.pictures import LOOKS, certificate, photographed, plain_code, thumbnail
from demo.numbers import make, mod_11_10

# Dates beside a permit and the end that the register has: still good, then ended.
_GOOD = (
    ("food", "（发证日期 2021年12月1日，有效期至 2026年11月30日）", "2026-11-30"),
    ("drug", "　有效期：2022.01.01-2026.12.31", "2026-12-31"),
    ("catering", "　自2023-02-03至2028-02-02", "2028-02-02"),
    ("device3", "，首次发证 2015 年，本期有效期至 2026年11月1日", "2026-11-01"),
    ("book", " 证书有效期 2024/01/01—2030/12/31", "2030-12-31"),
)
_ENDED = (
    ("food", "（有效期：2021年10月31日至2026年10月30日）", "2026-10-30"),
    ("catering", "，有效期至 2025.12.08", "2025-12-08"),
    ("drug", "　有效期限：自2020-06-01至2025-05-31", "2025-05-31"),
    ("seed", " 有效期至二〇二六年三月三十一日", "2026-03-31"),
    ("vetdrug", "（2021/07/01-2026/06/30）", "2026-06-30"),
    ("book", "", "2026-03-31"),
    ("device3", "", "2025-09-09"),
    ("pesticide", "", "2026-08-19"),
)
_STATUS = (("吊销，未注销", ""), ("注销", ""), ("存续", "列入经营异常名录"), ("存续", "列入严重违法失信名单"))


class SixthMaker(SixthPages):
    """Makes the cases, always the same ones for a seed."""

    def cases(self) -> Iterator[Case]:
        """All cases, in a fixed order."""
        yield from self._plain()
        yield from self._beside()
        yield from self._odd()
        yield from self._linked()
        yield from self._permits_held()
        yield from self._exempt()
        yield from self._pictured()
        yield from self._missing()
        yield from self._hidden()
        yield from self._wrong()
        yield from self._permits_lacking()
        yield from self._icp_lacking()

    def _company(self) -> Operator:
        return self.operator(self.turn("category", PLAIN), "91")

    def _at(self, category: str) -> str:
        return "catering" if category == "catering" else "permit"

    # ------------------------------------------------------------ innocent

    def _plain(self) -> Iterator[Case]:
        for at in range(15):
            yield self.shown("as_usual", "OK", "english" if at % 5 == 4 else "home")
        for at in range(4):
            op = self.operator(self.turn("category", PLAIN), "92" if at == 3 else "91")
            if at < 2:
                op = replace(op, name=f"{op.brand}商贸（{op.place.city.removesuffix('市')}）有限公司")
            if at == 3:
                op = replace(op, name=f"{op.name.removesuffix('（个体工商户）')}（个体工商户）")
            said = (
                op.name.replace("（", "(").replace("）", ")"),
                op.name.replace("（", " ( ").replace("）", " ) "),
                " ".join(op.name),
                op.name.removesuffix("（个体工商户）"),
            )[at]
            yield self.shown("name_variant", "OK", "home", replace(op, name=said), rows=(op,))
        for at in range(VARIANTS):
            op = self._company()
            while "0" not in op.no:
                op = self._company()
            said = written(op.no, at)
            yield self.shown("number_variant", "OK", "home", replace(op, no=said), rows=(op,))
        for _ in range(3):
            op = self._company()
            op = replace(op, reg_no=mod_11_10(op.place.region + self.digits(8)))
            frame = self.frame("home")
            lic = self.display(replace(op, no=op.reg_no), self.slot(frame))
            for label in ("统一社会信用代码", "社会信用代码", "信用代码"):
                lic = lic.replace(label, "注册号")
            yield self.put("old_number", "OK", frame, op, lic, rows=(op,), shown=op.reg_no)
        for line in self.words["icp_odd"]:
            yield self.shown("icp_variant", "OK", "standalone", icp=line)

    def _beside(self) -> Iterator[Case]:
        for at, text in enumerate(self.words["beside"]):
            other = self.operator("home", "91")
            if "吊销" in text:
                other = replace(other, status="吊销，未注销")
            op = self._company()
            rows = (op,) if "填写示例" in text else (op, other)
            extra = self.fill(text, op, t=other)
            yield self.shown("other_parties", "OK", ("home", "foot")[at % 2], op, rows=rows, extra=extra)
        for _ in range(2):
            op = self._company()
            old = op.name.replace(op.brand, self.brand())
            op = replace(op, former=(old,))
            extra = f"<p>更名公告：“{old}”已更名为“{op.name}”，原合同继续有效。</p>"
            yield self.shown("former_name_told", "OK", "home", op, extra=extra)
        extra = "<p>说明：本公司 2021 年因地址变更曾被列入经营异常名录，2022 年已依法移出。</p>"
        yield self.shown("status_mended", "OK", "home", self._company(), extra=extra)
        for _ in range(2):
            whole = self.shown("cut_off", "OK", "platform")
            ends = (whole.entry.rindex(text) + len(text) for text in (whole.shown, whole.rows[0].name))
            yield replace(whole, entry=whole.entry[: max(ends) + 30])
        for title in self.words["honours"]:
            op = self._company()
            honour, pictures = self.picture(certificate(title, op), "荣誉", 480)
            yield self.shown("certificate_beside", "OK", "home", op, extra=honour, pictures=pictures)
        code, pictures = self.picture(plain_code("https://u.shop.example/add?k=6317"), "扫码进群", 150)
        yield self.shown("code_beside", "OK", "home", self._company(), extra=code, pictures=pictures)

    def _odd(self) -> Iterator[Case]:
        for kind, tag in (("odd_but_visible", "odd_but_visible"), ("scripts", "written_by_script")):
            for text in self.words[kind]:
                op, frame = self._company(), self.frame("light")
                lic = self.fill(text, op, d=self.display(op, "zh"))
                yield self.put(tag, "OK", frame, op, lic, rows=(op,))

    def _linked(self) -> Iterator[Case]:
        for _ in range(8):
            yield self.linked("linked_page", "OK-LINK", "plain")
        for category in ("food", "device3"):
            op, number = self.permitted(category)
            body = self.permit_text(category, number)
            yield self.linked("permit_on_link_page", "OK-LINK", "permit", op, body=body)
        for look in ("duplicate+mark+stamp", "screen"):
            op = self._company()
            lic, pictures = self.picture(photographed(look, op, self.chance), "营业执照", 700)
            yield self.linked("linked_picture", "OK-LINK", "home", op, instead=lic, pictures=pictures)
        for _ in range(4):
            yield self.gsxt("gsxt_link", "OK-LINK")
        for text in self.words["openers"]:
            op, frame = self._company(), self.frame("light")
            lic = self.fill(text, op, d=self.display(op, "zh"))
            yield self.put("opened_by_visitor", "OK-LINK", frame, op, lic, rows=(op,))

    def _permits_held(self) -> Iterator[Case]:
        for category in REGULATED:
            op, number = self.permitted(category)
            permit = self.permit_text(category, number)
            yield self.shown("permit_held", "OK", self._at(category), op, permit=permit)
        for category, dates, until in _GOOD:
            op, number = self.permitted(category, until=until)
            permit = self.permit_text(category, number, dates)
            yield self.shown("permit_dated", "OK", self._at(category), op, permit=permit)
        for category in ("food", "drug", "book"):
            op, number = self.permitted(category)
            permit = self.permit_text(category, number, bare=True)
            yield self.shown("permit_number_only", "OK", self._at(category), op, permit=permit)
        (op, number), (maker, theirs) = self.permitted("food"), self.permitted("food", kind="91")
        extra = (
            f"<p>供货商：{maker.name}，其食品经营许可证 {theirs}，生产许可证 "
            f"{make('SC', maker.place, self.chance)}。</p>"
        )
        permit = f"<p>本店食品经营许可证：{number}</p>"
        yield self.shown("supplier_permit", "OK", "permit", op, rows=(op, maker), permit=permit, extra=extra)

    def _exempt(self) -> Iterator[Case]:
        for at in range(9):
            op, text, goods, shop = self._person(at)
            lic = self.fill(self.turn("declared", self.words["declared"]), op, text=text)
            extra = self.words["declared_traps"][at // 2] if at % 2 else ""
            given: dict[str, Any] = {"goods": goods, "shop": shop, "extra": extra, "rows": (), "shown": text}
            if at % 3 == 2:
                yield self.linked(
                    "exempt_linked", "OK-EXEMPT-DECLARATION", "personal", op, instead=lic, **given
                )
            else:
                frame = self.frame("personal")
                yield self.put("exempt", "OK-EXEMPT-DECLARATION", frame, op, lic, **given)
        for at, extra in enumerate(self.words["over_limit"]):
            yield self._not_exempt("exempt_over_limit", "LIC-MISSING", at + 3, extra=extra)
        company = self._company()
        extra = f"<p>© 2020–2026 {company.name} 版权所有</p>"
        yield self._not_exempt("exempt_by_company", "LIC-MISSING", 3, extra=extra, op=company)
        for category in ("food", "cosmetic"):
            op = self.operator(category, "92")
            codes = "LIC-MISSING PERMIT-MISSING"
            yield self._not_exempt("exempt_in_permit_trade", codes, 3, op=op)

    def _person(self, at: int) -> tuple[Operator, str, list[str], str]:
        op = self.operator(("organic", "apparel", "home", "toy")[at % 4], "92")
        shop = op.person[0] + ("姨的菜园", "姐针线铺", "师傅上门", "家闲物")[at % 4]
        return op, self.words["declarations"][at % 4], self.words["declared_goods"][at % 4], shop

    def _not_exempt(
        self, tag: str, codes: str, at: int, *, extra: str = "", op: Operator | None = None
    ) -> Case:
        person, text, goods, shop = self._person(at)
        frame = self.frame("personal")
        lic = self.fill(self.turn("declared", self.words["declared"]), op or person, text=text)
        sold = self.words["goods"][op.category][:4] if op else goods
        shop = "" if op and op.kind == "91" else shop
        given: dict[str, Any] = {"shown": text, "goods": sold, "shop": shop, "extra": extra}
        return self.put(tag, codes, frame, op or person, lic, rows=(op,) if op else (), **given)

    def _pictured(self) -> Iterator[Case]:
        for at, look in enumerate(LOOKS):
            if at % 8 == 7:
                op, number = self.permitted("food")
                permit = self.permit_text("food", number)
                yield self.pictured(look, "picture", "OK", self.frame("permit"), op, permit=permit)
                continue
            op = self._company()
            if look == "old":
                old = replace(op, reg_no=mod_11_10(op.place.region + self.digits(8)))
                shown = replace(old, no=old.reg_no)
                yield self.pictured(look, "picture", "OK", self.frame("home"), shown, rows=(old,))
            else:
                yield self.pictured(look, "picture", "OK", self.frame("home"), op)

    # ------------------------------------------------------------ in breach

    def _lacking(self, tag: str, which: str, lic: str = "", **given: Any) -> Case:
        op = self._company()
        return self.put(tag, "LIC-MISSING", self.frame(which), op, lic, rows=(op,), **given)

    def _missing(self) -> Iterator[Case]:
        for _ in range(3):
            yield self._lacking("platform_only", "foot", shown=self.platform.no)
        for at in (0, 1, 3, 5):
            other = self.operator("home", "91")
            extra = self.fill(self.words["beside"][at], other, t=other)
            yield self._lacking("third_party", "home", extra=extra, shown=other.no)
        for text in (*self.words["mentions"], *self.words["quoted"]):
            yield self._lacking("mentioned", "home", extra=text)
        for _ in range(3):
            yield self.linked("dead_link", "LIC-MISSING", "home", dead=True)
        for text in self.words["placeholders"]:
            yield self._lacking("placeholder", "light", self.fill(text, self.platform))
        for title in self.words["honours"]:
            data = certificate(title, self._company())
            lic, pictures = self.picture(data, "资质证书", 560)
            yield self._lacking("certificate_only", "home", lic, pictures=pictures)
        code, pictures = self.picture(plain_code("https://u.shop.example/add?k=8842"), "客服微信", 160)
        yield self._lacking("code_only", "home", code, pictures=pictures)

    def _hidden(self) -> Iterator[Case]:
        for text in self.words["hidden"]:
            op, frame = self._company(), self.frame("light")
            line = f"{op.name}　统一社会信用代码 {op.no}　{op.address}"
            lic = self.fill(text, op, d=self.display(op, "zh"), line=line)
            yield self.put("hidden", "LIC-HIDDEN", frame, op, lic, rows=(op,), seen=False)
        for at in range(2):
            op = self._company()
            alt = f"营业执照 {op.name} {op.no}" if at else "营业执照"
            lic, pictures = self.picture(thumbnail(op, self.chance), alt, 96)
            given: dict[str, Any] = {"rows": (op,), "pictures": pictures}
            yield self.put(
                "thumbnail", "LIC-HIDDEN", self.frame("home"), op, lic, shown="(a picture)", **given
            )

    def _wrong(self) -> Iterator[Case]:
        for at in range(FAULTS):
            op = self._company()
            while "0" not in op.no[:-1]:
                op = self._company()
            rows = () if at == FAULTS - 1 else (op,)
            shown = spoilt(op, at, self.chance)
            yield self.shown("bad_number", "LIC-INVALID-NUMBER", "home", shown, rows=rows)
        op = self._company()
        shown = spoilt(op, 0, self.chance)
        frame = self.frame("home")
        yield self.pictured("scan", "bad_number_pictured", "LIC-INVALID-NUMBER", frame, shown, rows=(op,))
        for _ in range(5):
            yield self.shown("not_in_registry", "LIC-NOT-IN-REGISTRY", "plain", rows=())
        yield self.gsxt("not_in_registry", "LIC-NOT-IN-REGISTRY", self._company(), rows=())
        frame = self.frame("home")
        op = self._company()
        yield self.pictured("duplicate", "not_in_registry", "LIC-NOT-IN-REGISTRY", frame, op, rows=())
        for at in range(10):
            shown, row = misnamed(self._company(), at % 5, self.brand())
            yield self.shown("name_differs", "LIC-NAME-MISMATCH", "home", shown, rows=(row,))
        shown, row = misnamed(self._company(), 1, self.brand())
        frame = self.frame("home")
        yield self.pictured("old", "name_differs", "LIC-NAME-MISMATCH", frame, shown, rows=(row,))
        for at in range(10):
            status, note = _STATUS[at % 4]
            op = replace(self._company(), status=status, note=note)
            if at == 8:
                yield self.gsxt("status", "LIC-STATUS-ABNORMAL", op)
            elif at == 9:
                yield self.linked("status", "LIC-STATUS-ABNORMAL", "home", op)
            else:
                yield self.shown("status", "LIC-STATUS-ABNORMAL", "home", op)

    def _permits_lacking(self) -> Iterator[Case]:
        product = {
            "food": ("生产许可证编号（生产商）", "SC"),
            "drug": ("药品批准文号", "DRUG-OTC"),
            "pesticide": ("农药登记证号", "PESTICIDE"),
        }
        trades = (
            "food",
            "catering",
            "drug",
            "device2",
            "device3",
            "book",
            "pesticide",
            "seed",
            "cosmetic",
            "wine",
        )
        for category in trades:
            op = self.operator(category, "91")
            if category in product:
                label, kind = product[category]
                permit = f"<p>{label}：{make(kind, op.place, self.chance)}</p>"
            else:
                name = self.words["permits"][category][0].removesuffix("编号")
                permit = self.fill(self.turn("said", self.words["said_permitted"]), op, label=name)
            yield self.shown("permit_lacking", "PERMIT-MISSING", self._at(category), op, permit=permit)
        op, number = self.permitted("health_food")
        permit = self.permit_text("food", number)
        yield self.shown("permit_half", "PERMIT-MISSING", "permit", op, permit=permit)
        for at, category in enumerate(("food", "book")):
            status, note = _STATUS[at * 2]
            op = replace(self.operator(category, "91"), status=status, note=note)
            yield self.shown("status_and_permit", "LIC-STATUS-ABNORMAL PERMIT-MISSING", "permit", op)
        for category, dates, until in _ENDED:
            op, number = self.permitted(category, until=until)
            permit = self.permit_text(category, number, dates)
            yield self.shown("permit_expired", "PERMIT-EXPIRED", self._at(category), op, permit=permit)
        for category in ("food", "catering", "drug", "pesticide", "cosmetic_sp", "seed"):
            op, number = self.permitted(category)
            permit = self.permit_text(category, wrong_permit(category, number, op))
            yield self.shown("permit_bad", "PERMIT-INVALID", self._at(category), op, permit=permit)
        for category in ("food", "device3"):
            owner, number = self.permitted(category)
            op, permit = self.operator(category, "91"), self.permit_text(category, number)
            rows = (op, owner)
            yield self.shown("permit_of_another", "PERMIT-INVALID", "permit", op, rows=rows, permit=permit)

    def _icp_lacking(self) -> Iterator[Case]:
        for line in self.words["icp_lacking"]:
            yield self.shown("icp", "ICP-MISSING", "standalone", self._company(), icp=line)
        for at in range(2):
            op, frame = self._company(), self.frame("standalone")
            extra = self.words["mentions"][at]
            codes = "LIC-MISSING ICP-MISSING"
            yield self.put("icp_and_licence", codes, frame, op, "", rows=(op,), icp="", extra=extra)
            op = self._company()
            shown = spoilt(op, at, self.chance)
            codes = "LIC-INVALID-NUMBER ICP-MISSING"
            yield self.shown("icp_and_number", codes, "standalone", shown, rows=(op,), icp="")
