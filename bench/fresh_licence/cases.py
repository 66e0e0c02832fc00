"""What the sets are made of: businesses as registered or shown, cases with their truth."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from demo.numbers import Place


class Business(Protocol):
    """Who is in the register."""

    @property
    def name(self) -> str:
        """The registered name."""

    @property
    def no(self) -> str:
        """The registered number."""

    def row(self) -> dict[str, Any]:
        """The register's row, in the format of the labelled licence set."""


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
    rows: tuple[Business, ...]
    shown: str = ""
    seen: bool | None = None


class Maker(Protocol):
    """What a set is written from: its platform, and its cases in order."""

    @property
    def platform(self) -> Business:
        """Whose platform the shops are on."""

    def cases(self) -> Iterator[Case]:
        """The cases; a second call draws others."""
