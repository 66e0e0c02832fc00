"""The cases of the fifth set: what each page shows, and its truth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from bench.fresh_licence.cases import Case, Operator
from bench.fresh_licence.fifth.pages import FifthPages
from bench.fresh_licence.fifth.pictures import certificate, licence, thumbnail
from bench.fresh_licence.pieces import PLAIN, REGULATED, public_mark, wide
from demo.numbers import mod_11_10

_STATUS = (("吊销，未注销", ""), ("注销", ""), ("存续", "列入经营异常名录"), ("存续", "列入严重违法失信名单"))


class FifthMaker(FifthPages):
    """Makes the cases, always the same ones for a seed."""

    def cases(self) -> Iterator[Case]:
        """All cases, in a fixed order."""
        yield from self._innocent()
        yield from self._openly_or_linked()
        yield from self._permits_held()
        yield from self._exempt()
        yield from self._pictured()
        yield from self._missing()
        yield from self._hidden_or_wrong()
        yield from self._permits_lacking()

    def _innocent(self) -> Iterator[Case]:
        for _ in range(30):
            yield self.shown("as_usual", "OK", "plain")
        for at in range(6):
            op = self.operator("apparel", "92" if at % 3 == 2 else "91")
            if at % 3 == 0:
                op = replace(op, name=f"{op.brand}服饰（{op.place.city.removesuffix('市')}）有限公司")
            said = (
                op.name.replace("（", "(").replace("）", ")"),
                op.name.replace(op.brand, f" {op.brand} "),
                op.name.removesuffix("（个体工商户）"),
            )[at % 3]
            yield self.shown("name_variant", "OK", "home", replace(op, name=said), rows=(op,))
        for at in range(6):
            op = self.operator("toy", "91")
            no = op.no
            said = (
                wide(no),
                f"{no[:4]} {no[4:8]} {no[8:]}",
                f"{no[:8]}-{no[8:17]}-{no[17]}",
                no.lower(),
                no.replace("0", "O"),
                f"{no[:2]} {no[2:8]} {no[8:]}",
            )[at]
            yield self.shown("number_variant", "OK", "home", replace(op, no=said), rows=(op,))
        for _ in range(3):
            op = self.operator("auto", "91")
            op = replace(op, reg_no=mod_11_10(op.place.region + self.digits(8)))
            lic = self.display(replace(op, no=op.reg_no), "old")
            yield self.put("old_number", "OK", self.frame("home"), op, lic, rows=(op,), shown=op.reg_no)
        for at in range(8):
            other = self.operator("home", "91")
            if at % 4 == 1:
                other = replace(other, status="注销")
            text = self.words["beside" if at < 4 else "third_party"]
            extra = self.fill(self.turn(f"beside {at // 4}", text), other, t=other)
            op = self.operator(self.turn("category", PLAIN))
            rows = (op,) if at % 4 == 2 else (op, other)
            yield self.shown("other_parties", "OK", "home", op, rows=rows, extra=extra)

    def _openly_or_linked(self) -> Iterator[Case]:
        words = self.words
        for _ in range(12):
            frame = self.frame("home")
            op = self.business(frame)
            yield self._linked(frame, op)
        for _ in range(5):
            frame = self.frame("standalone")
            op = self.business(frame)
            url = public_mark(op.no, self.digits(13), f"MEUCIQ{self.digits(24)}")
            lic = self.fill(self.turn("gsxt", words["gsxt"]), op, url=url)
            yield self.put("gsxt_link", "OK-LINK", frame, op, lic, rows=(op,))
        for kind, tag, codes in (
            ("openers", "opened_by_visitor", "OK-LINK"),
            ("odd_but_visible", "odd_but_visible", "OK"),
            ("scripts", "written_by_script", "OK"),
        ):
            for at in range(max(4, len(words[kind]))):
                frame = self.frame("home")
                op = self.business(frame)
                lic = self.fill(words[kind][at % len(words[kind])], op, d=self.display(op, "block"))
                yield self.put(tag, codes, frame, op, lic, rows=(op,))

    def _linked(self, frame: str, op: Operator, *, permit: str = "", tag: str = "linked_page") -> Case:
        link, n = self.turn("link", self.words["links"]), self.digits(5)
        body = f"{self.display(op, 'block')}{permit}"
        page = self.fill(self.words["link_page"], op, title=link["title"], body=body)
        path = self.fill(link["path"], op, n=n)
        return self.put(
            tag, "OK-LINK", frame, op, self.fill(link["a"], op, n=n), rows=(op,), pages={path: page}
        )

    def _permits_held(self) -> Iterator[Case]:
        for category in REGULATED:
            op, number = self.permitted(category)
            yield self.shown(
                "permit_held", "OK", _frames_for(category), op, permit=self.permit_text(category, number)
            )
        for category, dates in (
            ("food", "（有效期：2024年7月1日至2029年6月30日）"),
            ("drug", "　发证日期 2024-07-01　有效期至 2029-06-30"),
            ("pesticide", " 有效期限：2024.07.01-2029.06.30"),
            ("catering", "，有效期至：2029年06月30日"),
        ):
            op, number = self.permitted(category)
            permit = self.permit_text(category, number, dates)
            yield self.shown("permit_dated", "OK", _frames_for(category), op, permit=permit)
        for category in ("food", "book"):
            op, number = self.permitted(category)
            permit = self.permit_text(category, number)
            yield self._linked(self.frame("regulated"), op, permit=permit, tag="permit_on_link_page")

    def _exempt(self) -> Iterator[Case]:
        for at in range(8):
            op = self.operator(("organic", "apparel", "home", "toy")[at % 4], "92")
            text, goods = self.words["declarations"][at % 4], self.words["declared_goods"][at % 4]
            lic = self.fill(self.turn("declared", self.words["declared"]), op, text=text)
            frame = self.frame("personal")
            yield self.put("exempt", "OK-EXEMPT-DECLARATION", frame, op, lic, shown=text, goods=goods)
        for category, kind, extra, codes in (
            ("food", "92", "", "LIC-MISSING PERMIT-MISSING"),
            ("cosmetic", "92", "", "LIC-MISSING PERMIT-MISSING"),
            ("apparel", "91", "<p>&copy; 2026 {{ op.name }} 版权所有</p>", "LIC-MISSING"),
            ("home", "92", "<p>本店今年累计销售额已达 26.8 万元，感谢街坊支持！</p>", "LIC-MISSING"),
            ("toy", "92", "<p>店铺年交易额：412,600 元</p>", "LIC-MISSING"),
        ):
            op, text = self.operator(category, kind), self.words["declarations"][3]
            lic = self.fill(self.turn("declared", self.words["declared"]), op, text=text)
            frame = self.frame("personal")
            yield self.put("exempt_not_so", codes, frame, op, lic, shown=text, extra=self.fill(extra, op))

    def _picture(self, data: bytes, alt: str, width: int) -> tuple[str, dict[str, bytes]]:
        self._pictures += 1
        path = f"/images/p{self._pictures}.jpg"
        return f'<p><img src="{path}" alt="{alt}" width="{width}" loading="lazy"></p>', {path: data}

    def _pictured(self) -> Iterator[Case]:
        for at in range(12):
            frame = self.frame("home")
            op = self.business(frame)
            if at < 6:
                lic, pictures = self._picture(licence(op), "营业执照", 640)
                yield self.put(
                    "picture", "OK", frame, op, f"<h4>证照公示</h4>{lic}", rows=(op,), pictures=pictures
                )
                continue
            if at in (6, 7):
                lic, pictures = self._picture(thumbnail(op), "营业执照", 112)
                lic = f"<h4>营业执照</h4>{lic}"
                yield self.put("thumbnail", "LIC-HIDDEN", frame, op, lic, rows=(op,), pictures=pictures)
                continue
            title = ("质量管理体系认证证书", "商 标 注 册 证")[at % 2]
            honour, pictures = self._picture(certificate(title, op), "荣誉资质", 520)
            extra = f"<h3>荣誉资质</h3>{honour}"
            is_shown = at < 10
            lic = self.display(op, self.slot(frame)) if is_shown else ""
            tag, code = ("certificate_beside", "OK") if is_shown else ("certificate_only", "LIC-MISSING")
            yield self.put(tag, code, frame, op, lic, rows=(op,), extra=extra, pictures=pictures)

    def _missing(self) -> Iterator[Case]:
        for _ in range(3):
            op = self.operator(self.turn("category", PLAIN))
            yield self.put(
                "platform_only",
                "LIC-MISSING",
                self.frame("platform"),
                op,
                "",
                shown=self.platform.no,
                rows=(op,),
            )
        for kind, count in (("third_party", 3), ("mentions", 3), ("quoted", 2)):
            for at in range(count):
                op, other = self.operator(self.turn("category", PLAIN)), self.operator("home", "91")
                extra = self.fill(self.words[kind][at], op, t=other)
                yield self.put(
                    kind,
                    "LIC-MISSING",
                    self.frame("home"),
                    op,
                    "",
                    rows=(op, other),
                    extra=extra,
                    shown=other.no,
                )
        for at in range(3):
            frame = self.frame("home")
            op = self.business(frame)
            link, n = self.words["links"][at * 2], self.digits(5)
            path = self.fill(link["path"], op, n=n)
            lic = self.fill(link["a"], op, n=n)
            yield self.put("dead_link", "LIC-MISSING", frame, op, lic, rows=(op,), pages={path: None})
        for lic in self.words["placeholders"]:
            frame = self.frame("home")
            op = self.business(frame)
            yield self.put("placeholder", "LIC-MISSING", frame, op, lic, rows=(op,))

    def _hidden_or_wrong(self) -> Iterator[Case]:
        for text in self.words["hidden"]:
            frame = self.frame("home")
            op = self.business(frame)
            plain = self.fill(self.words["displays"]["line"][1], op)
            lic = self.fill(text, op, d=self.display(op, "block"), d_plain=plain)
            yield self.put("hidden", "LIC-HIDDEN", frame, op, lic, rows=(op,), seen=False)
        for at in range(7):
            op = self.operator(self.turn("category", PLAIN), "91")
            yield self.shown(
                "bad_number", "LIC-INVALID-NUMBER", "home", replace(op, no=_spoilt(op.no, at)), rows=(op,)
            )
        for _ in range(4):
            yield self.shown("not_in_registry", "LIC-NOT-IN-REGISTRY", "plain", rows=())
        for at in range(8):
            op = self.operator(self.turn("category", PLAIN), "91")
            shown, row = self._misnamed(op, at % 4)
            yield self.shown("name_differs", "LIC-NAME-MISMATCH", "home", shown, rows=(row,))
        for at in range(8):
            status, note = _STATUS[at % 4]
            op = replace(self.operator(self.turn("category", PLAIN)), status=status, note=note)
            yield self.shown("status", "LIC-STATUS-ABNORMAL", "home", op)

    def _misnamed(self, op: Operator, kind: int) -> tuple[Operator, Operator]:
        brand = self.brand()
        if kind == 0:  # a former name
            now = replace(op, name=op.name.replace(op.brand, brand), brand=brand)
            return op, replace(now, former=(op.name,))
        if kind == 1:  # another trade name
            return replace(op, name=op.name.replace(op.brand, brand), brand=brand), op
        if kind == 2:  # one character
            other = op.brand[0] + next(each for each in "耀锦渝" if each not in op.brand)
            return replace(op, name=op.name.replace(op.brand, other), brand=other), op
        ends = ("有限责任公司", "有限公司")
        old, new = ends if op.name.endswith(ends[0]) else ends[::-1]
        return replace(op, name=op.name.removesuffix(old) + new), op

    def _permits_lacking(self) -> Iterator[Case]:
        for at, category in enumerate(("food", "catering", "drug", "device2", "book")):
            op = self.operator(category)
            said = f"<p>本店已取得{self.label(category)}，证件齐全，请放心选购。</p>" if at % 2 == 0 else ""
            yield self.shown("permit_lacking", "PERMIT-MISSING", _frames_for(category), op, permit=said)
        for category, dates in (
            ("food", "（有效期：2021年5月6日至2026年5月5日）"),
            ("drug", "　有效期至 2026-05-05"),
            ("pesticide", " 有效期限：2021.05.06-2026.05.05"),
            ("catering", ""),
            ("seed", ""),
        ):
            op, number = self.permitted(category, until="2026-05-05")
            permit = self.permit_text(category, number, dates)
            yield self.shown("permit_expired", "PERMIT-EXPIRED", _frames_for(category), op, permit=permit)
        for category in ("food", "catering", "drug", "pesticide"):
            op, number = self.permitted(category)
            wrong = (
                f"{number[:-1]}{(int(number[-1]) + 3) % 10}"
                if category in ("food", "catering")
                else number[:-3]
            )
            permit = self.permit_text(category, wrong)
            yield self.shown("permit_bad", "PERMIT-INVALID", _frames_for(category), op, permit=permit)
        for category in ("food", "device3"):
            owner, number = self.permitted(category)
            op = self.operator(category)
            permit = self.permit_text(category, number)
            yield self.shown(
                "permit_of_another",
                "PERMIT-INVALID",
                _frames_for(category),
                op,
                rows=(op, owner),
                permit=permit,
            )
        for at in range(4):
            if at < 3:
                yield self.shown("icp", "ICP-MISSING", "standalone", icp=False)
            else:
                op = self.operator("home")
                frame = self.frame("standalone")
                yield self.put("icp", "LIC-MISSING ICP-MISSING", frame, op, "", rows=(op,), icp=False)


def _frames_for(category: str) -> str:
    return "catering" if category == "catering" else "regulated"


def _spoilt(no: str, kind: int) -> str:
    """``no`` with one fault that no exchange of O, I, Z, S for digits mends."""
    wrong_end = "7" if no[-1] != "7" else "9"
    at = next(place for place in range(9, 16) if no[place] != no[place + 1])
    return (
        no[:-1],
        no + "8",
        f"{no[:11]}V{no[12:]}",
        no[:-1] + wrong_end,
        f"{no[:12]}{'3' if no[12] != '3' else '4'}{no[13:]}",
        f"{no[:at]}{no[at + 1]}{no[at]}{no[at + 2 :]}",
        no[:-2],
    )[kind]
