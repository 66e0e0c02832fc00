"""Every setting in one place: the product's own, from environment and file, and Scrapy's, by Scrapy's names.

The product's settings are read from variables that start with ``NETSWORD_`` (and ``MONGO_URI``), or from a
file ``netsword.env`` in the working directory. They are validated at the start of every command; ``netsword
doctor`` prints them. The upper-case names below are what Scrapy reads from this module.
"""

from __future__ import annotations

import os
import shutil
from enum import StrEnum
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated

from pydantic import AnyHttpUrl, Field, SecretStr, StringConstraints, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from domain.errors import UsageError
from domain.sweep import MailAddress


class SmtpTls(StrEnum):
    """How the way to the mail server is protected."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class Settings(BaseSettings):
    """What a deployment may change; sizes in bytes, times in seconds."""

    model_config = SettingsConfigDict(
        env_prefix="NETSWORD_", env_file="netsword.env", extra="ignore", frozen=True, populate_by_name=True
    )

    var_dir: Path = Field(default=Path("var"), description="where the store, the evidence and the logs live")
    mongo_uri: str | None = Field(
        default=None, alias="MONGO_URI", description="a MongoDB server; else our own"
    )
    mongo_database: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,38}$")] = "netsword"
    contact: str = Field(
        default="netsword-operator@example.invalid",
        description="stands in the user agent: whom a site can write to",
    )
    user_salt: str = Field(
        default="",
        max_length=64,
        description="salt of buyers' hashed account ids; else a random one that the store keeps",
    )
    lease_s: float = Field(default=120, ge=5, le=3600, description="how long a crawl process holds a target")
    max_page_bytes: int = Field(default=20_000_000, ge=10_000, description="a larger page is not read")
    max_memory_mb: int = Field(
        default=2048, ge=256, description="a crawl process that grows past this is ended"
    )
    crawl_timeout_s: float = Field(
        default=6 * 3600, gt=0, description="a crawl process is ended after this time"
    )
    scheduler_tick_s: float = Field(
        default=30, gt=0, le=3600, description="the scheduler looks so often what is due"
    )
    parallel_runs: int = Field(
        default=2, ge=1, le=32, description="runs that the scheduler crawls at a time, on different hosts"
    )
    drain_s: float = Field(
        default=60,
        gt=0,
        le=3600,
        description="how long the scheduler waits for its crawls when it is stopped",
    )
    digest_mail: tuple[MailAddress, ...] = Field(
        default=(), description="who gets every digest, as a JSON list; a sweep names others under notify"
    )
    digest_webhooks: tuple[AnyHttpUrl, ...] = Field(
        default=(), description="where every digest is posted, as a JSON list"
    )
    smtp_host: str = Field(default="", description="mail server; without one no mail is sent")
    smtp_port: int = Field(default=25, ge=1, le=65535)
    smtp_tls: SmtpTls = SmtpTls.STARTTLS
    smtp_user: str = ""
    smtp_password: SecretStr = SecretStr("")
    smtp_from: str = Field(default="", description="sender; else the contact")
    webhook_secret: SecretStr = Field(
        default=SecretStr(""), description="key of the HMAC that signs webhooks; without one none is sent"
    )
    chromium: Path | None = Field(default=None, description="Chromium's path, when it is not found by itself")
    render_timeout_s: float = Field(
        default=30, ge=1, le=600, description="a page that a browser has not shown by then is given up"
    )
    render_memory_mb: int = Field(
        default=512, ge=128, description="a rendered page that grows past this is ended"
    )
    render_concurrency: int = Field(default=2, ge=1, le=16, description="pages in the browser at a time")
    shared: Path = Field(
        default=Path("../shared"), description="labelled sets, for evaluation and development only"
    )

    @property
    def evidence_dir(self) -> Path:
        """Root of the WARC files."""
        return self.var_dir / "evidence"

    def find_chromium(self) -> Path | None:
        """Chromium: the one that is set, else the distribution's, else the one Playwright brought."""
        names = ("chromium", "chromium-browser", "google-chrome")
        found = [path for name in names if (path := shutil.which(name))]
        brought = sorted((Path.home() / ".cache/ms-playwright").glob("chromium-*/chrome-linux*/chrome"))
        candidates = [self.chromium] if self.chromium else [*map(Path, found), *brought]
        return next((path for path in candidates if path.is_file()), None)

    @property
    def picture_dir(self) -> Path:
        """Readings of pictures by digest; made again when lost."""
        return self.var_dir / "pictures"

    @property
    def log_dir(self) -> Path:
        """Root of the log files."""
        return self.var_dir / "log"


