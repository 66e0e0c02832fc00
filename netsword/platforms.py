"""``netsword platforms``: which adapters there are, and which kinds of pages each was seen to read."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from crawlers.platforms.generic_families import FAMILIES
from crawlers.platforms.generic_families import SEEN as FAMILIES_SEEN
from crawlers.platforms.registry import GENERIC, PROFILE, adapter_modules, known_profiles
from domain.errors import UsageError
from domain.target import PageKind
from netsword.output import emit, out, table

app = typer.Typer(
    name="platforms",
    no_args_is_help=True,
    help="Platforms 平台: adapters and site profiles, and what each reads.",
)

Json = Annotated[bool, typer.Option("--json", help="machine-readable result on stdout")]
_GENERIC_SEEN = {"listing": "real: captured pages of many shops, 2016 to 2020"}
_PROFILES_SEEN = {
    "schema-org": {"listing": "real: captured pages of many shops, 2020"},
    "django-oscar": dict.fromkeys(
        ("search", "listing", "reviews"),
        "software: a shop of that software, run and swept by 'make check-all'; no page of a live site",
    ),
}
_DEMO = "demo: the bundled sample marketplace"
_PROFILES_SEEN["guanshan"] = dict.fromkeys(map(str, PageKind), _DEMO)
_UNSEEN = "—"
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


def _known() -> list[dict[str, Any]]:
    adapters = [
        {
            "name": name,
            "read_by": "adapter",
            "hosts": list(getattr(module, "HOSTS", ())),
            "seen": dict(getattr(module, "SEEN", dict.fromkeys(map(str, PageKind), _DEMO))),
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
            "hosts": [],
            "seen": _PROFILES_SEEN.get(name, {}),
            "about": f"Site profile: give 'adapter: {PROFILE}' and 'profile: {name}' in a sweep.",
        }
        for name in known_profiles()
    ]
    return [*adapters, generic, *profiles]
