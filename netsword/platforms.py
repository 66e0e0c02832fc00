"""``netsword platforms``: which adapters there are, and which kinds of pages each was seen to read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from crawlers.platforms.base import Page
from crawlers.platforms.generic_families import FAMILIES
from crawlers.platforms.generic_families import SEEN as FAMILIES_SEEN
from crawlers.platforms.registry import GENERIC, adapter_modules, bundled_profiles
from domain.errors import ExtractionError, UsageError
from domain.target import PageKind
from netsword.output import emit, out, say, table
from netsword.recorded import EXPECTED, PAGES, UNTIMED, fields_of, reader_named, recorded_page

app = typer.Typer(
    name="platforms",
    no_args_is_help=True,
    help="Platforms 平台: adapters and site profiles, and what each reads.",
)

Json = Annotated[bool, typer.Option("--json", help="machine-readable result on stdout")]
_GENERIC_SEEN = {"listing": "real: captured pages of many shops, 2016 to 2020"}
_UNSEEN = "—"
_LONGEST_SHOWN = 200
_NOWHERE = "http://shop.example/"
_AFTER_DOCUMENTS = "never seen; read after its documents and default theme"


@app.command(name="list", epilog="Example: netsword platforms list --json")
def list_(as_json: Json = False) -> None:
    """Adapters and bundled profiles; per page kind: seen on real pages, a running shop, the demo, never."""
    known = _known()
    if as_json:
        emit(known)
        return
    rows = table("Platforms 平台", "name", "read by", *map(str, PageKind))
    for platform in known:
        seen = (str(platform["seen"].get(kind, _UNSEEN)).partition(":")[0] for kind in PageKind)
        rows.add_row(platform["name"], platform["read_by"], *seen)
    out.print(rows)


@app.command(epilog="Example: netsword platforms show tmall")
def show(
    name: Annotated[str, typer.Argument(help="Name as 'netsword platforms list' gives it.")],
    as_json: Json = False,
) -> None:
    """What one adapter or profile reads, and on which pages that was seen."""
    platform = next((each for each in _known() if each["name"] == name), None)
    if platform is None:
        raise UsageError(f"no platform {name!r}; 'netsword platforms list' names them")
    if as_json:
        emit(platform)
        return
    out.print(f"{name}: {platform['read_by']}", markup=False)
    for line in platform["about"].splitlines():
        out.print(f"  {line}", markup=False)
    rows = table("Pages 页面", "page kind", "seen")
    for kind in PageKind:
        rows.add_row(str(kind), platform["seen"].get(kind, "never seen: not claimed"))
    out.print(rows)


@app.command(epilog="Example: netsword platforms check shop.yaml --pages recorded/shop")
def check(
    name: Annotated[str, typer.Argument(help="Adapter, or site profile by name or file.")],
    pages: Annotated[
        Path | None,
        typer.Option(help=f"Folder with one folder a recorded page.  [default: {PAGES}/NAME]"),
    ] = None,
) -> None:
    """Reads recorded pages anew and names every field that is not as expected; exit code 1 then."""
    folder = pages or PAGES / Path(name).stem
    recorded = sorted(path.parent for path in folder.glob(f"*/{EXPECTED}"))
    reader_named(name, Page(url=_NOWHERE, kind=PageKind.LISTING, text="", status=200, fetched_at=UNTIMED))
    differing = [line for each in recorded for line in _differences(each, name)]
    for line in differing:
        out.print(line, markup=False)
    say(f"{name}: {len(recorded)} recorded pages at {folder}, {len(differing)} fields not as expected.")
    if not recorded:
        say("Record some: netsword page record URL --name listing-plain")
    if differing:
        say("Mend the profile or adapter; where the expectation is wrong, mend expected.json.")
        raise typer.Exit(1)


def _differences(folder: Path, name: str) -> Iterator[str]:
    page, expected = recorded_page(folder)
    reader = reader_named(name, page)
    obstacle = reader.obstacle(page)
    if obstacle != expected["obstacle"]:
        yield f"{folder.name}/obstacle: expected {expected['obstacle']}, found {obstacle}"
    try:
        found = {} if obstacle else fields_of(reader.parse(page))
    except ExtractionError as error:
        yield f"{folder.name}: not read: {error}"
        return
    for field in sorted({*found, *expected["fields"]}):
        wanted, read = expected["fields"].get(field), found.get(field)
        if wanted != read:
            yield f"{folder.name}/{field}: expected {_short(wanted)}, found {_short(read)}"


def _short(value: Any) -> str:
    return "nothing" if value is None else repr(value)[:_LONGEST_SHOWN]


def _known() -> list[dict[str, Any]]:
    adapters = [
        {
            "name": name,
            "read_by": "adapter",
            "hosts": list(getattr(module, "HOSTS", ())),
            "seen": dict(getattr(module, "SEEN", {})),
            "about": (module.__doc__ or "").strip(),
        }
        for name, module in sorted(adapter_modules().items())
    ]
    generic = {
        "name": GENERIC,
        "read_by": "adapter for any shop",
        "hosts": [],
        "seen": _GENERIC_SEEN,
        "about": "\n".join(
            (
                "Any product page: what it tells machines is checked against what a person sees.",
                "Shop software recognised, and what was met on real pages:",
                *(f"- {name}: {FAMILIES_SEEN.get(name, _AFTER_DOCUMENTS)}" for name in FAMILIES),
            )
        ),
    }
    profiles = [
        {
            "name": name,
            "read_by": "site profile",
            "hosts": list(profile.hosts),
            "seen": {str(kind): seen for kind, seen in profile.seen.items()},
            "about": f"Site profile {profile.title}: give 'profile: {name}' in a sweep.",
        }
        for name, profile in bundled_profiles().items()
    ]
    return [*adapters, generic, *profiles]
