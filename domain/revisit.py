"""What became of a flagged listing when it was visited again 定向跟踪."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from domain.identity import digest_of


class Fate(StrEnum):
    """How a flagged listing was found."""

    STILL_UP = "still_up"
    GONE = "gone"
    RELISTED = "relisted"
    """It was gone at the visit before, and is up again 重新上架."""
    UNREAD = "unread"
    """The page could not be read; nothing is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisit:
    """One visit to a listing of a cohort, held against the sighting before it."""

    run: str
    sweep: str
    listing: str
    """Key of the listing, ``platform:item_id``."""
    shop: str = ""
    title: str = ""
    fate: Fate
    reason: str = ""
    """Why it was not read, where it was not."""
    availability: str = ""
    price_before: Decimal | None = None
    price_now: Decimal | None = None
    """Yuan; of a range of prices the lower end."""
    relisted_as: tuple[str, ...] = ()
    """Listings of the same shop under the same title that were first seen after this one was last up: a hint
    疑似换链接重新上架, not proof."""
    seen_at: datetime | None = None

    @property
    def id(self) -> str:
        """hash(run, listing)."""
        return digest_of(self.run, self.listing)

    @property
    def price_moved(self) -> Decimal | None:
        """By how much the price changed; ``None`` where one of the two is not known."""
        if self.price_before is None or self.price_now is None:
            return None
        return self.price_now - self.price_before
