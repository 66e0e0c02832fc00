"""Cases of the second set: the template, the truth and the twist of each come from its data file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import cycle
from typing import Any

from bench.fresh_licence.first.pictures import draw_certificate
from bench.fresh_licence.halves import Draft, Operator, Writer
from bench.fresh_licence.pieces import wide
from bench.fresh_licence.second.pictures import draw
from demo.numbers import Place, make, mod_11_10

Entry = Mapping[str, Any]
_TRADE_WORDS = ("旗舰店", "优选商城", "专营店")


class SecondWriter(Writer):
    """Writes the cases of one half of the second set."""

    def __init__(self, words: Mapping[str, Any], seed: int) -> None:
        super().__init__(words, seed)
        self._figures = cycle(words["figures"])
        self._pictures_drawn = 0

    def drafts(self) -> Iterator[Draft]:
        """All cases of the half, in the order of the file."""
        for entry in self.words["cases"]:
            for _ in range(entry.get("times", 1)):
                yield self._case(entry)

    def operator(self, category: str = "home", *, company: bool | None = None) -> Operator:
        """An invented operator whose brand is of the half's own characters."""
        made = super().operator(category, company=company)
        brand = "".join(self.chance.sample(self.words["names"], 3))
        at = 3 if made.name.startswith(made.place.district) else 2
        return replace(made, name=made.name[:at] + brand + made.name[at + 3 :])

    def _case(self, entry: Entry) -> Draft:
        category = entry.get("category") or self.free()
        other = replace(self.operator(category, company=True), status=entry.get("other_status", "存续"))
        owner, shown = self._twisted(entry, category)
        number = other_number = ""
        if kind := entry.get("permit"):
            to = entry.get("permit_to", "2031-03-31")
            (owner, number), (other, other_number) = (self._holds(each, kind, to) for each in (owner, other))
        values = self._values(owner, shown, other) | {
            "no": number, "bad": _spoilt(number), "short": _shortened(number), "mno": other_number,
        }  # fmt: skip
        case = Draft(
            kind=entry["kind"],
            codes=tuple(entry.get("codes", "OK").split()),
            css=entry.get("css", ""),
            category=category,
            operator=owner,
            registered=[other] if entry.get("unregistered") else [owner, other],
            standalone=entry.get("standalone", False),
        )
        self._draw(case, entry, shown, values)
        template = next(self._figures) if entry.get("figure") else entry["html"]
        case.display = self.fill(template, **values)
        case.pages = {
            path: text and self._linked_page(self.fill(text, **values))
            for path, text in entry.get("pages", {}).items()
        }
        if case.standalone:
            line = entry["icp"]
            case.icp = self.icp(line) if line in self.words else self.fill(line, **values)
        return case

    def _twisted(self, entry: Entry, category: str) -> tuple[Operator, Operator]:
        # As registered, and as the page shows it.
        made = self.operator(category, company=entry.get("company"))
        twist = TWISTS.get(entry.get("twist", ""), _same)
        return twist(made, self)

    def _holds(self, operator: Operator, kind: str, to: str) -> tuple[Operator, str]:
        number = _PERMITS[kind](operator.place, self)
        entry = {"kind": kind, "name": "", "no": number, "valid_to": to, "status": "有效"}
        return replace(operator, permits=(entry,)), number

    def _values(self, owner: Operator, shown: Operator, other: Operator) -> dict[str, Any]:
        digits = {f"n{count}": self.number(count) for count in range(3, 15)}
        place = owner.place
        return digits | {
            "o": owner, "s": shown, "m": other, "pf": self.platform, "d": self.shown(shown),
            "p": place.short, "region": place.region,
        }  # fmt: skip

    def _draw(self, case: Draft, entry: Entry, shown: Operator, values: dict[str, Any]) -> None:
        if look := entry.get("picture"):
            self._pictures_drawn += 1
            src = f"/up/m{self._pictures_drawn}.jpg"
            is_other = "other" in look
            drawn = (
                draw_certificate(look["other"], shown, self.chance)
                if is_other
                else draw(shown, look, self.chance)
            )
            case.pictures, values["src"] = {src: drawn}, src

    def _linked_page(self, body: str) -> str:
        head = "<!DOCTYPE html><html><head><meta charset='utf-8'><title>公示</title></head>"
        menu = "".join(f"<a href='/c{at}'>{word}</a> " for at, word in enumerate(self.words["menu"]))
        return f"{head}<body><div class='nav'>{menu}</div><div class='main'>{body}</div></body></html>"

    def page(self, draft: Draft, at: int, shop: str) -> str:
        """The whole page: goods, articles, reviews and a platform's line around the display."""
        return self.fill(
            list(self.words["shells"].values())[at % len(self.words["shells"])],
            **self._around(draft, shop),
            shop=shop,
            css=draft.css,
            d=draft.display,
            foot=f"<p>{draft.icp}</p>",
            n4=self.number(4),
            platform="" if draft.standalone else self.fill(self.words["platform"], pf=self.platform),
        )

    def _around(self, draft: Draft, shop: str) -> dict[str, str]:
        chance, words = self.chance, self.words
        # Who is exempt sells little: no count of buyers that would say otherwise.
        small = draft.codes == ("OK-EXEMPT-DECLARATION",)
        goods = "".join(self._card(shop, at, small) for at in range(chance.randint(15, 60)))
        reviews = "".join(self._review() for _ in range(chance.randint(6, 30)))
        articles = "".join(
            f'<div class="art"><h4><a href="/art/{self.number(4)}">{text[:6]}</a></h4><p>{text}</p></div>'
            for text in chance.sample(words["articles"] * 2, chance.randint(2, 6))
        )
        menu = "".join(f'<a href="/m/{at}">{word}</a> ' for at, word in enumerate(words["menu"]))
        state = ",".join(f'{{"id":{self.number(10)},"sku":"{self.number(13)}"}}' for _ in range(40))
        side = '<p>本店公告：满两件包邮</p><form><input name="kw" placeholder="搜索本店"></form>'
        return {
            "goods": goods, "reviews": reviews, "articles": articles, "menu": menu, "side": side,
            "script": f"<script>window.__goods=[{state}];var _hmt=_hmt||[];</script>",
        }  # fmt: skip

    def _review(self) -> str:
        who, day = (
            f"{self.number(3)}***{self.number(2)}",
            f"2026-0{self.chance.randint(1, 9)}-1{self.number(1)}",
        )
        text = self.chance.choice(self.words["reviews"])
        return f'<div class="rev"><b>{who}</b><p>{text}</p><em>{day} 订单 {self.number(18)}</em></div>'

    def _card(self, shop: str, at: int, small: bool) -> str:
        picture = f'<img data-src="/g/{self.number(8)}.webp" alt="{shop} {at}">'
        price = f"¥{self.chance.randint(5, 600)}.{self.number(2)}"
        sold = "" if small else f"{self.chance.randint(1, 999)}人付款 "
        return (
            f'<div class="item card"><a href="/item/{self.number(11)}.html">{picture}</a>'
            f'<p class="tit">{shop[:3]} 精选好物 {at} 号</p><span class="price">{price}</span>'
            f"<small>{sold}条码 69{self.number(11)}</small></div>"
        )


