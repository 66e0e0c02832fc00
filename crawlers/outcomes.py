"""What an answer, a failure or an obstacle means for its target 采集结果. Tables and pure functions only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)

from domain.errors import ExtractionError, FetchBlocked, FetchTransient, RenderError
from domain.target import Reason, TargetState

MAX_ATTEMPTS = 4
SHORTEST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(hours=1)

BLOCKING = frozenset(
    {
        Reason.ROBOTS,
        Reason.CAPTCHA,
        Reason.LOGIN,
        Reason.RATE_LIMITED,
        Reason.FORBIDDEN,
        Reason.PRIVATE_ADDRESS,
        Reason.OFF_SITE,
    }
)
"""Reasons that are a refusal, the site's or ours; all others are failures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a try ended without a page; ``retry`` asks for another, ``pause`` is what the site asked for."""

    reason: Reason
    detail: str = ""
    retry: bool = False
    pause: timedelta | None = None
    cool: bool = False
    """Keep all crawl processes off the host meanwhile."""

    @property
    def state(self) -> TargetState:
        """What the target becomes when there is no further try."""
        return TargetState.BLOCKED if self.reason in BLOCKING else TargetState.FAILED


_STATUS: dict[int, Reason] = {
    401: Reason.FORBIDDEN,
    403: Reason.FORBIDDEN,
    404: Reason.GONE,
    407: Reason.FORBIDDEN,
    410: Reason.GONE,
    451: Reason.FORBIDDEN,
}
_TRY_AGAIN = frozenset({408, 425, 500, 502, 503, 504, *range(505, 600)})
_LIMITING = frozenset({429, 503})


def ending_of_status(status: int, *, retry_after: str = "", now: datetime) -> Ending | None:
    """What a status code means; ``None`` for a page that can be read.

    A 429, and a 503 that names a time, are the site's wish to be left alone for a while (RFC 6585 section 4,
    RFC 9110 section 10.2.3); the other 5xx but 501 are accidents.
    """
    detail = f"HTTP {status}"
    if 200 <= status < 300:
        return None
    if status == 429 or (status in _LIMITING and retry_after):
        pause = pause_of(retry_after, now=now)
        return Ending(reason=Reason.RATE_LIMITED, detail=detail, retry=True, pause=pause, cool=True)
    if status in _TRY_AGAIN:
        return Ending(reason=Reason.HTTP_ERROR, detail=detail, retry=True)
    return Ending(reason=_STATUS.get(status, Reason.HTTP_ERROR), detail=detail)


def ending_of_obstacle(reason: Reason, *, detail: str) -> Ending:
    """What a page that stands in the way means."""
    limited = reason is Reason.RATE_LIMITED
    return Ending(reason=reason, detail=detail, retry=limited, cool=limited)


_FAILURES: tuple[tuple[type[Exception], Reason], ...] = (
    (DownloadTimeoutError, Reason.TIMEOUT),
    (ResponseDataLossError, Reason.TRUNCATED),
    (CannotResolveHostError, Reason.CONNECTION),
    (DownloadConnectionRefusedError, Reason.CONNECTION),
    (DownloadFailedError, Reason.CONNECTION),
    (TimeoutError, Reason.TIMEOUT),
    (OSError, Reason.CONNECTION),
)

# Scrapy tells these apart by their words alone; the crawl tests hold them to it.
_IGNORED: tuple[tuple[str, Reason], ...] = (
    ("max redirections reached", Reason.REDIRECTS),
    ("exceeded DOWNLOAD_MAXSIZE", Reason.TOO_LARGE),
)


def ending_of_failure(error: BaseException) -> Ending:
    """What an exception on the way to a page means; one that nobody expected is a ``fault`` of ours."""
    detail = f"{type(error).__name__}: {error}"[:500]
    if isinstance(error, FetchBlocked | RenderError):
        return Ending(reason=Reason(error.reason), detail=error.detail)
    if isinstance(error, FetchTransient):
        return Ending(reason=Reason(error.reason), detail=error.detail, retry=True)
    if isinstance(error, ExtractionError):
        return Ending(reason=Reason.EXTRACTION, detail=str(error))
    if isinstance(error, DownloadCancelledError):
        # Scrapy cancels a download for one cause: it grew past DOWNLOAD_MAXSIZE.
        return Ending(reason=Reason.TOO_LARGE, detail=detail)
    if isinstance(error, UnsupportedURLSchemeError):
        return Ending(reason=Reason.OFF_SITE, detail=detail)
    if isinstance(error, IgnoreRequest):
        words = str(error)
        reason = next((reason for phrase, reason in _IGNORED if phrase in words), Reason.FAULT)
        return Ending(reason=reason, detail=words[:500])
    for kind, reason in _FAILURES:
        if isinstance(error, kind):
            return Ending(reason=reason, detail=detail, retry=True)
    return Ending(reason=Reason.FAULT, detail=detail)


def pause_of(retry_after: str, *, now: datetime) -> timedelta | None:
    """The pause that a Retry-After header asks for, in seconds or as a date; ``None`` when it names none.

    >>> pause_of("Sat, 21 Nov 2026 08:01:00 GMT", now=datetime(2026, 11, 21, 8, tzinfo=UTC))
    datetime.timedelta(seconds=60)
    """
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return _bounded(timedelta(seconds=int(text[:6])))
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    aware = until if until.tzinfo else until.replace(tzinfo=UTC)
    return _bounded(aware - now)


def backoff(attempts: int) -> timedelta:
    """Pause before the next try when the site names none: it doubles with each try.

    >>> [backoff(tries).seconds for tries in (0, 1, 2, 3)]
    [1, 2, 4, 8]
    """
    return _bounded(SHORTEST_PAUSE * 2 ** min(attempts, 20))


def _bounded(pause: timedelta) -> timedelta:
    return min(max(pause, SHORTEST_PAUSE), LONGEST_PAUSE)


_LOGIN_WORDS = re.compile(r"(?:^|[/._-])(?:log-?in|sign-?in|passport|sso)(?:[/._-]|$)", re.IGNORECASE)


def looks_like_login(url: str) -> bool:
    """Whether a URL that a redirect leads to is a login page 登录页, by its host and path.

    >>> looks_like_login("https://passport.shop.example/x"), looks_like_login("https://a.example/blogin/1")
    (True, False)
    """
    parts = urlsplit(url)
    return bool(_LOGIN_WORDS.search(f"{parts.hostname or ''}{parts.path}"))