@cache
def load() -> Settings:
    """The settings of this process.

    Raises:
        UsageError: a setting does not validate; the text names it.
    """
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise UsageError(f"settings: {wrong}. Check the NETSWORD_* variables and netsword.env.") from error


def software() -> str:
    """Name and version, as they stand in WARC files and in the user agent."""
    try:
        return f"NetSword/{version('netsword')}"
    except PackageNotFoundError:  # run from a checkout that was never installed
        return "NetSword/0"


# ── Scrapy ────────────────────────────────────────────────────────────
BOT_NAME = "netsword"
SPIDER_MODULES = ["crawlers.spiders"]
NEWSPIDER_MODULE = "crawlers.spiders"
USER_AGENT = f"{software()} (+{load().contact})"
TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"

# A sweep's own politeness comes on top; these are what a spider without a sweep gets.
ROBOTSTXT_OBEY = True
DOWNLOAD_DELAY = 1.0
DOWNLOAD_DELAY_JITTER = 0
CONCURRENT_REQUESTS = 32
# Scrapy starts this many workers for the items of each response, and a page is one visit: 100 of them, the
# default, cost a tenth of the crawl's CPU.
CONCURRENT_ITEMS = 1
CONCURRENT_REQUESTS_PER_DOMAIN = 2

DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9",
}
DOWNLOAD_TIMEOUT = 30
DOWNLOAD_MAXSIZE = load().max_page_bytes
DOWNLOAD_WARNSIZE = 0
REDIRECT_MAX_TIMES = 8
# A retry goes back to the frontier, so that it survives a crash and every process sees it.
RETRY_ENABLED = False
COOKIES_ENABLED = False
# The frontier in MongoDB is what is deduplicated against; a request is sent when its target is leased.
DUPEFILTER_CLASS = "scrapy.dupefilters.BaseDupeFilter"
TWISTED_DNS_RESOLVER = "crawlers.resolver.GuardedResolver"
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
MEMUSAGE_LIMIT_MB = load().max_memory_mb
LOG_LEVEL = "INFO"
LOGSTATS_INTERVAL = 0

# Rendered pages. The handler is set by sweeps whose adapters ask for it: other crawls load no browser.
RENDER_TIMEOUT_S = load().render_timeout_s
RENDER_MEMORY_MB = load().render_memory_mb
RENDER_CONCURRENCY = load().render_concurrency
DOWNLOAD_SLOTS = {
    # How many at a time is said where they are rendered and loaded.
    "rendering": {"concurrency": 64, "delay": 0},
    "page-resources": {"concurrency": 64, "delay": 0},
}
PLAYWRIGHT_DOWNLOAD_TIMEOUT = 1000
PLAYWRIGHT_BROWSER_PROVIDER = "crawlers.rendering.browser.OneBrowser"
PLAYWRIGHT_LAUNCH_OPTIONS = {
    "executable_path": str(load().find_chromium() or ""),
    "headless": True,
    # Chromium's sandbox does not work for root.
    "chromium_sandbox": os.geteuid() != 0,
    "args": [
        # Whatever is not handed to it by us must not reach anything: no name resolves, no proxy answers.
        "--host-resolver-rules=MAP * ~NOTFOUND",
        "--proxy-server=http://127.0.0.1:9",
        "--proxy-bypass-list=<-loopback>",
        "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
        "--disable-quic",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
    ],
}

# Closest to the downloader last: every hop is captured as sent, before anything decodes or follows it.
DOWNLOADER_MIDDLEWARES = {
    "crawlers.middlewares.address.AddressGuard": 50,
    "crawlers.middlewares.capture.Capture": 950,
}
ITEM_PIPELINES = {
    "pipelines.validate.Validate": 100,
    "pipelines.preserve.Preserve": 200,
    "pipelines.store.Store": 300,
    "pipelines.detect.Detect": 400,
}
SPIDER_CONTRACTS = {
    "crawlers.contracts.RecordedPage": 10,
    "crawlers.contracts.Reads": 20,
}
FEED_EXPORT_ENCODING = "utf-8"