def _same(operator: Operator, _: Writer) -> tuple[Operator, Operator]:
    return operator, operator


def _number(spoil: Callable[[str, Writer], str]) -> Callable[[Operator, Writer], tuple[Operator, Operator]]:
    return lambda operator, writer: (operator, replace(operator, shown=spoil(operator.code, writer)))


def _name(
    spoil: Callable[[Operator, Writer], str],
) -> Callable[[Operator, Writer], tuple[Operator, Operator]]:
    return lambda operator, writer: (operator, replace(operator, name=spoil(operator, writer)))


def _state(status: str, note: str = "") -> Callable[[Operator, Writer], tuple[Operator, Operator]]:
    return lambda operator, _: (replace(operator, status=status, note=note),) * 2


def _former(operator: Operator, writer: Writer) -> tuple[Operator, Operator]:
    old = writer.operator(company=True).name
    return replace(operator, former=(old,)), replace(operator, name=old)


def _registered_15(operator: Operator, writer: Writer) -> tuple[Operator, Operator]:
    old = mod_11_10(operator.place.region + writer.number(8))
    return (replace(operator, reg_no=old, shown=old),) * 2


def _wrong_15(operator: Operator, writer: Writer) -> tuple[Operator, Operator]:
    registered, _ = _registered_15(operator, writer)
    return registered, replace(registered, shown=_spoilt(registered.shown))


def _typed_other_name(operator: Operator, writer: Writer) -> tuple[Operator, Operator]:
    # Typed with letters, and the name is not the registered one: the exception for typing does not hold.
    typed = operator.code.replace("0", "O").replace("1", "I")
    return operator, replace(operator, name=writer.operator(company=True).name, shown=typed)


def _changed(code: str, writer: Writer) -> str:
    at = writer.chance.randrange(9, 16)
    return code[:at] + next(each for each in "7ATH" if each != code[at]) + code[at + 1 :]


