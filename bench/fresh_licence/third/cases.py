"""Cases of the third set: its businesses, and who stands on a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bench.fresh_licence.cases import Case, Operator
from bench.fresh_licence.entries import EntryMaker
from bench.fresh_licence.third.pictures import draw
from bench.fresh_licence.third.twists import BRANDS, TWISTS
from demo.numbers import Place, credit_code

_PLACES = (
    Place("福建省", "泉州市", "鲤城区", "闽", "350502"),
    Place("湖北省", "宜昌市", "西陵区", "鄂", "420502"),
    Place("辽宁省", "大连市", "甘井子区", "辽", "210211"),
    Place("河南省", "洛阳市", "涧西区", "豫", "410305"),
    Place("江西省", "赣州市", "章贡区", "赣", "360702"),
    Place("陕西省", "宝鸡市", "渭滨区", "陕", "610302"),
)
_TRADES = {
    "home": "日用品", "toy": "玩具", "auto": "车饰", "apparel": "服装", "elec": "电子", "organic": "果蔬",
    "food": "食品", "wine": "酒类", "catering": "小吃", "health_food": "营养品", "drug": "大药房",
    "device2": "医疗器械", "device3": "医疗用品", "cosmetic": "化妆品", "cosmetic_sp": "美妆",
    "pesticide": "农资", "seed": "种业", "vetdrug": "兽药", "book": "图书",
}  # fmt: skip
_FORMS = {
    "91": (
        ("有限责任公司（自然人独资）", "{city}{brand}{trade}有限公司"),
        ("有限责任公司", "{city}{brand}{trade}有限责任公司"),
    ),
    "92": (("个体工商户", "{district}{brand}{trade}店（个体工商户）"),),
    "93": (("农民专业合作社", "{city}{brand}{trade}专业合作社"),),
}  # fmt: skip
# Frames that fit a person who sells what they make.
_PERSONAL = ("seller_card", "h5_store", "mini_shop", "antd_shop", "second_hand", "long_scroll")


class ThirdMaker(EntryMaker):
    """Makes the cases of the third set."""

    def __init__(self, words: Mapping[str, Any], seed: int) -> None:
        super().__init__(words, seed, "泉州集麦网络科技有限公司")

    def operator(self, category: str, kind: str) -> Operator:
        """A new business with a name and a number of its own."""
        while True:
            place, brand = self.chance.choice(_PLACES), "".join(self.chance.sample(BRANDS, 2))
            form, pattern = self.chance.choice(_FORMS[kind])
            name = pattern.format(
                city=place.city, district=place.district, brand=brand, trade=_TRADES[category]
            )
            if name not in self._names:
                self._names.add(name)
                break
        street = self.chance.choice(("青禾路", "望江街", "建设大道", "槐树巷"))
        return Operator(
            name=name,
            no=credit_code(kind, place.region, self.chance),
            kind=kind,
            type=form,
            person=self.chance.choice("郭罗梁宋唐韩曹邓")
            + "".join(self.chance.sample("岚峰敏磊颖涛慧军", 2)),
            address=f"{place.province}{place.city}{place.district}{street}{self.chance.randint(2, 380)}号",
            phone=f"1{self.chance.choice('3578')}{self.chance.randrange(10**9):09d}",
            since=f"20{self.chance.randint(10, 24)}-0{self.chance.randint(1, 9)}-18",
            authority=f"{place.city}{place.district}市场监督管理局",
            scope=f"{_TRADES[category]}销售；互联网销售",
            brand=brand,
            category=category,
            place=place,
        )

    def _case(self, entry: Mapping[str, Any], turn: Mapping[str, Any], at: int) -> Case:
        category, chance, person = turn["cats"], self.chance, bool(entry.get("person"))
        kind = entry.get("who") or ("92" if person else chance.choice(("91", "91", "92", "92", "93")))
        if kind == "93" and category not in {"organic", "seed", "food"}:
            kind = "91"
        own, maker = self.operator(category, kind), self.operator(category, "91")
        other = self.operator(category, "91")
        no, permit_html, own, maker = self._permit(entry, category, own, maker)
        shown, registered = TWISTS[turn["twist"]](own, chance) if "twist" in turn else (own, own)
        standalone = self._is_standalone(entry, at)
        if person:
            shell = f"shops/{chance.choice(_PERSONAL)}"
        else:
            shell = next(self._shells["sites" if standalone else "shops"])
        words: dict[str, Any] = {
            "o": shown, "r": registered, "m": maker, "u": other, "no": no, "P": own.place.short,
            "region": own.place.region, "idno": TWISTS["identity"](own, chance)[0].no,
            "shop": self._shop_name(entry, own), "y2": chance.randint(19, 25), "pf": "", "icp": "",
            "gsxt": self._gsxt(shown.no), "href": turn.get("hrefs", ""), "standalone": standalone,
        }  # fmt: skip
        words |= {f"n{k}": f"{chance.randrange(10 ** (k - 1), 10**k)}" for k in range(1, 19)}
        words["items"] = self._items(category, person=person)
        pictures: dict[str, bytes] = {}
        if "pic" in turn:
            self._pictures += 1
            words["src"] = f"/images/p{self._pictures:03d}.jpg"
            pictures[words["src"]] = draw(turn["pic"], shown, chance)
        display = self._display(entry, turn, words, permit_html if entry.get("link") != "permit" else "")
        pages = self._linked(entry, words, display, permit_html)
        return self._put(entry, words, shell, pages, pictures, (registered, maker))

    def _shop_name(self, entry: Mapping[str, Any], operator: Operator) -> str:
        if entry.get("person"):
            return self.chance.choice(("老梁", "唐姐", "小宋", "韩阿姨")) + self.chance.choice(
                ("的铺子", "手作", "家")
            )
        return operator.brand + self.chance.choice(("旗舰店", "优选", "小铺", "的店", "商城"))
