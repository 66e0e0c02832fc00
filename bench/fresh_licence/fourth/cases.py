"""Cases of the fourth set: its businesses, who stands on a page, and free words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bench.fresh_licence.cases import Case, Operator
from bench.fresh_licence.entries import EntryMaker
from bench.fresh_licence.fourth.pictures import picture_of
from bench.fresh_licence.fourth.twists import TWISTS
from demo.numbers import Place, credit_code, make

_PLACES = (
    Place("浙江省", "杭州市", "余杭区", "浙", "330110"),
    Place("广东省", "佛山市", "南海区", "粤", "440605"),
    Place("山东省", "临沂市", "兰山区", "鲁", "371302"),
    Place("四川省", "成都市", "郫都区", "川", "510117"),
    Place("江苏省", "南通市", "海门区", "苏", "320614"),
    Place("河北省", "石家庄市", "长安区", "冀", "130102"),
)
_BRANDS = "禾澜沐屿芃晟铭泽栩霖昕朗筱翎槿珺"
_TRADES = {
    "home": "家居用品", "toy": "玩具", "auto": "汽车用品", "apparel": "服饰", "elec": "电子科技",
    "organic": "农产品", "food": "食品", "wine": "酒业", "catering": "餐饮管理", "health_food": "健康产品",
    "drug": "大药房", "device2": "医疗器械", "device3": "医疗科技", "cosmetic": "化妆品",
    "cosmetic_sp": "美容用品", "pesticide": "农资", "seed": "种业", "vetdrug": "动物药业", "book": "图书",
}  # fmt: skip
_FORMS = {
    "91": (
        ("有限责任公司（自然人独资）", "{c}{b}{t}有限公司"),
        ("有限责任公司（自然人投资或控股）", "{b}（{c}）{t}有限公司"),
        ("有限责任公司", "{p}{b}电子商务有限公司"),
        ("有限责任公司（法人独资）", "{c}{d}{b}{t}有限责任公司"),
        ("股份有限公司（非上市）", "{c}{b}{t}股份有限公司"),
        ("有限责任公司分公司", "{c}{b}{t}有限公司{d}分公司"),
    ),
    "92": (
        ("个体工商户", "{d}{b}{t}店（个体工商户）"),
        ("个体工商户", "{c}{d}{b}{t}经营部"),
        ("个体工商户", "{d}{b}{t}商行"),
        ("个体工商户", "{d}{b}工作室"),
        ("个体工商户", "{d}{o}{t}商店"),
    ),
    "93": (("农民专业合作社", "{c}{b}种植专业合作社"),),
}
# Number of the goods themselves: it is no permit of the shop.
_GOODS = {
    "food": ("食品生产许可证编号：{}", "SC"), "wine": ("食品生产许可证编号：{}", "SC"),
    "drug": ("批准文号：{}", "DRUG-CHEM"), "device2": ("产品注册证号：{}", "DEVICE-2"),
    "device3": ("产品注册证号：{}", "DEVICE-2"), "pesticide": ("农药登记证号：{}", "PESTICIDE"),
}  # fmt: skip
# Frames in which a person may sell: they print no sales that would exceed the limit of 零星小额.
_PERSONAL = ("weidian_h5", "wx_mp_h5", "youzan_wap")


class FourthMaker(EntryMaker):
    """Makes the cases of the fourth set."""

    def __init__(self, words: Mapping[str, Any], seed: int) -> None:
        super().__init__(words, seed, "杭州汇淘网络技术有限公司")

    def operator(self, category: str, kind: str, form: str = "") -> Operator:
        """A new business; ``form``: a piece of its name's pattern, or ``short`` to fit a picture."""
        patterns = [
            (legal, pattern)
            for legal, pattern in _FORMS[kind]
            if form in pattern or (form == "short" and "分公司" not in pattern)
        ]
        chance = self.chance
        while True:
            place, brand = chance.choice(_PLACES), "".join(chance.sample(_BRANDS, 2))
            person = chance.choice("沈陆姚汪顾孟秦阮") + "".join(chance.sample("婷浩琪凯莹超丹斌", 2))
            legal, pattern = chance.choice(patterns)
            name = pattern.format(
                p=place.province[:-1],
                c=place.city[:-1],
                d=place.district,
                b=brand,
                t=_TRADES[category],
                o=person,
            )
            if name not in self._names:
                break
        self._names.add(name)
        street = chance.choice(("文一西路", "海五路", "沂蒙路", "红光大道", "人民西路", "中山东路"))
        return Operator(
            name=name,
            no=credit_code(kind, place.region, chance),
            kind=kind,
            type=legal,
            person=person,
            address=f"{place.province}{place.city}{place.district}{street}{chance.randint(2, 1800)}号"
            f"{chance.randint(1, 12)}幢{chance.randint(101, 2508)}室",
            phone=f"1{chance.choice('3589')}{chance.randrange(10**9):09d}",
            since=f"20{chance.randint(11, 24)}-{chance.randint(10, 12)}-{chance.randint(10, 28)}",
            authority=f"{place.city}{place.district}市场监督管理局",
            scope=f"{_TRADES[category]}批发零售；互联网销售（除销售需要许可的商品）；日用百货销售",
            brand=brand,
            category=category,
            place=place,
            capital=f"{chance.choice(('叁拾', '壹佰', '伍佰'))}万元整",
        )

    def _case(self, entry: Mapping[str, Any], turn: Mapping[str, Any], at: int) -> Case:
        category, chance, person = turn["cats"], self.chance, bool(entry.get("person"))
        kind = entry.get("who") or ("92" if person else chance.choice(("91", "91", "91", "92", "92", "93")))
        if kind == "93" and category != "organic":
            kind = "91"
        own = self.operator(category, kind, entry.get("form", ""))
        maker, other = self.operator(category, "91"), self.operator(category, "91", "short")
        no, permit_html, own, maker = self._permit(entry, category, own, maker)
        shown, registered = TWISTS[turn["twist"]](own, other, chance) if "twist" in turn else (own, own)
        standalone = self._is_standalone(entry, at)
        words = self._words(entry, turn, {"o": shown, "r": registered, "m": maker, "u": other, "no": no})
        words["standalone"] = standalone
        pictures: dict[str, bytes] = {}
        if "pic" in turn:
            self._pictures += 1
            words["src"] = f"/images/f{self._pictures:03d}.jpg"
            pictures[words["src"]] = picture_of(turn["pic"], shown, chance)
        display = self._display(entry, turn, words, permit_html)
        if person:
            shell = f"shops/{chance.choice(_PERSONAL)}"
        else:
            shell = next(self._shells["sites" if standalone else "shops"])
        pages = self._linked(entry, words, display, permit_html)
        return self._put(entry, words, shell, pages, pictures, (registered, maker, other))

    def _words(
        self, entry: Mapping[str, Any], turn: Mapping[str, Any], businesses: Mapping[str, Any]
    ) -> dict[str, Any]:
        # What the templates may say: the businesses, the shop's trade name, free digits.
        own, chance = businesses["o"], self.chance
        legal = own.type.endswith("分公司")
        goods, number = _GOODS.get(own.category, ("条形码：{}", "BARCODE"))
        words = {
            **businesses, "P": own.place.short, "region": own.place.region, "pf": "", "icp": "",
            "y2": chance.randint(19, 25), "gsxt": self._gsxt(own.no), "href": turn.get("hrefs", ""),
            "rep": "负责人" if legal else "经营者" if own.kind == "92" else "法定代表人",
            "gno": goods.format(make(number, own.place, chance)), "shop": self._shop_name(entry, own),
            "items": self._items(own.category, person=bool(entry.get("person"))),
        }  # fmt: skip
        return words | {f"n{k}": f"{chance.randrange(10 ** (k - 1), 10**k)}" for k in range(1, 19)}

    def _shop_name(self, entry: Mapping[str, Any], operator: Operator) -> str:
        if entry.get("person"):
            return self.chance.choice(("阿婷", "秦大叔", "小顾", "汪家妹子")) + self.chance.choice(
                ("手工铺", "的小店", "家的货")
            )
        # Half of the shops trade under a name that the register does not know.
        trade = self.chance.choice(
            (operator.brand, operator.brand, "小鹿优选", "一间好物", "老街坊", "MUYA木芽")
        )
        return trade + self.chance.choice(("官方旗舰店", "专营店", "企业店", "生活馆", ""))