def _transposed(code: str, _: Writer) -> str:
    at = next(at for at in range(9, 16) if code[at] != code[at + 1])
    return code[:at] + code[at + 1] + code[at] + code[at + 2 :]


def _one_letter(operator: Operator, _: Writer) -> str:
    at = 3 if operator.name.startswith(operator.place.district) else 2
    return operator.name[:at] + "岑" + operator.name[at + 1 :]


TWISTS: Mapping[str, Callable[[Operator, Any], tuple[Operator, Operator]]] = {
    "check": _number(lambda code, _: code[:-1] + ("3" if code[-1] != "3" else "8")),
    "changed": _number(_changed),
    "transposed": _number(_transposed),
    "shorter": _number(lambda code, _: code[:11] + code[12:]),
    "longer": _number(lambda code, _: code[:9] + "6" + code[9:]),
    "nine": _number(lambda code, _: f"{code[8:16]}-{code[16]}"),
    "thirteen": _number(lambda code, writer: code[2:8] + writer.number(7)),
    "id_card": _number(lambda code, writer: code[2:8] + "19850612" + writer.number(3) + "X"),
    "reg_no": _registered_15,
    "reg_no_bad": _wrong_15,
    "typed_zs": _number(lambda code, _: code.replace("2", "Z").replace("5", "S")),
    "typed_oi": _number(lambda code, _: code.replace("0", "O").replace("1", "I")),
    "typed_other_name": _typed_other_name,
    "soft_hyphen": _number(lambda code, _: "\u00ad".join((code[:6], code[6:12], code[12:]))),
    "wide_spaced": _number(lambda code, _: "　".join(map(wide, (code[:8], code[8:])))),
    "nbsp_groups": _number(lambda code, _: "&nbsp;".join((code[:4], code[4:8], code[8:12], code[12:]))),
    "word_joiner": _number(lambda code, _: "\u2060".join(code)),
    "former": _former,
    "trade_name": _name(
        lambda o, w: o.name[2:5] + w.chance.choice(_TRADE_WORDS),
    ),
    "one_letter": _name(_one_letter),
    "group": _name(lambda o, _: re.sub("有限(责任)?公司$", "集团有限公司", o.name)),
    "stock": _name(
        lambda o, _: o.name.replace("有限责任公司", "有限公司").replace("有限公司", "股份有限公司")
    ),
    "half_brackets": _name(lambda o, _: o.name.replace("（", "(").replace("）", ")")),
    "dropped": _name(lambda o, _: o.name.removesuffix("（个体工商户）")),
    "spaced_name": _name(lambda o, _: f"{o.name[:3]} {o.name[3:6]} {o.name[6:]}"),
    "wide_spaced_name": _name(
        lambda o, _: f"{o.name[:3]}　{o.name[3:]}".replace("（", " ( ").replace("）", " ) ")
    ),
    "revoked": _state("吊销，未注销"),
    "cancelled": _state("注销"),
    "abnormal": _state("存续", "列入经营异常名录"),
    "blacklisted": _state("存续", "列入严重违法失信名单"),
}
"""An operator as registered and as shown, by what is done to the display or to the register."""

_PERMITS: Mapping[str, Callable[[Place, SecondWriter], str]] = {
    "JY": lambda p, w: make("JY", p, w.chance),
    "YB": lambda p, w: make("YB", p, w.chance),
    "JY2": lambda p, w: "JY" + mod_11_10(f"2{p.region}{w.number(6)}"),
    "YPJY": lambda p, w: f"{p.short}DB{w.chance.choice(('5710', '7550', '2800'))}{w.number(5)}",
    "NYJX": lambda p, w: make("PESTICIDE-TRADE", p, w.chance),
    "ZZXK": lambda p, w: make("SEED-TRADE", p, w.chance),
    "SYJY": lambda p, w: f"（2022）兽药经营证字{p.region}{w.number(3)}号",
    "CBW": lambda p, w: f"新出发{p.short}零字第{p.city[:1]}{w.number(5)}号",
    "XIEXU": lambda p, w: f"{p.short}{p.city[:1]}药监械经营许2023{w.number(4)}号",
    "XIEBEI": lambda p, w: make("DEVICE-TRADE", p, w.chance),
}


def _spoilt(number: str) -> str:
    # The last digit is another one.
    at = max((at for at, each in enumerate(number) if each.isdigit()), default=-1)
    return number[:at] + str((int(number[at]) + 4) % 10) + number[at + 1 :] if at >= 0 else number


def _shortened(number: str) -> str:
    # The last three digits are lost.
    at = max((at for at, each in enumerate(number) if each.isdigit()), default=-1)
    return number[: at - 2] + number[at + 1 :] if at >= 0 else number
