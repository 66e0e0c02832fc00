"""Pages and permits of the fifth set."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from bench.fresh_licence.businesses import KINDS, BusinessMaker, shop_name
from bench.fresh_licence.cases import Case, Operator
from bench.fresh_licence.pieces import PLAIN
from demo.numbers import Place, make

_ABROAD = ("traditional", "english")


class FifthPages(BusinessMaker):
    """Puts businesses into the page frames of the fifth set."""

    def permitted(self, category: str, *, until: str = "2029-06-30", kind: str = "") -> tuple[Operator, str]:
        """A business with its permit in the register, and that permit's number."""
        op = self.operator(category, kind)
        number = self.permit(category, op.place)
        if category not in KINDS:
            return op, number
        status = "有效" if until > "2026-11-01" else "过期"
        row = {
            "kind": KINDS[category],
            "name": self.label(category),
            "no": number,
            "valid_to": until,
            "status": status,
        }
        return replace(op, permits=(row,)), number

    # ------------------------------------------------------------ pieces of pages

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

    def slot(self, frame: str) -> str:
        """Which displays a frame takes."""
        return str(self.words["frames"][frame]["slot"])

    def business(self, frame: str) -> Operator:
        """A business without need of a permit that fits a frame."""
        slot = self.slot(frame)
        if slot == "traditional":
            place = Place(*self.turn("abroad", self.words["traditional_places"]))
            return self.operator(
                "home", "91", place=place, trade=self.turn("trade", self.words["traditional_trades"])
            )
        if slot == "english":
            return self.operator("home", "91")
        return self.operator(self.turn("category", PLAIN))

    def put(
        self,
        tag: str,
        codes: str,
        frame: str,
        op: Operator,
        lic: str,
        *,
        permit: str = "",
        extra: str = "",
        icp: bool = True,
        goods: Sequence[str] = (),
        **given: Any,
    ) -> Case:
        """One case: the frame around the business ``op`` as shown; ``given`` as for ``framed``."""
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
        return self.framed(tag, codes, frame, op, entry, shop=shop_name(op), **given)

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
