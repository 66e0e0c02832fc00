"""A page that still loads is not observed: nothing can be missing on it."""

from __future__ import annotations

import pytest

from crawlers.displays import is_unfinished
from detectors.licensing.page import read_page
from tests.builders import a_snapshot

RESTLESS = ("render: the page did not come to rest within 8 s",)
LONG = "本店主营棉布衬衫，七天无理由退货，" * 8


@pytest.mark.parametrize(
    ("html", "gaps", "unfinished"),
    [
        ("<div id='app'>页面加载中…</div>", (), True),
        ("<div id='app'>Loading...</div>", (), True),
        ("<div id='app'></div>", (), True),
        (f"<p>{LONG}</p><p>更多商品加载中</p>", (), False),
        (f"<p>{LONG}</p><p>更多商品加载中</p>", RESTLESS, True),
        (f"<p>{LONG}</p>", RESTLESS, False),
        ("<p>小店</p>", (), False),
        ("<img src='/licence.jpg'>", (), False),
    ],
)
def test_page_that_still_loads_is_told(html: str, gaps: tuple[str, ...], *, unfinished: bool) -> None:
    assert is_unfinished(read_page(html), a_snapshot(gaps=gaps)) is unfinished
