"""What the cases of ``bench.fresh_licence_fifth`` are made of: businesses, permits, and their pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import cycle
from random import Random
from typing import Any

from jinja2 import Environment

from bench.fresh_licence_third_cases import Case, Operator
from demo.numbers import Place, credit_code, make, mod_11_10

_HTML = Environment(autoescape=False)  # noqa: S701 - the pages are ours and are only read back
PLAIN = ("home", "toy", "auto", "apparel", "elec", "organic")
# The register's kind of permit for a category; filings of cosmetics belong to a product and are not in it.
_KINDS = {
    "food": "JY", "wine": "YB", "catering": "JY2", "health_food": "JY", "drug": "YPJY", "device2": "XIEBEI",
    "device3": "XIEXU", "pesticide": "NYJX", "seed": "ZZXK", "vetdrug": "SYJY", "book": "CBW",
}  # fmt: skip
_ABROAD = ("traditional", "english")


class PageMaker:
    """Draws businesses, permits and pages from the data file, always the same ones for a seed."""

    def __init__(self, words: Mapping[str, Any], seed: int) -> None:
        self.words = words
        self.chance = Random(seed)  # noqa: S311 - made-up pages, drawn again from the seed
        self._names: set[str] = set()
        self._pictures = 0
        place = Place(*words["places"][words["platform"]["place"]])
        self.platform = replace(
            self.operator("elec", "91", place=place), name=words["platform"]["name"], brand="集果"
        )
        self._turns: dict[str, Iterator[Any]] = {}

    # ------------------------------------------------------------ businesses

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
        """Two characters that no other business of the set is called by."""
        while True:
            brand: str = self.chance.choice(self.words["first"]) + self.chance.choice(self.words["second"])
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

    def permitted(self, category: str, *, until: str = "2029-06-30", kind: str = "") -> tuple[Operator, str]:
        """A business with its permit in the register, and that permit's number."""
        op = self.operator(category, kind)
        number = self.permit(category, op.place)
        if category not in _KINDS:
            return op, number
        status = "有效" if until > "2026-11-01" else "过期"
        row = {
            "kind": _KINDS[category],
            "name": self.label(category),
            "no": number,
            "valid_to": until,
            "status": status,
        }
        return replace(op, permits=(row,)), number

    # ------------------------------------------------------------ pieces of pages

    def turn(self, name: str, choices: Sequence[Any]) -> Any:
        """The next of ``choices``, in turn over the whole set."""
        return next(self._turns.setdefault(name, cycle(choices)))

    def fill(self, template: str, op: Operator, **more: Any) -> str:
        """A template of the data file, filled for the business as shown."""
        boss = "经营者" if op.kind == "92" else "法定代表人"
        given = {"op": op, "name": op.name, "no": op.no, "boss": boss, "shop": _shop(op), "num": self.digits}
        return _HTML.from_string(template).render(given | more)

    def display(self, op: Operator, slot: str) -> str:
        """The licence as a text, in the manner of ``slot``."""
        return self.fill(self.turn(f"display {slot}", self.words["displays"][slot]), op)

    def _frames(self, which: str) -> list[str]:
        frames = self.words["frames"]
        special = {"takeaway": "catering", "regulated_mall": "regulated"}
        fits: dict[str, Callable[[str, Any], bool]] = {
            "plain": lambda name, frame: name not in special,
            "catering": lambda name, frame: (
                special.get(name, "catering") == "catering" and frame["slot"] not in _ABROAD
            ),
            "regulated": lambda name, frame: name != "takeaway" and frame["slot"] not in _ABROAD,
            "platform": lambda name, frame: frame["site"] == "platform" and name not in special,
            "standalone": lambda name, frame: frame["site"] == "standalone" and name not in special,
            "personal": lambda name, frame: "personal" in frame,
            "home": lambda name, frame: name not in special and frame["slot"] not in _ABROAD,
        }
        fitting = [name for name, frame in frames.items() if fits[which](name, frame)]
        return sorted(fitting, key=lambda name: name not in special)  # frames made for the trade come first

    def frame(self, which: str) -> str:
        """The next frame of a sort."""
        return str(self.turn(f"frame {which}", self._frames(which)))

    def business(self, frame: str) -> Operator:
        """A business without need of a permit that fits a frame."""
        slot = self.words["frames"][frame]["slot"]
        if slot == "traditional":
            place = Place(*self.turn("abroad", self.words["traditional_places"]))
            return self.operator(
                "home", "91", place=place, trade=self.turn("trade", self.words["traditional_trades"])
            )
        if slot == "english":
            return self.operator("home", "91")
        return self.operator(self.turn("category", PLAIN))

    def case(
        self,
        tag: str,
        codes: str,
        frame: str,
        op: Operator,
        lic: str,
        *,
        rows: Sequence[Operator] = (),
        shown: str = "",
        seen: bool | None = None,
        permit: str = "",
        extra: str = "",
        icp: bool = True,
        goods: Sequence[str] = (),
        pages: Mapping[str, str | None] | None = None,
        pictures: Mapping[str, bytes] | None = None,
    ) -> Case:
        """One case: the frame around the business ``op`` as shown; ``rows`` are what the register holds."""
        maker = self.operator("home", "91")
        number = f"{op.place.short}ICP备20{self.chance.randint(15, 25)}{self.digits(6)}号"
        older = f"{op.place.short}ICP备{self.chance.randint(10, 16)}{self.digits(6)}号-3"
        record = self.chance.choice((number, f"{number}-1", older))
        shape = self.words["frames"][frame]
        sold = goods or self.words.get(f"{shape['slot']}_goods") or self.words["goods"][op.category]
        # A person's page is a small one, and gives no invoices.
        is_small = bool(shape.get("personal"))
        said = [each for each in self.words["reviews"] if not (is_small and "发票" in each)]
        made = self.chance.sample(sold, 3 if is_small else len(sold))
        specs = self.words["specs"][op.category]
        sc = make("SC", maker.place, self.chance)
        # Real pages are long: more of them before and behind what the case is about.
        before, behind = self._parts(shape["slot"], is_small=is_small)
        page = shape["html"].replace("{{ extra }}", f"{before}{{{{ extra }}}}{behind}")
        entry = self.fill(
            page.replace("{% endfor %}", "\n{% endfor %}"),
            op,
            lic=lic,
            permit=permit,
            extra=extra,
            goods=[self._goods(each) for each in made],
            third=maker,
            plat=self.platform,
            reviews=self.chance.sample(said, 4),
            word=self.words["trades"][op.category][0],
            spec=[(label, self.fill(value, op, sc=sc)) for label, value in specs],
            icp=record if icp else "",
            police=f"{op.place.short}公网安备 {op.place.region}02{self.digits(6)}号",
        )
        return Case(
            tag=tag,
            codes=tuple(codes.split()),
            category=op.category,
            standalone=shape["site"] == "standalone",
            shop=_shop(op),
            shell=frame,
            entry=entry,
            pages=pages or {},
            pictures=pictures or {},
            rows=tuple(rows),
            shown=shown or op.no,
            seen=seen,
        )

    def _parts(self, slot: str, *, is_small: bool) -> tuple[str, str]:
        parts = self.words["parts"]
        if slot in _ABROAD:
            return "\n".join(parts[slot][:1]), "\n".join(parts[slot][1:])
        chosen = self.chance.sample(parts["any"], 4)
        if not is_small:
            chosen += self.chance.sample(parts["business"], 4)
            self.chance.shuffle(chosen)
        half = len(chosen) // 2
        return "\n".join(chosen[:half]), "\n".join(chosen[half:])

    def _goods(self, name: str) -> dict[str, Any]:
        price = f"{self.chance.randint(6, 189)}.{self.chance.choice((0, 5, 8, 9))}"
        return {"name": name, "no": self.digits(8), "price": price, "sold": self.chance.randint(3, 160)}

    def shown(self, tag: str, codes: str, which: str, op: Operator | None = None, **given: Any) -> Case:
        """A case whose licence stands on the page as text; registered as shown unless ``rows`` are given."""
        frame = self.frame(which)
        op = op or self.business(frame)
        lic = self.display(op, self.words["frames"][frame]["slot"])
        return self.case(tag, codes, frame, op, lic, **({"rows": (op,)} | given))

    def label(self, category: str) -> str:
        """What the permit of a category is called."""
        return str(self.words["permit_names"].get(category) or self.words["permits"][category][0])

    def permit_text(self, category: str, number: str, dates: str = "") -> str:
        """A permit as a page shows it, with ``dates`` behind the number."""
        label = self.turn(f"permit {category}", self.words["permits"][category])
        if number.startswith("YB"):
            label = "仅销售预包装食品经营者备案编号"
        extra = (
            f"　保健食品批准文号：{make('HEALTH-REGISTERED', Place(*self.words['places'][0]), self.chance)}"
        )
        text = f"{label}：{number}{extra if category == 'health_food' else ''}{dates}"
        form = self.turn(
            "permit form", ("<p>{}</p>", '<div class="xk"><span>{}</span></div>', "<ul><li>{}</li></ul>")
        )
        return str(form.format(text))


def _shop(op: Operator) -> str:
    return f"{op.brand}{'旗舰店' if op.kind == '91' else '小店'}"
