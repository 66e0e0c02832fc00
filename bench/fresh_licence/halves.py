"""Sets of two halves that share no word: what is in a case, and how it is written into its page."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from random import Random
from typing import Any

from bench.fresh_licence.cases import Case
from bench.fresh_licence.pieces import PLAIN, filled
from demo.numbers import Place, credit_code

_PLACES = (
    Place("浙江省", "温州市", "瓯海区", "浙", "330304"),
    Place("广东省", "佛山市", "禅城区", "粤", "440604"),
    Place("四川省", "绵阳市", "涪城区", "川", "510703"),
    Place("山东省", "潍坊市", "奎文区", "鲁", "370705"),
    Place("湖南省", "株洲市", "天元区", "湘", "430211"),
)
_SYLLABLES = "梧桐栖岚砚溪雁棠瑾霁岑沐筱珩楚陌芷澜渔歌麦野松间"
_GIVEN = "建国志远晓燕文静丽华海波秀兰明辉思雨"
_KINDS = (
    ("92", "（个体工商户）", "个体工商户", "{district}{brand}{trade}店"),
    ("91", "", "有限责任公司（自然人独资）", "{city}{brand}{trade}有限公司"),
    ("91", "", "有限责任公司", "{city}{brand}{trade}有限责任公司"),
)
_TRADES = {
    "home": "家居",
    "toy": "玩具",
    "auto": "汽车用品",
    "apparel": "服饰",
    "elec": "电器",
    "organic": "农产品",
    "food": "食品",
    "wine": "酒业",
    "catering": "餐饮",
    "health_food": "保健食品",
    "drug": "大药房",
    "device2": "医疗器械",
    "device3": "医疗器械",
    "cosmetic": "化妆品",
    "cosmetic_sp": "化妆品",
    "pesticide": "农资",
    "seed": "种业",
    "vetdrug": "兽药",
    "book": "图书",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """An invented operator 经营者, and how the page shows its number."""

    name: str
    code: str
    shown: str
    type: str
    person: str
    address: str
    scope: str
    capital: str
    authority: str
    since: str
    place: Place
    status: str = "存续"
    note: str = ""
    former: tuple[str, ...] = ()
    permits: tuple[Mapping[str, str | None], ...] = ()
    reg_no: str = ""
    """The number of fifteen digits 注册号 from before the credit code, where it had one."""

    @property
    def no(self) -> str:
        """The registered number."""
        return self.code

    def row(self) -> dict[str, Any]:
        """Its row of the register."""
        return {
            "name": self.name,
            "uscc": self.code,
            "type": self.type,
            "legal_rep": self.person,
            "address": self.address,
            "scope": self.scope,
            "established": self.since,
            "valid_to": "长期",
            "status": self.status,
            "status_note": self.note,
            "former_names": list(self.former),
            "permits": list(self.permits),
            "region": self.place.region,
        } | ({"reg_no": self.reg_no} if self.reg_no else {})


@dataclass(slots=True, kw_only=True)
class Draft:
    """One case as it is being written, before it stands in a page."""

    kind: str
    codes: tuple[str, ...]
    display: str = ""
    css: str = ""
    side: str = ""
    script: str = ""
    category: str = ""
    operator: Operator | None = None
    registered: Sequence[Operator] = ()
    standalone: bool = False
    icp: str = ""
    platform: bool = True
    pages: Mapping[str, str | None] = field(default_factory=dict)
    pictures: Mapping[str, bytes] = field(default_factory=dict)


class Writer(ABC):
    """Writes the cases of one half from its words and a seed."""

    def __init__(self, words: Mapping[str, Any], seed: int) -> None:
        self.words = words
        self.chance = Random(seed)  # noqa: S311 - a draw that can be repeated
        self._displays = cycle(words["displays"])
        self._categories = cycle(PLAIN)
        self.platform = self.operator(company=True)

    @abstractmethod
    def drafts(self) -> Iterator[Draft]:
        """All cases of the half, in a fixed order."""

    @abstractmethod
    def page(self, draft: Draft, at: int, shop: str) -> str:
        """The whole page of a case, in one of the half's frames."""

    def cases(self) -> Iterator[Case]:
        """All cases, each in its page."""
        for at, draft in enumerate(self.drafts()):
            shop = "".join(self.chance.sample(_SYLLABLES, 3)) + "的小店"
            yield Case(
                tag=draft.kind,
                codes=draft.codes,
                category=draft.category,
                standalone=draft.standalone,
                shop=shop,
                shell="",
                entry=_in_charset(self.page(draft, at, shop)),
                pages=draft.pages,
                pictures=draft.pictures,
                rows=tuple(draft.registered),
            )

    # ------------------------------------------------------------ what there is

    def operator(self, category: str = "home", *, company: bool | None = None) -> Operator:
        """An invented operator of a trade."""
        chance, place = self.chance, self.chance.choice(_PLACES)
        kinds = [kind for kind in _KINDS if company is None or (kind[0] == "91") == company]
        prefix, suffix, legal, pattern = chance.choice(kinds)
        brand = "".join(chance.sample(_SYLLABLES, 3))
        name = (
            pattern.format(
                district=place.district,
                city=place.city.removesuffix("市"),
                brand=brand,
                trade=_TRADES[category],
            )
            + suffix
        )
        code = credit_code(prefix, place.region, chance)
        return Operator(
            name=name,
            code=code,
            shown=code,
            type=legal,
            person="钱孙李周吴郑"[chance.randrange(6)] + "".join(chance.sample(_GIVEN, 2)),
            address=f"{place.province}{place.city}{place.district}望江路{chance.randint(2, 900)}号",
            scope=f"{_TRADES[category]}销售；日用品零售",
            capital=f"{chance.choice((10, 50, 200))}万元整",
            authority=f"{place.city}{place.district}市场监督管理局",
            since=f"20{chance.randint(12, 24)}-0{chance.randint(1, 9)}-1{chance.randint(0, 9)}",
            place=place,
        )

    def free(self) -> str:
        """A category that needs no permit."""
        return next(self._categories)

    def shown(self, operator: Operator) -> str:
        """The display in the next of the half's shapes."""
        return self.fill(next(self._displays), o=operator)

    def fill(self, template: str, **values: Any) -> str:
        """A template with values."""
        return filled(template, values)

    def number(self, digits: int) -> str:
        """Random digits."""
        return "".join(self.chance.choice("0123456789") for _ in range(digits))

    def icp(self, kind: str) -> str:
        """A line about the ICP number 备案号, good or bad."""
        place = self.chance.choice(_PLACES)
        digits = {f"n{count}": self.number(count) for count in range(3, 8)}
        return self.fill(self.chance.choice(self.words[kind]), p=place.short, region=place.region, **digits)


def _in_charset(page: str) -> str:
    # GBK has no ¥: a reference stands for it, as an old editor writes it.
    if "charset=gbk" not in page[:400]:
        return page
    return page.encode("gbk", "xmlcharrefreplace").decode("gbk")
