"""Every set by its name: one line a set, and who makes its cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml

from bench.fresh_licence import fifth, first, fourth, second, seventh, sixth, third
from bench.fresh_licence.cases import Maker
from bench.fresh_licence.fifth.cases import FifthMaker
from bench.fresh_licence.first.cases import FirstWriter
from bench.fresh_licence.fourth.cases import FourthMaker
from bench.fresh_licence.halves import Writer
from bench.fresh_licence.second.cases import SecondWriter
from bench.fresh_licence.sixth.cases import SixthMaker
from bench.fresh_licence.third.cases import ThirdMaker

DATA = Path(__file__).parents[1] / "data" / "fresh_licence"


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshSet:
    """One set."""

    about: str
    maker: Callable[[], Maker]
    """Makes its cases, always the same ones."""
    is_blind: bool = False
    """Its cases are not named, so that nothing is tuned on them."""
    prefix: str = "t"
    """Letter before the number of a case."""
    shops: str = "https://{}.plaza.example"
    """Address of a shop on its platform."""


def _words(name: str) -> Any:
    return yaml.safe_load((DATA / f"{name}.yaml").read_text(encoding="utf-8"))


def _about(module: ModuleType) -> str:
    return (module.__doc__ or "").partition("\n")[0]


def _half(
    module: ModuleType, writer: Callable[[Mapping[str, Any], int], Writer], half: str, seed: int
) -> FreshSet:
    name = module.__name__.rpartition(".")[2]
    return FreshSet(
        about=_about(module),
        maker=lambda: writer(_words(name)[half], seed),
        is_blind=half == "closed",
        prefix=half[0],
        shops="https://s{}.example",
    )


def _whole(
    module: ModuleType, maker: Callable[[Mapping[str, Any], int], Maker], seed: int, *, is_blind: bool = False
) -> FreshSet:
    name = module.__name__.rpartition(".")[2]
    return FreshSet(about=_about(module), maker=lambda: maker(_words(name), seed), is_blind=is_blind)


SETS: Mapping[str, FreshSet] = {
    "first-open": _half(first, FirstWriter, "open", 20261134),
    "first-closed": _half(first, FirstWriter, "closed", 20261136),
    "second-open": _half(second, SecondWriter, "open", 20261158),
    "second-closed": _half(second, SecondWriter, "closed", 20261172),
    "third": _whole(third, ThirdMaker, 31415926),
    "fourth": _whole(fourth, FourthMaker, 27182818),
    "fifth": _whole(fifth, FifthMaker, 16180339, is_blind=True),
    "sixth": _whole(sixth, SixthMaker, 17320508),
    "seventh": _whole(seventh, seventh.SeventhMaker, 22360680),
}
"""Name to set."""
