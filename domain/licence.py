"""Licence display 亮照 as values: what was captured of it, what was made of it, and what proves a finding."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from domain.page_text import PageText
from domain.subjects import LinkedPageState


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturedPage:
    """A page one link away from the shop, as read, or why it was not."""

    url: str
    state: LinkedPageState
    text: PageText | None = field(default=None, repr=False)
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturedPicture:
    """A picture that may be a licence: its bytes and the snapshot that preserves them."""

    url: str
    state: LinkedPageState
    data: bytes = field(default=b"", repr=False)
    snapshot: str = ""
    reason: str = ""
    named: bool = True
    """Words near it speak of a licence; else its shape has to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceCapture:
    """Everything fetched of one shop's display on one visit 亮照采集."""

    shop: str
    """Key of the shop."""
    name: str
    url: str
    page: PageText = field(repr=False)
    linked: tuple[CapturedPage, ...] = ()
    pictures: tuple[CapturedPicture, ...] = ()
    standalone: bool = False
    """An own website 自建网站, not a shop on a platform."""
    platform_name: str = ""
    platform_code: str = ""
    complete: bool = True
    """The page and its style sheets came whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One thing that the law lists for a display 公示事项, and what was seen of it."""

    item: str
    title: str
    english: str
    shown: str = ""
    """As displayed; "" where nothing was seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceWarning:
    """Something to know that is no breach 提示: incomplete, unclear, not observed, not compared."""

    code: str
    reason: str
    quote: str = ""
    page: str = ""
    where: str = ""
    """Selector, or box in a picture."""
    listed: tuple[Listed, ...] = ()
    """Of an incomplete display: everything that the law lists for its kind of operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceRecord:
    """What one visit made of one shop's display 亮照记录; the latest says who stands behind the shop."""

    shop: str
    target: str
    snapshot: str
    run: str
    observed_at: datetime
    state: str
    """``ok``, ``ok_link``, ``ok_exempt``, ``missing``, ``hidden`` …, as the engine names it."""
    code: str = ""
    """The number shown: 统一社会信用代码 or 注册号; "" where none is."""
    name: str = ""
    """The name shown with it."""
    identity: str = ""
    """Key of the operator 经营主体 whose shop it is, as displayed and verified: a number, or ``declared-…``
    where there is none. Without it ``code`` is a claim."""
    registered_name: str = ""
    source: str = ""
    page: str = ""
    rules: tuple[str, ...] = ()
    """Rules that it breaks."""
    warnings: tuple[LicenceWarning, ...] = ()
    register_date: date | None = None
    """Snapshot date 数据截止日 of the register that it was compared with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One line of the comparison with the register 登记比对."""

    field: str
    """``code``, ``name``, ``status``, ``permit`` or ``valid_to``."""
    shown: str
    registered: str
    same: bool | None = None
    """``None``: nothing to compare with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LicenceProof:
    """What shows a fault of a display, for a person to check 亮照证据."""

    quote: str = ""
    page: str = ""
    """Address of the page or picture."""
    where: str = ""
    """Selector of the element."""
    hidden_by: str = ""
    """Style rule or markup that keeps the quote from the visitor."""
    picture: str = ""
    """Snapshot of the picture that was read."""
    box: tuple[int, ...] = ()
    """Left, top, right, bottom of the number in the picture, in its pixels; empty where not known."""
    read: tuple[str, ...] = ()
    """Lines read in the picture."""
    compared: tuple[Compared, ...] = ()
    listed: tuple[Listed, ...] = ()
    """What the law lists for this kind of operator, and what of it the display shows."""
    register_date: date | None = None
