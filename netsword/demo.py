"""``netsword demo``: the bundled marketplace, swept end to end, and scored against its truth."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer
import yaml

from console.signing_in import Passwords, new_password
from crawlers.runner import ROOT
from domain.account import Account, Role
from domain.errors import NetswordError
from domain.sweep import Sweep
from domain.target import PageKind
from netsword.observations import read_into
from netsword.output import emit, out, percent, say, table
from netsword.register_import import take
from netsword.session import log_to, open_store
from netsword.sweep import run_now
from reports.evaluation import RuleScore, pooled, read_truth, score
from rules.loader import load_catalogue, load_packs
from storage.store import Store

START_LIMIT_S = 60
DEMO_LOGIN = "demo"
_HISTORY = ("--history-of", "FOOD", "HEALTHFOOD", "COSMETIC")
"""Earlier prices of the categories that ``demo/sweep.yaml`` looks at."""
PLATFORMS = ("lingang", "yunfan", "guanshan")
"""A classic site, one that needs a browser for its shops, and an independent shop."""


@dataclass(frozen=True, slots=True)
class Marketplace:
    """The running marketplace: an address per platform, and the truth that only the scoring reads."""

    urls: Mapping[str, str]
    truth: Path
    history: Path
    """Earlier prices, as a price watch would have recorded them."""
    register: Path
    """The operator register that goes with it."""

    @property
    def url(self) -> str:
        """Address of the first platform."""
        return next(iter(self.urls.values()))


def demo(
    listings: Annotated[int, typer.Option(help="listings to draw", min=1, max=6000)] = 600,
    workers: Annotated[int, typer.Option(help="crawl processes", min=1, max=8)] = 1,
    seed: Annotated[int, typer.Option(help="seed of the marketplace and of the draw")] = 20261111,
    as_json: Annotated[bool, typer.Option("--json", help="scores as JSON on stdout")] = False,
) -> None:
    """Sweep the bundled marketplace at a pretend promotion peak; score the findings against its truth.

    Example: netsword demo --listings 200
    """
    began = time.monotonic()
    say("starting the bundled marketplace 启动示范集市 …")
    with marketplace(seed, *_HISTORY, platforms=PLATFORMS) as market, open_store() as (store, settings):
        log_to("demo", settings)
        say("marketplace at " + ", ".join(f"{url} ({name})" for name, url in market.urls.items()))
        taken = take(store, market.register, day=datetime.now(UTC).date())
        say(f"register of {taken.rows} operators imported 登记数据")
        sweep = demo_sweep(market.urls, listings=listings, seed=seed)
        earlier = read_into(store, market.history, "示范价格监测 (demo)")
        say(f"{earlier.new} earlier price sightings imported, for the promotion's reference prices")
        code = run_now(store, settings, sweep, workers=workers)
        run = store.runs.list(limit=1)[0].id
        scores = score_run(store, run, market.truth)
        by_platform = [_whole(store, run, market.truth, name) for name in market.urls]
        first = store.findings.list(run=run, limit=1)
        password = _new_login(store)
    _print_scores([*scores, *by_platform, pooled(scores)], as_json=as_json)
    say(f"done in {time.monotonic() - began:.0f} s. Look closer:")
    say("  netsword run show last          coverage and findings again")
    say("  netsword findings list          findings by rank")
    if first:
        say(f"  netsword findings show {first[0].number:<8} one finding, its span marked, its legal basis")
    say("  netsword serve                  the console 监测台 at http://127.0.0.1:8080")
    say(f"                                  sign in as {DEMO_LOGIN} with password {password}")
    raise typer.Exit(code)


def _new_login(store: Store) -> str:
    """A fresh password for the account of the demo, which may plan and decide."""
    password, now = new_password(), datetime.now(UTC)
    hashed = Passwords().hash(password)
    account = Account(
        name=DEMO_LOGIN, display="示范", role=Role.SUPERVISOR, password_hash=hashed, created_at=now
    )
    if not store.accounts.add(account):
        store.accounts.change(DEMO_LOGIN, password_hash=hashed, is_open=True)
        store.sign_ins.succeeded(DEMO_LOGIN)
    return password


@contextmanager
def marketplace(seed: int, *options: str, platforms: Sequence[str] = PLATFORMS[:1]) -> Iterator[Marketplace]:
    """The marketplace as a child process on free loopback ports, for as long as the context lasts."""
    with tempfile.TemporaryDirectory(prefix="netsword-demo-") as folder:
        ready, truth = Path(folder) / "ready", Path(folder) / "truth.jsonl"
        history = Path(folder) / "history.jsonl"
        command = [sys.executable, "-m", "demo.server", "--port", "0", "--seed", str(seed), *options]
        register = Path(folder) / "示范登记数据.jsonl"
        command += ["--register", str(register), "--truth", str(truth), "--ready-file", str(ready)]
        command += ["--history", str(history), "--platform", *platforms]
        server = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)  # noqa: S603
        try:
            urls = _wait_ready(server, ready)
            yield Marketplace(dict(zip(platforms, urls, strict=True)), truth, history, register)
        finally:
            server.terminate()
            server.wait(timeout=20)


def demo_sweep(urls: Mapping[str, str], *, listings: int, seed: int) -> Sweep:
    """The bundled sweep over the platforms in ``urls``, pointed at where they run."""
    written = yaml.safe_load((ROOT / "demo" / "sweep.yaml").read_text(encoding="utf-8"))
    scopes = [scope for scope in written["platforms"] if scope["platform"] in urls]
    written["platforms"] = [scope | {"base_url": urls[scope["platform"]]} for scope in scopes]
    written["private_hosts"] = [urlsplit(url).netloc for url in urls.values()]
    written["design"] |= {"size": listings, "seed": seed}
    return Sweep.model_validate(written)


def score_run(store: Store, run: str, truth: Path, *, platform: str = "") -> list[RuleScore]:
    """The run's findings against the truth, over the subjects that were read, all or one platform's."""
    prefix = f"{platform}:" if platform else ""
    kinds = (PageKind.LISTING, PageKind.SHOP)
    read = {subject for kind in kinds for subject in store.frontier.read_subjects(run, kind)}
    judged = {subject for subject in read if subject.startswith(prefix)}
    flagged: dict[str, set[str]] = {}
    for finding in store.findings.of_run(run):
        if finding.subject.startswith(prefix):
            flagged.setdefault(finding.rule, set()).add(finding.subject)
    known = read_truth(truth)
    rules = {rule.code for rule in load_packs(load_catalogue()).every if rule.runs} & {*known, *flagged}
    return score(flagged, known, judged, rules)


def _whole(store: Store, run: str, truth: Path, platform: str) -> RuleScore:
    return replace(pooled(score_run(store, run, truth, platform=platform)), rule=f"all of {platform}")


def _wait_ready(server: subprocess.Popen[bytes], ready: Path) -> list[str]:
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline:
        if ready.exists():
            return ready.read_text(encoding="utf-8").split()
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise NetswordError("the marketplace did not start; run 'python -m demo.server --port 0' to see why")


def _print_scores(scores: list[RuleScore], *, as_json: bool) -> None:
    if as_json:
        emit([{"rule": row.rule, "precision": row.precision, "recall": row.recall} for row in scores])
        return
    numbers = ("right", "wrong", "missed", "precision", "recall")
    rows = table("Against the marketplace's truth 与真值比对", "rule", *numbers, right=numbers)
    for row in scores:
        # A planted rule of which the sample holds no case, and which nothing was flagged under, says nothing.
        if not row.true_positives + row.false_positives + row.false_negatives:
            continue
        counts = (str(row.true_positives), str(row.false_positives), str(row.false_negatives))
        rates = ("—" if rate is None else percent(rate) for rate in (row.precision, row.recall))
        rows.add_row(row.rule, *counts, *rates)
    out.print(rows)
