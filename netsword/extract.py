"""``netsword extract``: what the adapters read on recorded pages, as data, with where each value stood."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from crawlers.decoding import decode
from crawlers.platforms.base import Adapter, Card, Page, ParsedPage
from crawlers.platforms.generic import GenericAdapter
from crawlers.platforms.marketplace import Marketplace
from crawlers.platforms.recognise import address_in, reader_for
from domain.errors import ExtractionError, UsageError
from domain.subjects import Availability, Listing
from domain.target import PageKind
from netsword.output import say
from netsword.recorded import EXPECTED, UNTIMED, fields_of, reader_named, reader_of, recorded_page

_INDEXES = ("expected.jsonl", "captures.jsonl", "index.jsonl")
_PAGES = (".html", ".htm", ".json", ".html.gz", ".htm.gz", ".json.gz")
_LISTS = ("search", "search-json", "category")


@dataclass(frozen=True, slots=True)
class Extracted:
    """One capture as read: the prediction that is scored, and how each field was found."""

    prediction: dict[str, Any]
    adapter: str
    parsed: ParsedPage | None
    refused: str = ""
    """Why nothing was read."""
    page: Page | None = None
    reader: Adapter | None = None

    @property
    def obstacle(self) -> str:
        """Why a crawl would not read this page at all 采集受阻: login, gone; "" if nothing is in the way."""
        return (self.page and self.reader and self.reader.obstacle(self.page)) or ""

    @property
    def explained(self) -> dict[str, Any]:
        """The prediction, all that was read and where it stood, contradictions, and what stayed open."""
        parsed = self.parsed or ParsedPage()
        return self.prediction | {
            "read": fields_of(parsed),
            "adapter": self.adapter,
            "refused": self.refused,
            "obstacle": self.obstacle,
            "provenance": dict(parsed.provenance),
            "contradictions": [list(pair) for pair in parsed.contradictions],
            "undecided": list(parsed.undecided),
            "missing": list(parsed.missing_fields),
            "candidates": self._candidates,
        }

    @property
    def _candidates(self) -> dict[str, Any]:
        """What else could have been the value, and why it is not: of item pages in HTML without a profile."""
        if self.page is None or self.parsed is None:
            return {}
        if not isinstance(self.reader, GenericAdapter | Marketplace):
            return {}
        return dict(self.reader.candidates(self.page))


def extract(
    folder: Annotated[Path, typer.Argument(help="Folder of recorded pages, or one page.")],
    to: Annotated[
        Path | None, typer.Option("--out", help="File for one JSON line a page; else stdout.")
    ] = None,
    explain: Annotated[
        bool,
        typer.Option(
            help="Adds all that was read, each value's place, contradictions, and candidates with reasons."
        ),
    ] = False,
    reader: Annotated[
        str,
        typer.Option("--adapter", help="Adapter, or site profile by name or file; else chosen by the host."),
    ] = "",
    url: Annotated[str, typer.Option(help="Address of the page, where nothing beside it tells.")] = "",
) -> None:
    """Reads recorded pages. Example: netsword extract ../shared/data/pages --out found.jsonl --explain."""
    lines = []
    for capture in read_captures(folder):
        read = _read(folder, capture | ({"url": url} if url else {}), reader)
        if read.obstacle:
            say(f"{capture['id']}: a crawl does not read it, the page says: {read.obstacle}")
        elif read.refused:
            say(f"{capture['id']}: {read.refused}")
        lines.append(json.dumps(read.explained if explain else read.prediction, ensure_ascii=False))
    text = "".join(f"{line}\n" for line in lines)
    if to is None:
        typer.echo(text, nl=False)
    else:
        to.write_text(text, encoding="utf-8")


def _read(folder: Path, capture: Mapping[str, Any], name: str) -> Extracted:
    recorded = Path(capture.get("recorded") or folder)
    if capture.get("recorded") and not name:
        return predict(folder, capture, lambda page: reader_of(recorded, page))
    return predict(folder, capture, (lambda page: reader_named(name, page)) if name else reader_for)


def read_captures(folder: Path) -> list[dict[str, Any]]:
    """The captures of a folder: as its index lists them, else every page file in it.

    Raises:
        UsageError: there is no such folder, no page in it, or its index is no list of JSON objects.
    """
    index = next((folder / name for name in _INDEXES if (folder / name).is_file()), None)
    if index is None:
        return _files(folder)
    captures = []
    for number, line in enumerate(index.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            captures.append(json.loads(line))
            _ = captures[-1]["id"], captures[-1]["file"]
        except (json.JSONDecodeError, TypeError, KeyError) as error:
            raise UsageError(f"{index}:{number}: not a capture with id and file: {error}") from error
    return captures


def _files(folder: Path) -> list[dict[str, Any]]:
    found = [folder] if folder.is_file() else sorted(folder.rglob("*")) if folder.is_dir() else []
    pages = [path for path in found if path.name.endswith(_PAGES) and path.name != EXPECTED]
    if not pages:
        raise UsageError(
            f"no recorded page (.html, .json, .gz of these) at {folder}; 'netsword page record' writes one"
        )
    return [_capture(path) for path in pages]


def _capture(path: Path) -> dict[str, Any]:
    """One page file, with address and kind where 'page record' left them beside it."""
    where = {"id": path.name.split(".")[0], "file": str(path.absolute())}
    if path.stem != "page" or not path.with_name(EXPECTED).is_file():
        return where
    page, _ = recorded_page(path.parent)
    return where | {
        "id": path.parent.name,
        "url": page.url,
        "page_kind": page.kind,
        "recorded": str(path.parent),
    }


def predict(
    folder: Path, capture: Mapping[str, Any], reader: Callable[[Page], Adapter] = reader_for
) -> Extracted:
    """What the adapter that ``reader`` names reads on one capture; its truth, if any, is not looked at.

    Raises:
        UsageError: the capture's file cannot be read.
    """
    path = folder / capture["file"]
    try:
        body = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    except (OSError, EOFError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from error
    text = decode(body).text
    url = capture.get("url") or address_in(text) or f"https://{capture.get('host') or 'unknown.example'}/"
    kind = capture.get("page_kind") or (
        PageKind.SEARCH if capture.get("kind") in _LISTS else PageKind.LISTING
    )
    page = Page(url=url, kind=kind, text=text, status=capture.get("status") or 200, fetched_at=UNTIMED)
    adapter = reader(page)
    try:
        parsed = adapter.parse(page)
    except ExtractionError as error:
        return Extracted({"id": capture["id"]}, adapter.platform, None, str(error), page, adapter)
    if kind is PageKind.SEARCH:
        prediction: dict[str, Any] = {"items": [_row(card) for card in parsed.cards]}
    elif parsed.listing:
        prediction = _product(parsed.listing, set(parsed.undecided))
    else:
        prediction = fields_of(parsed)
    return Extracted({"id": capture["id"], **prediction}, adapter.platform, parsed, page=page, reader=adapter)


def _row(card: Card) -> dict[str, Any]:
    return {
        "item_id": card.item_id,
        "title": card.title,
        "price": None if card.price is None else str(card.price),
        "url": card.url,
        "shop": card.shop_name or None,
        "sales_text": card.sales_text or None,
        "reviews_text": card.reviews_text or None,
    }


def _product(listing: Listing, undecided: set[str]) -> dict[str, Any]:
    """Fields of one product; ``None`` is "not shown", and what could not be decided is left out."""
    price = listing.price if listing.price is not None else listing.price_low
    known = listing.availability is not Availability.UNKNOWN
    values: dict[str, Any] = {
        "title": listing.title,
        "price": _plain(price),
        "price_min": _plain(listing.price_low),
        "price_max": _plain(listing.price_high),
        "list_price": _plain(listing.list_price),
        "currency": listing.currency or None,
        "availability": str(listing.availability) if known else None,
        "seller": listing.shop_name or None,
        "rating": _plain(listing.rating),
        "review_count": listing.review_count,
        "brand": listing.brand or None,
        "sku": listing.sku or None,
        "gtin": listing.gtin or None,
        "mpn": listing.mpn or None,
        "stock": listing.stock,
        "sales": listing.sales_low if listing.sales_low == listing.sales_high else None,
        "item_id": listing.item_id or None,
    }
    return {name: value for name, value in values.items() if value is not None or name not in undecided}


def _plain(amount: Any) -> str | None:
    return None if amount is None else f"{amount:f}"
