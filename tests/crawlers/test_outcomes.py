from datetime import UTC, datetime, timedelta

import pytest
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadTimeoutError,
    IgnoreRequest,
)

from crawlers.middlewares.address import RequestRefused
from crawlers.outcomes import (
    ending_of_failure,
    ending_of_obstacle,
    ending_of_status,
    looks_like_login,
    pause_of,
)
from domain.errors import ExtractionError
from domain.target import Reason, TargetState

NOW = datetime(2026, 11, 11, 8, tzinfo=UTC)
FAILED, BLOCKED = TargetState.FAILED, TargetState.BLOCKED


@pytest.mark.parametrize(
    ("status", "retry_after", "reason", "state", "retry"),
    [
        (301, "", Reason.HTTP_ERROR, FAILED, False),
        (400, "", Reason.HTTP_ERROR, FAILED, False),
        (401, "", Reason.FORBIDDEN, BLOCKED, False),
        (403, "", Reason.FORBIDDEN, BLOCKED, False),
        (404, "", Reason.GONE, FAILED, False),
        (410, "", Reason.GONE, FAILED, False),
        (429, "", Reason.RATE_LIMITED, BLOCKED, True),
        (451, "", Reason.FORBIDDEN, BLOCKED, False),
        (500, "", Reason.HTTP_ERROR, FAILED, True),
        (501, "", Reason.HTTP_ERROR, FAILED, False),
        (503, "", Reason.HTTP_ERROR, FAILED, True),
        (503, "30", Reason.RATE_LIMITED, BLOCKED, True),
        (599, "", Reason.HTTP_ERROR, FAILED, True),
    ],
)
def test_status(status, retry_after, reason, state, retry):
    ending = ending_of_status(status, retry_after=retry_after, now=NOW)
    assert ending is not None
    assert (ending.reason, ending.state, ending.retry) == (reason, state, retry)


@pytest.mark.parametrize("status", [200, 203, 206, 299])
def test_page_that_can_be_read_is_no_ending(status):
    assert ending_of_status(status, now=NOW) is None


@pytest.mark.parametrize(
    ("retry_after", "pause"),
    [
        ("30", timedelta(seconds=30)),
        ("0", timedelta(seconds=1)),
        ("999999999999", timedelta(hours=1)),
        ("Wed, 11 Nov 2026 08:00:10 GMT", timedelta(seconds=10)),
        ("Wed, 11 Nov 2020 08:00:10 GMT", timedelta(seconds=1)),
        ("Wed, 11 Nov 9999 08:00:10 GMT", timedelta(hours=1)),
        ("soon", None),
        ("", None),
        ("-5", None),
        ("１０", None),
    ],
)
def test_pause_is_bounded(retry_after, pause):
    assert pause_of(retry_after, now=NOW) == pause


@pytest.mark.parametrize(
    ("error", "reason", "state", "retry"),
    [
        (DownloadTimeoutError(), Reason.TIMEOUT, FAILED, True),
        (CannotResolveHostError(), Reason.CONNECTION, FAILED, True),
        (ConnectionResetError(), Reason.CONNECTION, FAILED, True),
        (DownloadCancelledError(), Reason.TOO_LARGE, FAILED, False),
        (IgnoreRequest("max redirections reached"), Reason.REDIRECTS, FAILED, False),
        (RequestRefused(Reason.ROBOTS), Reason.ROBOTS, BLOCKED, False),
        (RequestRefused(Reason.PRIVATE_ADDRESS, "x is 10.0.0.1"), Reason.PRIVATE_ADDRESS, BLOCKED, False),
        (ExtractionError("title", url="u", why="none"), Reason.EXTRACTION, FAILED, False),
        (KeyError("surprise"), Reason.FAULT, FAILED, False),
    ],
)
def test_failure(error, reason, state, retry):
    ending = ending_of_failure(error)
    assert (ending.reason, ending.state, ending.retry) == (reason, state, retry)


@pytest.mark.parametrize(
    ("reason", "state"),
    [
        (Reason.GONE, FAILED),
        (Reason.CAPTCHA, BLOCKED),
        (Reason.LOGIN, BLOCKED),
        (Reason.RATE_LIMITED, BLOCKED),
    ],
)
def test_obstacle(reason, state):
    assert ending_of_obstacle(reason, detail="").state is state


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/login", True),
        ("https://a.example/member/sign-in.htm?x=1", True),
        ("https://login.a.example/", True),
        ("https://a.example/item/1?back=/login", False),
        ("https://a.example/catalogin/1", False),
    ],
)
def test_login_page_is_known_by_its_address(url, expected):
    assert looks_like_login(url) is expected
