"""Cases of ``bench.fresh_licence_third``, made from its data file and a seed."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import cycle
from random import Random
from typing import Any
from urllib.parse import urljoin

from jinja2 import Environment

from bench.fresh_licence_third_pictures import draw
from bench.fresh_licence_third_twists import BRANDS, REGISTER_KIND, TWISTS, permit, spoilt
from demo.numbers import Place, credit_code

_HTML = Environment(autoescape=False)  # noqa: S701 - the pages are ours and are only read back
_PLACES = (
    Place("福建省", "泉州市", "鲤城区", "闽", "350502"),
    Place("湖北省", "宜昌市", "西陵区", "鄂", "420502"),
    Place("辽宁省", "大连市", "甘井子区", "辽", "210211"),
    Place("河南省", "洛阳市", "涧西区", "豫", "410305"),
    Place("江西省", "赣州市", "章贡区", "赣", "360702"),
    Place("陕西省", "宝鸡市", "渭滨区", "陕", "610302"),
)
_PLAIN = ("home", "toy", "auto", "apparel", "elec", "organic")
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
_WITH_PERMIT = tuple(name for name in _TRADES if name not in _PLAIN)
# Frames that fit a person who sells what they make.
_PERSONAL = ("seller_card", "h5_store", "mini_shop", "antd_shop", "second_hand", "long_scroll")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """A business: as registered, or, with another number or name, as shown."""

    name: str
    no: str
    kind: str
    type: str
    person: str
    address: str
    phone: str
    since: str
    authority: str
    scope: str
    brand: str
    category: str
    place: Place
    capital: str = "50万元整"
    status: str = "存续"
    note: str = ""
    reg_no: str = ""
    former: tuple[str, ...] = ()
    registered: bool = True
    permits: tuple[Mapping[str, Any], ...] = ()

    def row(self) -> dict[str, Any]:
        """The register's row, in the format of the labelled licence set."""
        row: dict[str, Any] = {
            "name": self.name, "uscc": self.no, "type": self.type, "legal_rep": self.person,
            "address": self.address, "scope": self.scope, "established": self.since, "valid_to": "长期",
            "reg_authority": self.authority, "status": self.status, "status_note": self.note,
            "region": self.place.region, "province": self.place.short, "city": self.place.city,
            "brand": self.brand, "category": self.category, "capital": self.capital,
            "permits": list(self.permits),
        }  # fmt: skip
        if self.reg_no:
            row["reg_no"] = self.reg_no
        if self.former:
            row["former_names"] = list(self.former)
        return row


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case: its pages and its truth; ``seen``: whether a visitor sees ``shown``, ``None`` if not said."""

    tag: str
    codes: tuple[str, ...]
    category: str
    standalone: bool
    shop: str
    shell: str
    entry: str
    pages: Mapping[str, str | None]
    pictures: Mapping[str, bytes]
    rows: tuple[Operator, ...]
    shown: str
    seen: bool | None


@dataclass
class CaseMaker:
    """Makes the cases of the data file, always the same ones for a seed."""

    words: Mapping[str, Any]
    seed: int
    platform: Operator = field(init=False)

    def __post_init__(self) -> None:
        self.chance = Random(self.seed)  # noqa: S311 - made-up pages, drawn again from the seed
        self._names: set[str] = set()
        self.platform = replace(self.operator("elec", "91"), name="泉州集麦网络科技有限公司")
        self._displays = self._turns(self.words["displays"])
        self._shells = {
            kind: self._turns([f"{kind}/{name}" for name in self.words[kind]]) for kind in ("shops", "sites")
        }
        self._pictures = 0

    def _turns(self, choices: Sequence[Any]) -> Iterator[Any]:
        return cycle(self.chance.sample(choices, len(choices)))

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

    def cases(self) -> Iterator[Case]:
        """All cases, in the order of the file."""
        for entry in self.words["cases"]:
            named = entry.get("cats", "plain")
            cats = {"permit": _WITH_PERMIT, "plain": _PLAIN}[named] if isinstance(named, str) else named
            turns = {
                name: self._turns(entry[name])
                for name in ("d", "dress", "x", "icp", "pic", "twist", "hrefs")
                if name in entry
            }
            turns["cats"] = self._turns(cats)
            for at in range(entry["n"]):
                yield self._case(entry, {name: next(each) for name, each in turns.items()}, at)

    def _case(self, entry: Mapping[str, Any], turn: Mapping[str, Any], at: int) -> Case:
        category, chance = turn["cats"], self.chance
        kind = entry.get("who") or (
            "92" if entry.get("person") else chance.choice(("91", "91", "92", "92", "93"))
        )
        if kind == "93" and category not in {"organic", "seed", "food"}:
            kind = "91"
        operator = self.operator(category, kind)
        maker = self.operator(category, "91")
        other = self.operator(category, "91")
        no, permit_html, operator, maker = self._permit(entry, category, operator, maker)
        shown, registered = (
            TWISTS[turn["twist"]](operator, chance) if "twist" in turn else (operator, operator)
        )
        standalone = self._is_standalone(entry, at)
        shell = self._shell(entry, standalone=standalone)
        words: dict[str, Any] = {
            "o": shown, "r": registered, "m": maker, "u": other, "no": no, "P": operator.place.short,
            "region": operator.place.region, "idno": TWISTS["identity"](operator, chance)[0].no,
            "shop": self._shop_name(entry, operator), "y2": chance.randint(19, 25), "pf": "", "icp": "",
            "gsxt": self._gsxt(shown.no), "href": turn.get("hrefs", ""),
        }  # fmt: skip
        words |= {f"n{k}": f"{chance.randrange(10 ** (k - 1), 10**k)}" for k in range(1, 19)}
        words["items"] = self._items(category, person=bool(entry.get("person")))
        pictures: dict[str, bytes] = {}
        if "pic" in turn:
            self._pictures += 1
            words["src"] = f"/images/p{self._pictures:03d}.jpg"
            pictures[words["src"]] = draw(turn["pic"], shown, chance)
        fill = self._filler(words)
        display = fill(next(self._displays))
        words["d"] = display
        css, pattern = turn.get("dress", (entry.get("css", ""), turn.get("d", "{{ d }}")))
        words["d"], words["css"] = fill(pattern) + (permit_html if entry.get("link") != "permit" else ""), css
        words["x"] = fill(turn.get("x") or chance.choice(self.words["neutral"]))
        if standalone:
            words["icp"] = fill(turn.get("icp", chance.choice(self.words["icp"])))
        else:
            foot = chance.choice(self.words["platform"][: 2 if entry.get("pf") else None])
            words["pf"] = _HTML.from_string(foot).render({**words, "pf": self.platform_words()})
        kind_of_shell, _, name = shell.partition("/")
        page = _HTML.from_string(self.words[kind_of_shell][name]).render(words)
        pages = self._linked(entry, words, display, permit_html, fill)
        # Registered operators get their permit; a linked page of a dead link stands for none.
        rows = tuple(each for each in (registered, maker) if each.registered)
        return Case(
            tag=entry["tag"], codes=tuple(entry["codes"]), category=category, standalone=standalone,
            shop=words["shop"], shell=shell, entry=page, pages=pages, pictures=pictures, rows=rows,
            shown=shown.no, seen=entry.get("seen"),
        )  # fmt: skip

    def platform_words(self) -> Mapping[str, str]:
        """Name and number of the platform itself."""
        return {"name": self.platform.name, "code": self.platform.no}

    def _filler(self, words: Mapping[str, Any]) -> Callable[[str], str]:
        return lambda template: _HTML.from_string(template).render(words)

    def _is_standalone(self, entry: Mapping[str, Any], at: int) -> bool:
        if entry.get("person") or entry.get("site") == "shop":
            return False
        return entry.get("site") == "alone" or at % 2 == 1

    def _shell(self, entry: Mapping[str, Any], *, standalone: bool) -> str:
        if entry.get("person"):
            return "shops/" + self.chance.choice(_PERSONAL)
        shell: str = next(self._shells["sites" if standalone else "shops"])
        return shell

    def _shop_name(self, entry: Mapping[str, Any], operator: Operator) -> str:
        if entry.get("person"):
            return self.chance.choice(("老梁", "唐姐", "小宋", "韩阿姨")) + self.chance.choice(
                ("的铺子", "手作", "家")
            )
        return operator.brand + self.chance.choice(("旗舰店", "优选", "小铺", "的店", "商城"))

    def _items(self, category: str, *, person: bool) -> list[dict[str, str]]:
        first = "自做" if person and category != "organic" else ""
        return [
            {
                "t": first + title,
                "p": f"{self.chance.randint(9, 260)}.{self.chance.randint(0, 9)}0",
                "s": str(self.chance.randint(3, 900)),
                "k": str(self.chance.randrange(10**7, 10**8)),
            }
            for title in self.chance.sample(self.words["goods"][category], 4)
        ]

    def _gsxt(self, number: str) -> str:
        tail = f"{self.chance.randrange(10**12):012d}"
        signed = "".join(self.chance.choice("ABCDEFabcdef0123456789") for _ in range(40))
        return (
            "https://zzlz.gsxt.gov.cn/businessCheck/verifKey.do?showType=p&amp;"
            f"serial={number}-SAIC_SHOW_10000091{number}{tail}&amp;signData=MEQC{signed}"
        )

    def _permit(
        self, entry: Mapping[str, Any], category: str, operator: Operator, maker: Operator
    ) -> tuple[str, str, Operator, Operator]:
        # The number shown, its markup, and both operators with what the register holds of them.
        if category not in _WITH_PERMIT:
            return "", "", operator, maker
        how, chance = entry.get("permit", "shown"), self.chance
        own, others = permit(category, operator, chance), permit(category, maker, chance)
        if category in REGISTER_KIND:
            until, state = ("2026-04-30", "过期") if how == "expired_registry" else ("2029-06-30", "有效")
            operator, maker = (
                replace(
                    each,
                    permits=(
                        {
                            "kind": "YB" if number.startswith("YB") else REGISTER_KIND[category],
                            "name": self.words["permit_names"][category],
                            "no": number,
                            "valid_to": None if "备" in number or number.startswith("YB") else ends,
                            "status": standing,
                        },
                    ),
                )
                for each, number, ends, standing in (
                    (operator, own, until, state),
                    (maker, others, "2029-06-30", "有效"),
                )
            )
        shown = {"bad": spoilt(category, own), "alien": others}.get(how, own)
        wording = {"bad": "shown", "alien": "shown", "half": "shown", "expired_registry": "plain"}.get(
            how, how
        )
        choices = self.words["permit_words"]["shown"][:3 if wording == "plain" else None] \
            if wording in {"shown", "plain"} else self.words["permit_words"][wording]  # fmt: skip
        if category.startswith("cosmetic") and wording == "shown":
            choices = choices[:3]
        text = _HTML.from_string(chance.choice(choices)).render(
            no=shown, pname=self.words["permit_names"][category], mon=f"{chance.randint(1, 12):02d}"
        )
        if category == "health_food" and how == "shown":
            filed = (
                f"食健备G20{chance.randint(19, 25)}{operator.place.region[:2]}{chance.randrange(10**6):06d}"
            )
            text += f"<p>保健食品备案号 {filed}</p>"
        return shown, text, operator, maker

    def _linked(
        self,
        entry: Mapping[str, Any],
        words: Mapping[str, Any],
        display: str,
        permit_html: str,
        fill: Callable[[str], str],
    ) -> dict[str, str | None]:
        if not words["href"]:
            return {}
        path = urljoin("/", html.unescape(words["href"]).removeprefix("./"))
        if entry.get("link") == "dead":
            return {path: None}
        if "linked" in entry:
            return {path: fill(entry["linked"])}
        body = {"picture": f'<img src="{words.get("src", "")}" width="700">'}.get(entry["link"], display)
        if entry["link"] == "permit":
            body += _HTML.from_string(self.words["permit_words"]["shown"][0]).render(
                no=words["no"], pname=self.words["permit_names"][words["o"].category]
            )
        title = f"<title>{words['shop']} 证照</title>"
        return {
            path: f'<!DOCTYPE html><html><head><meta charset="utf-8">{title}</head><body>{body}</body></html>'
        }
