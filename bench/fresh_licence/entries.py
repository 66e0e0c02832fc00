"""Sets whose data file lists cases as entries 案例条目: each names what its pages show, in turn."""

from __future__ import annotations

import html
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import cycle
from random import Random
from typing import Any
from urllib.parse import urljoin

from bench.fresh_licence.cases import Case, Operator
from bench.fresh_licence.permits import REGISTER_KIND, permit, spoilt
from bench.fresh_licence.pieces import PLAIN, REGULATED, filled, public_mark


class EntryMaker(ABC):
    """Makes the cases of a data file, always the same ones for a seed."""

    def __init__(self, words: Mapping[str, Any], seed: int, platform: str) -> None:
        self.words = words
        self.chance = Random(seed)  # noqa: S311 - made-up pages, drawn again from the seed
        self._names: set[str] = set()
        self.platform = replace(self.operator("elec", "91"), name=platform)
        self._displays = self._turns(self.words["displays"])
        self._shells = {
            kind: self._turns([f"{kind}/{name}" for name in self.words[kind]]) for kind in ("shops", "sites")
        }
        self._pictures = 0

    @abstractmethod
    def operator(self, category: str, kind: str) -> Operator:
        """A new business with a name and a number of its own."""

    @abstractmethod
    def _case(self, entry: Mapping[str, Any], turn: Mapping[str, Any], at: int) -> Case: ...

    def _turns(self, choices: Sequence[Any]) -> Iterator[Any]:
        return cycle(self.chance.sample(choices, len(choices)))

    def cases(self) -> Iterator[Case]:
        """All cases, in the order of the file."""
        for entry in self.words["cases"]:
            named = entry.get("cats", "plain")
            cats = {"permit": REGULATED, "plain": PLAIN}[named] if isinstance(named, str) else named
            turns = {
                name: self._turns(entry[name])
                for name in ("d", "dress", "x", "icp", "pic", "twist", "hrefs")
                if name in entry
            }
            turns["cats"] = self._turns(cats)
            for at in range(entry["n"]):
                yield self._case(entry, {name: next(each) for name, each in turns.items()}, at)

    def _display(
        self, entry: Mapping[str, Any], turn: Mapping[str, Any], words: dict[str, Any], permit_html: str
    ) -> str:
        """The display alone; puts it, dressed, and the foot of the page into ``words``."""
        display = filled(next(self._displays), words)
        words["d"] = display
        css, pattern = turn.get("dress", (entry.get("css", ""), turn.get("d", "{{ d }}")))
        words["d"], words["css"] = filled(pattern, words) + permit_html, css
        words["x"] = filled(turn.get("x") or self.chance.choice(self.words["neutral"]), words)
        if words["standalone"]:
            words["icp"] = filled(turn.get("icp", self.chance.choice(self.words["icp"])), words)
        else:
            foot = self.chance.choice(self.words["platform"][: 2 if entry.get("pf") else None])
            platform = {"name": self.platform.name, "code": self.platform.no}
            words["pf"] = filled(foot, {**words, "pf": platform})
        return display

    def _put(
        self,
        entry: Mapping[str, Any],
        words: Mapping[str, Any],
        shell: str,
        pages: Mapping[str, str | None],
        pictures: Mapping[str, bytes],
        rows: Sequence[Operator],
    ) -> Case:
        """The case of an entry, in its frame."""
        kind, _, name = shell.partition("/")
        return Case(
            tag=entry["tag"],
            codes=tuple(entry["codes"]),
            category=words["o"].category,
            standalone=words["standalone"],
            shop=words["shop"],
            shell=shell,
            entry=filled(self.words[kind][name], words),
            pages=pages,
            pictures=pictures,
            # A business that is not registered gets no row.
            rows=tuple(each for each in rows if each.registered),
            shown=words["o"].no,
            seen=entry.get("seen"),
        )

    def _is_standalone(self, entry: Mapping[str, Any], at: int) -> bool:
        if entry.get("person") or entry.get("site") == "shop":
            return False
        return entry.get("site") == "alone" or at % 2 == 1

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
        return public_mark(number, tail, f"MEQC{signed}")

    def _permit(
        self, entry: Mapping[str, Any], category: str, operator: Operator, maker: Operator
    ) -> tuple[str, str, Operator, Operator]:
        # The number shown, its markup, and both operators with what the register holds of them.
        if category not in REGULATED:
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
        text = filled(
            chance.choice(choices),
            {
                "no": shown,
                "pname": self.words["permit_names"][category],
                "mon": f"{chance.randint(1, 12):02d}",
            },
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
    ) -> dict[str, str | None]:
        if not words["href"]:
            return {}
        path = urljoin("/", html.unescape(words["href"]).removeprefix("./"))
        if entry.get("link") == "dead":
            return {path: None}
        if "linked" in entry:
            return {path: filled(entry["linked"], words)}
        body = {"picture": f'<img src="{words.get("src", "")}" width="700">'}.get(entry["link"], display)
        if entry["link"] == "permit":
            body += filled(
                self.words["permit_words"]["shown"][0],
                {"no": words["no"], "pname": self.words["permit_names"][words["o"].category]},
            )
        title = f"<title>{words['shop']} 证照</title>"
        return {
            path: f'<!DOCTYPE html><html><head><meta charset="utf-8">{title}</head><body>{body}</body></html>'
        }
