"""Runs the spider as a child process, as the product does, over targets that a test names."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from domain.run import Run, RunState
from domain.snapshot import Snapshot
from domain.sweep import Sweep
from domain.target import PageKind, Target
from storage.store import Store
from tests.patience import PATIENCE_S

ROOT = Path(__file__).parents[2]
RUN = "01K0000000000000000000RUN1"
PROFILE = """
name: teashop
search:
  url: '/search?q={keyword}'
  card: '.card'
  fields: {url: [{xpath: './/a/@href'}], title: [{css: 'a'}]}
  next: [{xpath: '//a[@class="next"]/@href'}]
listing:
  item_id_else: url
  fields:
    title: {required: true, from: [{css: 'h1.title'}]}
    price: [{css: '.price'}]
    shop_url: [{xpath: '//a[@class="shop"]/@href'}]
shop:
  fields:
    shop_id: [{url: true, regex: '/shop/(\\d+)'}]
    name: {required: true, from: [{css: 'h1.title'}]}
"""


@dataclass(slots=True)
class Crawl:
    """A store, a sweep over one site, and the crawls of its run."""

    store: Store
    mongo_uri: str
    var_dir: Path
    site_url: str
    changes: dict[str, Any] = field(default_factory=dict)
    run: str = RUN
    profile: str = PROFILE
    environment: dict[str, str] = field(default_factory=dict)

    def plant(
        self, *paths: str, state: RunState = RunState.VISITING, first: int = 1, **changes: Any
    ) -> list[Target]:
        """Targets in this order, the first at position ``first``."""
        targets = [self.target(path, position=at, **changes) for at, path in enumerate(paths, start=first)]
        self.begin(state)
        self.store.frontier.plant(targets)
        return targets

    def begin(self, state: RunState) -> None:
        stored = self.store.sweeps.save(self.sweep(), datetime.now(UTC))
        if self.store.runs.get(self.run) is None:
            self.store.runs.create(
                Run(
                    id=self.run,
                    sweep=stored.sweep.name,
                    sweep_version=stored.version,
                    campaign="T",
                    state=state,
                    seed=1,
                    started_at=datetime.now(UTC),
                )
            )

    def target(self, path: str, **changes: Any) -> Target:
        url = path if path.startswith("http") else f"{self.site_url}{path}"
        facts: dict[str, Any] = {"kind": PageKind.LISTING, "platform": "teashop", "stratum": "teashop/TEA"}
        return Target(run=self.run, url=url, host=urlsplit(url).netloc, **(facts | changes))

    def sweep(self) -> Sweep:
        profile = self.var_dir / "teashop.yaml"
        profile.write_text(self.profile, encoding="utf-8")
        written = {
            "name": "tea",
            "title": "茶叶专项监测",
            "campaign": {"code": "T", "name": "测试行动"},
            "platforms": [{"platform": "teashop", "base_url": self.site_url, "profile": str(profile)}],
            "categories": ["TEA"],
            "keywords": {"TEA": ["龙井"]},
            "design": {"kind": "census"},
            "politeness": {"delay_s": 0, "concurrency": 8},
            "private_hosts": [urlsplit(self.site_url).netloc],
        }
        return Sweep.model_validate(written | self.changes)

    def start(self, *, only_frame: str = "0", **scrapy_settings: str) -> subprocess.Popen[bytes]:
        options = {
            "ITEM_PIPELINES": '{"tests.crawlers.sink.Sink": 1}',
            "TWISTED_DNS_RESOLVER": "crawlers.resolver.GuardedResolver",
            **scrapy_settings,
        }
        command = [sys.executable, "-m", "scrapy", "crawl", "sweep", "-a", f"run={self.run}"]
        command += ["-a", f"only_frame={only_frame}"]
        command += [word for name, value in options.items() for word in ("-s", f"{name}={value}")]
        environment = {
            "PATH": os.environ["PATH"],  # noqa: TID251 - a child without our variables, so that none leak in
            "SCRAPY_SETTINGS_MODULE": "settings",
            "MONGO_URI": self.mongo_uri,
            "NETSWORD_MONGO_DATABASE": self.store.database.name,
            "NETSWORD_VAR_DIR": str(self.var_dir),
            "NETSWORD_LEASE_S": "5",
            "NETSWORD_MAX_PAGE_BYTES": "1000000",
            "PYTHONPATH": str(ROOT),
            **self.environment,
        }
        with self.log.open("ab") as log:
            return subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log)

    def finish(self, **scrapy_settings: str) -> None:
        child = self.start(**scrapy_settings)
        try:
            child.wait(PATIENCE_S)
        finally:
            child.kill()
            child.wait()

    @property
    def log(self) -> Path:
        return self.var_dir / "crawl.log"

    def became(self, target: Target) -> tuple[str, str]:
        now = self.store.frontier.get(target.id)
        assert now is not None
        return now.state.value, now.reason

    def snapshots(self, target: Target) -> list[Snapshot]:
        return self.store.snapshots.of_target(target.id)
