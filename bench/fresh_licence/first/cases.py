"""Cases of the first set, kind after kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import cycle, islice
from typing import Any

from bench.fresh_licence.first.pictures import draw_certificate, draw_licence
from bench.fresh_licence.halves import Draft, Operator, Writer
from bench.fresh_licence.pieces import wide
from demo.numbers import make

_GOODS = {
    "home": "竹纤维毛巾",
    "toy": "木制拼图",
    "auto": "遮阳挡",
    "apparel": "针织开衫",
    "elec": "台灯",
    "organic": "山地红薯",
    "food": "芝麻酥糖",
    "wine": "米酒",
    "catering": "手工水饺",
    "health_food": "维生素片",
    "drug": "感冒灵颗粒",
    "device2": "电子血压计",
    "device3": "隐形眼镜",
    "cosmetic": "保湿面霜",
    "cosmetic_sp": "防晒霜",
    "pesticide": "杀虫剂",
    "seed": "黄瓜种子",
    "vetdrug": "犬用驱虫片",
    "book": "绘本故事",
}
_NEEDS: Mapping[str, tuple[str, str, str]] = {
    "food": ("食品经营许可证", "JY", "JY"),
    "wine": ("食品经营许可证", "JY", "JY"),
    "drug": ("药品经营许可证", "YPJY", "DRUG-TRADE"),
    "device2": ("第二类医疗器械经营备案", "XIEBEI", "DEVICE-TRADE"),
    "pesticide": ("农药经营许可证", "NYJX", "PESTICIDE-TRADE"),
    "seed": ("农作物种子生产经营许可证", "ZZXK", "SEED-TRADE"),
    "cosmetic": ("化妆品备案", "", "COSMETIC"),
    "cosmetic_sp": ("特殊化妆品注册证", "", "COSMETIC-SPECIAL"),
}
"""Category to the permit's name, its kind in the register ("": of the goods), and its number's maker."""


class FirstWriter(Writer):
    """Writes the cases of one half of the first set."""

    # ------------------------------------------------------------ kinds of cases

    def drafts(self) -> Iterator[Draft]:
        """All cases of the half, kind after kind."""
        for make_some in (
            self._plain,
            self._obfuscated,
            self._visible,
            self._hidden,
            self._elsewhere,
            self._missing,
            self._exempt,
            self._numbers,
            self._truth,
            self._permits,
            self._sites,
            self._pictures,
        ):
            yield from make_some()

    def _ok(self, kind: str, operator: Operator, display: str, **more: Any) -> Draft:
        more.setdefault("category", self.free())
        return Draft(
            kind=kind, codes=("OK",), display=display, operator=operator, registered=[operator], **more
        )

    def _plain(self) -> Iterator[Draft]:
        for _ in range(2 * len(self.words["displays"])):
            operator = self.operator()
            yield self._ok("plain", operator, self.shown(operator))

    def _obfuscated(self) -> Iterator[Draft]:
        spellings: dict[str, Callable[[str], str]] = {
            "full_width": wide,
            "spaced": lambda code: f"{code[:2]} {code[2:8]} {code[8:]}",
            "hyphens": lambda code: f"{code[:8]}-{code[8:]}",
            "zero_width": lambda code: "\u200b".join(code),
            "per_element": lambda code: "".join(f"<i>{each}</i>" for each in code),
            "line_break": lambda code: f"{code[:9]}<br>{code[9:]}",
            "lower": str.lower,
            "wbr": lambda code: "<wbr>".join((code[:6], code[6:12], code[12:])),
        }
        for name, spell in spellings.items():
            operator = self.operator()
            operator = replace(operator, shown=spell(operator.code))
            yield self._ok(f"obfuscated_{name}", operator, self.shown(operator))
        for _ in range(2):
            operator = self._typable()
            typed = replace(operator, shown=operator.code.replace("0", "O").replace("1", "I"))
            yield self._ok("typing_variant", operator, self.shown(typed))

    def _typable(self) -> Operator:
        return self.operator()

    def _visible(self) -> Iterator[Draft]:
        for name, (css, wrap) in self.words["visible"].items():
            operator = self.operator()
            yield self._ok(
                f"visible_{name}", operator, self.fill(wrap, d=self.shown(operator), o=operator), css=css
            )

    def _hidden(self) -> Iterator[Draft]:
        for name, (css, wrap) in self.words["hidden"].items():
            operator = self.operator()
            case = self._ok(
                f"hidden_{name}", operator, self.fill(wrap, d=self.shown(operator), o=operator), css=css
            )
            case.codes = ("LIC-HIDDEN",)
            yield case

    def _elsewhere(self) -> Iterator[Draft]:
        words = self.words
        for template in words["expanders"]:
            operator = self.operator()
            case = self._ok("expander", operator, self.fill(template, d=self.shown(operator)))
            case.codes = ("OK-LINK",)
            yield case
        for template in words["scripted"]:
            operator = self.operator()
            flat = self.shown(operator).replace("\n", "")
            flat2 = flat.replace('"', '\\"')
            yield self._ok("scripted", operator, self.fill(template, flat=flat, flat2=flat2))
        operator = self.operator()
        inner = self.shown(operator).replace('"', "&quot;")
        yield self._ok("srcdoc", operator, f'<iframe srcdoc="{inner}" width="600" height="200"></iframe>')
        operator = self.operator()
        shown = f"统一社会信用代码 {operator.shown}"
        lines = f'<text x="4" y="20">{operator.name}</text><text x="4" y="44">{shown}</text>'
        yield self._ok("svg", operator, f'<svg width="600" height="60">{lines}</svg>')
        for at, (label, path) in enumerate(words["links"]):
            operator = self.operator()
            head = f"<!doctype html><meta charset=utf-8><title>{label}</title>"
            body = f"{head}<body>{self.shown(operator)}</body>"
            case = self._ok("link_page", operator, f'<a href="{path}">{label}</a>', pages={path: body})
            case.codes = ("OK-LINK",)
            yield case
            if at < 2:
                dead = self._ok("dead_link", operator, f'<a href="{path}">{label}</a>', pages={path: None})
                dead.codes = ("LIC-MISSING",)
                yield dead
        for template in words["seals"]:
            for picture in ('<img src="/gs.png" alt="工商网监">', "电子营业执照", '<img src="/lz.gif">'):
                operator = self.operator()
                case = self._ok(
                    "seal",
                    operator,
                    f'<a href="{self.fill(template, o=operator)}" target="_blank">{picture}</a>',
                )
                case.codes = ("OK-LINK",)
                yield case

    def _missing(self) -> Iterator[Draft]:
        for name, template in self.words["missing"].items():
            for platform in (False, True):
                other = self.operator(company=True)
                yield Draft(
                    kind=f"missing_{name}",
                    codes=("LIC-MISSING",),
                    side=self.fill(template, other=other),
                    category=self.free(),
                    registered=[other],
                    platform=platform,
                )

    def _exempt(self) -> Iterator[Draft]:
        for template in self.words["exempt"]:
            category = "organic" if "农副" in template else "apparel" if "手工" in template else "home"
            contact = "<p>经营地址：望江路12号2幢，电话：13800000000</p>"
            yield Draft(
                kind="exempt", codes=("OK-EXEMPT-DECLARATION",), side=template + contact, category=category
            )
        for name, template in self.words["exempt_bad"].items():
            operator = self.operator(company=True)
            category = "food" if name == "permit_goods" else "home"
            codes = ("LIC-MISSING", "PERMIT-MISSING") if name == "permit_goods" else ("LIC-MISSING",)
            yield Draft(
                kind=f"exempt_{name}", codes=codes, side=self.fill(template, o=operator), category=category
            )

    def _numbers(self) -> Iterator[Draft]:
        def check(code: str) -> str:
            return code[:-1] + ("A" if code[-1] != "A" else "B")

        def swapped(code: str) -> str:
            at = next(at for at in range(8, 16) if code[at] != code[at + 1])
            return code[:at] + code[at + 1] + code[at] + code[at + 2 :]

        broken: dict[str, Callable[[str], str]] = {
            "check": check,
            "short": lambda code: code[:12] + code[13:],
            "long": lambda code: code[:10] + "7" + code[10:],
            "swapped": swapped,
            "alphabet": lambda code: code[:9] + "V" + code[10:],
            "fifteen": lambda code: code[2:16] + "0",
        }
        for name, spoil in broken.items():
            operator = self.operator()
            wrong = replace(operator, shown=spoil(operator.code))
            if name == "fifteen":
                wrong = replace(wrong, shown=f"{operator.place.region}60012345{0}")
            case = self._ok(f"invalid_{name}", operator, self.shown(wrong))
            case.codes = ("LIC-INVALID-NUMBER",)
            yield case
        for _ in range(5):
            operator = self.operator()
            case = self._ok("not_in_registry", operator, self.shown(operator))
            case.codes, case.registered = ("LIC-NOT-IN-REGISTRY",), ()
            yield case

    def _truth(self) -> Iterator[Draft]:
        def one_character(name: str) -> str:
            return name[:3] + ("珑" if name[3] != "珑" else "玥") + name[4:]

        other_names: dict[str, Callable[[Operator], str]] = {
            "one_character": lambda o: one_character(o.name),
            "suffix": lambda o: o.name.replace("有限责任公司", "股份有限公司").replace(
                "有限公司", "商贸有限公司"
            ),
            "someone_else": lambda _: self.operator(company=True).name,
            "former": lambda o: o.former[0],
        }
        for name, spell in other_names.items():
            for _ in range(2):
                operator = self.operator(company=True)
                operator = replace(operator, former=(self.operator(company=True).name,))
                case = self._ok(f"name_{name}", operator, self.shown(replace(operator, name=spell(operator))))
                case.codes = ("LIC-NAME-MISMATCH",)
                yield case
        for spell in (
            lambda name: name.replace("（", "(").replace("）", ")"),
            lambda name: name.removesuffix("（个体工商户）"),
            lambda name: f"{name[:4]} {name[4:]}",
        ):
            operator = self.operator(company=False)
            yield self._ok("name_variant", operator, self.shown(replace(operator, name=spell(operator.name))))
        for status, note in (
            ("注销", ""),
            ("吊销，未注销", ""),
            ("存续", "列入经营异常名录"),
            ("存续", "列入严重违法失信名单"),
        ):
            for _ in range(2):
                operator = replace(self.operator(), status=status, note=note)
                case = self._ok("status", operator, self.shown(operator))
                case.codes = ("LIC-STATUS-ABNORMAL",)
                yield case

    def _permits(self) -> Iterator[Draft]:
        for category, (what, kind, maker) in _NEEDS.items():

            def holder(to: str = "2030-06-30", category: str = category) -> tuple[Operator, str]:
                return self._holder(category, to)

            owner, number = holder()
            text = self.shown(owner) + self._permit(what, number, "")
            yield self._ok("permit_ok", owner, text, category=category)
            owner, number = holder()
            yield self._permit_case("permit_missing", owner, self.shown(owner), category, "PERMIT-MISSING")
            owner, number = holder()
            text = self.shown(owner) + f"<p>本店持有合法有效的{what}，请放心购买</p>"
            yield self._permit_case("permit_named_only", owner, text, category, "PERMIT-MISSING")
            if kind:
                owner, number = holder()
                text = self.shown(owner) + self._permit(what, number, self._dates("2025-03-31"))
                yield self._permit_case("permit_expired_page", owner, text, category, "PERMIT-EXPIRED")
                owner, number = holder()
                text = self.shown(owner) + self._permit(what, number, self._dates("2030-06-30"))
                yield self._ok("permit_range", owner, text, category=category)
                owner, number = holder("2024-12-31")
                text = self.shown(owner) + self._permit(what, number, "")
                yield self._permit_case("permit_expired_register", owner, text, category, "PERMIT-EXPIRED")
            if maker == "JY":
                owner, number = holder()
                wrong = number[:-1] + str((int(number[-1]) + 3) % 10)
                text = self.shown(owner) + self._permit(what, wrong, "")
                yield self._permit_case("permit_check", owner, text, category, "PERMIT-INVALID")
            if kind in ("JY", "YPJY", "NYJX"):
                (owner, number), thief = holder(), self.operator(category)
                text = self.shown(thief) + self._permit(what, number, "")
                case = self._permit_case("permit_foreign", thief, text, category, "PERMIT-INVALID")
                case.registered = [thief, owner]
                yield case

    def _holder(self, category: str, to: str) -> tuple[Operator, str]:
        # An operator with the permit of its trade in the register, and the permit's number.
        _, kind, maker = _NEEDS[category]
        operator = self.operator(category)
        number = make(maker, operator.place, self.chance)
        entry = {"kind": kind, "name": "", "no": number, "valid_to": to, "status": "有效"}
        return (replace(operator, permits=(entry,)) if kind else operator), number

    def _permit_case(self, kind: str, operator: Operator, text: str, category: str, code: str) -> Draft:
        case = self._ok(kind, operator, text, category=category)
        case.codes = (code,)
        return case

    def _permit(self, what: str, number: str, dates: str) -> str:
        template = self.chance.choice(self.words["permits"])
        line = self.fill(template, what=what, no=number, dates=dates)
        return f"<table>{line}</table>" if line.startswith("<tr") else line

    def _dates(self, to: str) -> str:
        return self.fill(self.chance.choice(self.words["dates"]), to=to, since="2020-04-01")

    def _sites(self) -> Iterator[Draft]:
        for good in (True, True, True, True, False, False, False, False):
            operator = self.operator()
            case = self._ok("icp_ok" if good else "icp_bad", operator, self.shown(operator), standalone=True)
            case.icp = self.icp("icp_ok" if good else "icp_bad")
            case.platform = False
            case.codes = ("OK",) if good else ("ICP-MISSING",)
            yield case
        operator = replace(self.operator(), status="注销")
        case = self._ok("combo", operator, self.shown(operator), standalone=True)
        case.codes, case.platform = ("ICP-MISSING", "LIC-STATUS-ABNORMAL"), False
        yield case

    def _pictures(self) -> Iterator[Draft]:
        looks = self.words["pictures"]
        for at, look in enumerate(islice(cycle(looks), 3 * len(looks))):
            operator = self.operator()
            drawn = draw_licence(operator, look, self.chance)
            alt = ("营业执照", "", "zz")[at % 3]
            figure = self.fill(
                self.words["figures"][at % len(self.words["figures"])], src=f"/up/{at}a7f.jpg", alt=alt
            )
            yield self._ok("picture", operator, figure, pictures={f"/up/{at}a7f.jpg": drawn})
        for at, look in enumerate(looks):
            operator = replace(self.operator(), status="注销")
            drawn = draw_licence(operator, look, self.chance)
            figure = self.fill(self.words["figures"][0], src=f"/up/{at}s.jpg", alt="营业执照")
            case = self._ok("picture_status", operator, figure, pictures={f"/up/{at}s.jpg": drawn})
            case.codes = ("LIC-STATUS-ABNORMAL",)
            yield case
            operator = self.operator()
            wrong = replace(operator, shown=operator.code[:-1] + ("A" if operator.code[-1] != "A" else "B"))
            drawn = draw_licence(wrong, {**look, "qr": False, "worn": 0}, self.chance)
            case = self._ok(
                "picture_invalid",
                operator,
                figure.replace(f"{at}s.", f"{at}i."),
                pictures={f"/up/{at}i.jpg": drawn},
            )
            case.codes = ("LIC-INVALID-NUMBER",)
            yield case
        operator = self.operator()
        tiny = draw_licence(operator, {**looks[0], "width": 90, "qr": False}, self.chance)
        case = self._ok(
            "picture_tiny",
            operator,
            self.fill(self.words["figures"][0], src="/up/t.jpg", alt="营业执照"),
            pictures={"/up/t.jpg": tiny},
        )
        case.codes = ("LIC-HIDDEN",)
        yield case
        for title in ("商标注册证", "荣誉证书"):
            figure = self.fill(self.words["figures"][0], src="/up/c.jpg", alt="")
            drawn = draw_certificate(title, self.operator(), self.chance)
            yield Draft(
                kind="picture_other",
                codes=("LIC-MISSING",),
                display=figure,
                category=self.free(),
                pictures={"/up/c.jpg": drawn},
            )

    # ------------------------------------------------------------ the page around it

    def page(self, draft: Draft, at: int, shop: str) -> str:
        """The whole page: goods and a platform's line around the display."""
        shells = list(self.words["shells"].values())
        goods = _GOODS[draft.category]
        items = "".join(
            f'<div class="item"><a href="/item/{self.number(9)}.html" title="{goods}">{goods} {n}号装</a>'
            f"<i>¥{self.chance.randint(9, 400)}.{self.number(2)}</i>"
            f"<small>已售{self.chance.randint(3, 900)}件 货号{self.number(8)}</small></div>"
            for n in range(self.chance.randint(8, 60))
        )
        menu = "".join(
            f'<a href="/c/{n}">{name}</a> '
            for n, name in enumerate(("首页", "全部商品", "新品", "联系我们", "帮助中心"))
        )
        foot = f"<p>{draft.icp}</p>" + "".join(
            f"<span>{word}</span> " for word in ("正品保障", "七天退换", "极速发货")
        )
        state = ",".join(self.number(12) for _ in range(self.chance.randint(50, 900)))
        return self.fill(
            shells[at % len(shells)],
            shop=shop,
            css=draft.css,
            d=draft.display,
            side=draft.side,
            goods=items,
            menu=menu,
            foot=foot,
            notice=f"欢迎光临{shop}，订单号{self.number(18)}的客户请联系客服",
            script=f"<script>var s=[{state}]</script>{draft.script}",
            platform=self.fill(self.words["platform"], pf=self.platform)
            if draft.platform and not draft.standalone
            else "",
        )
