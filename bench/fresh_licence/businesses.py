"""Sets whose data file lists names, trades and frames: the businesses that are drawn from it 经营者."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import cycle
from random import Random
from typing import Any

from bench.fresh_licence.cases import Case, Operator
from bench.fresh_licence.pieces import filled
from demo.numbers import Place, credit_code, make, mod_11_10

KINDS = {
    "food": "JY", "wine": "YB", "catering": "JY2", "health_food": "JY", "drug": "YPJY", "device2": "XIEBEI",
    "device3": "XIEXU", "pesticide": "NYJX", "seed": "ZZXK", "vetdrug": "SYJY", "book": "CBW",
}  # fmt: skip
"""Category to the register's kind of permit; filings of cosmetics belong to a product and are not in it."""


class BusinessMaker(ABC):
    """Draws businesses and their permits from a data file, always the same ones for a seed."""

    def __init__(self, words: Mapping[str, Any], seed: int) -> None:
        self.words = words
        self.chance = Random(seed)  # noqa: S311 - made-up pages, drawn again from the seed
        self._names: set[str] = set()
        self._pictures = 0
        place = Place(*words["places"][words["platform"]["place"]])
        self.platform = replace(
            self.operator("elec", "91", place=place),
            name=words["platform"]["name"],
            brand=words["platform"]["brand"],
        )
        self._turns: dict[str, Iterator[Any]] = {}

    def operator(
        self, category: str, kind: str = "", *, place: Place | None = None, trade: str = ""
    ) -> Operator:
        """A business that no other of the set is called like; ``kind`` is drawn when it is empty."""
        kind = kind or self.chance.choice(("91", "91", "91", "92", "93" if category == "organic" else "92"))
        place = place or Place(*self.chance.choice(self.words["places"]))
        brand = self.brand()
        form, pattern = self.chance.choice(self.words["forms"][kind])
        word, scope = self.words["trades"][category]
        city = place.city.removesuffix("市")
        name = pattern.format(city=city, district=place.district, brand=brand, trade=trade or word)
        street, house = self.chance.choice(self.words["streets"]), self.chance.randint(3, 980)
        return Operator(
            name=name, no=credit_code(kind, place.region, self.chance), kind=kind, type=form,
            person=self.chance.choice(self.words["surnames"]) + self.chance.choice(self.words["given"]),
            address=f"{place.province}{place.city}{place.district}{street}{house}号",
            phone=f"1{self.chance.choice('3578')}{self.digits(9)}",
            since=f"20{self.chance.randint(10, 24)}-0{self.chance.randint(1, 9)}-1{self.digits(1)}",
            authority=f"{place.city}{place.district}市场监督管理局", scope=scope, brand=brand,
            category=category, place=place, capital=f"{self.chance.choice((10, 50, 100, 500))}万元人民币",
        )  # fmt: skip

    def digits(self, count: int) -> str:
        """``count`` digits, the first of them not 0."""
        rest = "".join(self.chance.choice("0123456789") for _ in range(count - 1))
        return self.chance.choice("123456789") + rest

    def brand(self) -> str:
        """Two characters, or three in the share ``longer_brands``, that no other business is called by."""
        longer = self.words.get("longer_brands", 0)
        while True:
            brand: str = self.chance.choice(self.words["first"]) + self.chance.choice(self.words["second"])
            if longer and self.chance.random() < longer:
                brand += self.chance.choice(self.words["first"])
            if brand not in self._names:
                self._names.add(brand)
                return brand

    def permit(self, category: str, place: Place) -> str:
        """A permit number of a category, in a valid form."""
        short, year = place.short, self.chance.randint(21, 25)
        made: dict[str, Callable[[], str]] = {
            "food": lambda: make("JY", place, self.chance),
            "wine": lambda: make("YB", place, self.chance),
            "catering": lambda: "JY" + mod_11_10(f"2{place.region}{self.digits(6)}"),
            "health_food": lambda: make("JY", place, self.chance),
            "drug": lambda: make("DRUG-TRADE", place, self.chance),
            "device2": lambda: make("DEVICE-TRADE", place, self.chance),
            "device3": lambda: make("DEVICE-TRADE", place, self.chance).replace("经营备", "经营许"),
            "cosmetic": lambda: make("COSMETIC", place, self.chance),
            "cosmetic_sp": lambda: make("COSMETIC-SPECIAL", place, self.chance),
            "pesticide": lambda: make("PESTICIDE-TRADE", place, self.chance),
            "seed": lambda: make("SEED-TRADE", place, self.chance),
            "vetdrug": lambda: f"（20{year}）兽药经营证字{place.region}{self.digits(3)}号",
            "book": lambda: f"新出发{short}零字第{place.city[:1]}{self.digits(4)}号",
        }
        return made[category]()

    # ------------------------------------------------------------ pieces of pages

    def turn(self, name: str, choices: Sequence[Any]) -> Any:
        """The next of ``choices``, in turn over the whole set."""
        return next(self._turns.setdefault(name, cycle(choices)))

    def fill(self, template: str, op: Operator, **more: Any) -> str:
        """A template of the data file, filled for the business as shown."""
        boss = "经营者" if op.kind == "92" else "法定代表人"
        given = {
            "op": op,
            "name": op.name,
            "no": op.no,
            "boss": boss,
            "shop": shop_name(op),
            "num": self.digits,
        }
        return filled(template, given | more)

    def display(self, op: Operator, slot: str) -> str:
        """The licence as a text, in the manner of ``slot``."""
        return self.fill(self.turn(f"display {slot}", self.words["displays"][slot]), op)

    def _goods(self, name: str) -> dict[str, Any]:
        price = f"{self.chance.randint(6, 189)}.{self.chance.choice((0, 5, 8, 9))}"
        return {"name": name, "no": self.digits(8), "price": price, "sold": self.chance.randint(3, 160)}

    # ------------------------------------------------------------ cases

    @abstractmethod
    def frame(self, which: str) -> str:
        """The next frame of a sort."""

    @abstractmethod
    def slot(self, frame: str) -> str:
        """Which displays a frame takes."""

    @abstractmethod
    def business(self, frame: str) -> Operator:
        """A business without need of a permit that fits a frame."""

    @abstractmethod
    def put(self, tag: str, codes: str, frame: str, op: Operator, lic: str, **given: Any) -> Case:
        """One case: the frame around the business ``op`` as shown; ``given`` as for ``framed``."""

    def shown(self, tag: str, codes: str, which: str, op: Operator | None = None, **given: Any) -> Case:
        """A case whose licence stands on the page as text; registered as shown unless ``rows`` are given."""
        frame = self.frame(which)
        op = op or self.business(frame)
        lic = self.display(op, self.slot(frame))
        return self.put(tag, codes, frame, op, lic, **({"rows": (op,)} | given))

    def framed(
        self,
        tag: str,
        codes: str,
        frame: str,
        op: Operator,
        entry: str,
        *,
        shop: str,
        rows: Sequence[Operator] = (),
        shown: str = "",
        seen: bool | None = None,
        pages: Mapping[str, str | None] | None = None,
        pictures: Mapping[str, bytes] | None = None,
    ) -> Case:
        """The case of a finished page; ``rows`` are what the register holds."""
        return Case(
            tag=tag,
            codes=tuple(codes.split()),
            category=op.category,
            standalone=self.words["frames"][frame]["site"] == "standalone",
            shop=shop,
            shell=frame,
            entry=entry,
            pages=pages or {},
            pictures=pictures or {},
            rows=tuple(rows),
            shown=shown or op.no,
            seen=seen,
        )


def shop_name(op: Operator) -> str:
    """What the shop of a business is called."""
    return f"{op.brand}{'旗舰店' if op.kind == '91' else '小店'}"
