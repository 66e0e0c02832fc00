"""``netsword doctor``: what this machine has, what is missing, and what to do about it."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Literal

import typer
from rich.text import Text

from domain.errors import NetswordError
from netsword.output import emit, out, table
from netsword.session import open_store
from rules.lint import lint
from rules.loader import load_catalogue, load_packs
from settings import Settings, load

Grade = Literal["ok", "warn", "fail"]
COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}
FREE_FLOOR_GB, FREE_WARN_GB = 0.5, 5.0


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: how it stands, what was found, and what to do."""

    name: str
    grade: Grade
    found: str
    todo: str = ""


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="machine-readable result on stdout")] = False,
) -> None:
    """Check Python, Chromium, fonts, store, rules, clock and disk; says what to do. Exit code 1 on a failure.

    Example: netsword doctor --json
    """
    settings = load()
    checks = [check for look in CHECKS for check in look(settings)]
    if as_json:
        emit(checks)
    else:
        _print(checks)
    raise typer.Exit(1 if any(check.grade == "fail" for check in checks) else 0)


def _print(checks: list[Check]) -> None:
    rows = table("Doctor 自检", "check", "state", "found", "what to do")
    for check in checks:
        state = Text(check.grade, style=COLOURS[check.grade])
        rows.add_row(Text(check.name), state, Text(check.found), Text(check.todo))
    out.print(rows)


def _python(_: Settings) -> Iterator[Check]:
    good = sys.version_info >= (3, 11)
    yield Check(
        "Python", "ok" if good else "fail", platform.python_version(), "" if good else "install 3.11 or newer"
    )


def _chromium(settings: Settings) -> Iterator[Check]:
    path = settings.find_chromium()
    if path is None:
        todo = "install 'chromium' or set NETSWORD_CHROMIUM; only rendered pages need it"
        yield Check("Chromium", "warn", "not found", todo)
        return
    version = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    yield Check("Chromium", "ok", f"{version.stdout.strip() or 'no version'} at {path}")


def _fonts(_: Settings) -> Iterator[Check]:
    lister = shutil.which("fc-list")
    fonts = ""
    if lister:
        asked = subprocess.run([lister, ":lang=zh", "family"], capture_output=True, text=True, check=False)  # noqa: S603
        fonts = asked.stdout.split("\n", 1)[0].strip()
    todo = "" if fonts else "install the package 'fonts-noto-cjk', or screenshots show boxes for Chinese"
    yield Check("CJK font", "ok" if fonts else "warn", fonts or "none found", todo)


def _store(_: Settings) -> Iterator[Check]:
    try:
        with open_store() as (store, settings):
            facts = store.check()
    except NetswordError as error:
        yield Check(
            "store", "fail", str(error).split("\n", 1)[0], "see var/mongod/mongod.log, or set MONGO_URI"
        )
        return
    kind = "MONGO_URI" if settings.mongo_uri else "private server"
    yield Check("store", "ok", f"{kind}: " + ", ".join(f"{name} {value}" for name, value in facts.items()))


def _rules(_: Settings) -> Iterator[Check]:
    try:
        catalogue = load_catalogue()
        problems = lint(catalogue, load_packs(catalogue))
    except NetswordError as error:
        yield Check("rules", "fail", str(error), "mend the file that is named")
        return
    found = f"{len(catalogue)} codes, {len(problems)} problem(s)"
    yield Check("rules", "warn" if problems else "ok", found, "netsword rules check" if problems else "")


def _clock(_: Settings) -> Iterator[Check]:
    now = datetime.now(UTC)
    asked = shutil.which("timedatectl")
    synchronised = ""
    if asked:
        command = [asked, "show", "--property=NTPSynchronized", "--value"]
        synchronised = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603
    found = f"{now:%Y-%m-%d %H:%M:%S}Z, synchronised: {synchronised or 'unknown'}"
    todo = (
        ""
        if synchronised == "yes"
        else "evidence wants a synchronised clock: run chrony or systemd-timesyncd"
    )
    yield Check("clock", "ok" if synchronised == "yes" else "warn", found, todo)


def _disk(settings: Settings) -> Iterator[Check]:
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.var_dir).free / 1e9
    grade: Grade = "fail" if free < FREE_FLOOR_GB else "warn" if free < FREE_WARN_GB else "ok"
    todo = "" if grade == "ok" else "free space, or point NETSWORD_VAR_DIR at a larger disk"
    yield Check("disk", grade, f"{free:.1f} GB free under {settings.var_dir}", todo)


CHECKS: tuple[Callable[[Settings], Iterator[Check]], ...] = (
    _python,
    _chromium,
    _fonts,
    _store,
    _rules,
    _clock,
    _disk,
)
