"""Which kinds of pages an adapter wants rendered, and Yunfan's answers when they are not as known."""

from __future__ import annotations

import json
from typing import Any

import pytest

from crawlers.platforms.lingang import Lingang
from crawlers.platforms.site_profile import parse_profile
from crawlers.platforms.yunfan import Yunfan
from domain.errors import ExtractionError, SiteProfileError
from domain.target import PageKind, Reason
from tests.crawlers.platforms.builders import a_page, a_profile_adapter

PROFILE = """
name: own
render: [shop]
listing: {fields: {title: [{css: h1}]}}
reviews:
  row: li
  fields: {text: [{css: p}]}
  default_texts: [没有填写评价]
"""
YUNFAN = Yunfan("http://yunfan.example/")


def an_answer(code: Any = 0, **data: Any) -> str:
    return json.dumps({"code": code, "msg": "", "data": data})


def test_an_adapter_says_which_kinds_it_wants_rendered() -> None:
    kinds = {
        "own": [kind for kind in PageKind if a_profile_adapter(PROFILE).renders(kind)],
        "lingang": [kind for kind in PageKind if Lingang("http://a.example/").renders(kind)],
        "yunfan": [kind for kind in PageKind if YUNFAN.renders(kind)],
    }
    assert kinds == {"own": [PageKind.SHOP], "lingang": [], "yunfan": [PageKind.SHOP, PageKind.LICENCE]}


def test_unknown_kind_in_a_profile_is_an_error_with_its_line() -> None:
    with pytest.raises(SiteProfileError, match=r"own\.yaml:3: render"):
        parse_profile(PROFILE.replace("[shop]", "[shopp]"), source="own.yaml")


def test_site_s_own_words_for_buyers_who_wrote_nothing_are_told_apart() -> None:
    page = a_page("<li><p>没有填写评价</p></li><li><p>很香</p></li>", kind=PageKind.REVIEWS, subject="shop:1")
    assert [review.default_text for review in a_profile_adapter(PROFILE).parse(page).reviews] == [True, False]


def test_key_that_nobody_knows_is_reported() -> None:
    page = a_page(an_answer(total=0, page=1, pages=0, list=[], adverts=[]), kind=PageKind.SEARCH)
    assert YUNFAN.parse(page).missing_fields == ("new:adverts",)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (PageKind.SEARCH, "{}"),
        (PageKind.SEARCH, "[]"),
        (PageKind.SEARCH, "[" * 100_000),
        (PageKind.SEARCH, an_answer(total=9, page=1, pages=1, list=[])),
        (PageKind.SEARCH, an_answer(total=1, page=True, pages=1, list=[])),
        (PageKind.SEARCH, an_answer(total=1, page=1, pages=1, list=[{"goodsId": "../x", "title": "茶"}])),
        (PageKind.LISTING, an_answer(goodsId="1", title=" ", soldText="", shop={}, attrs=[])),
        (PageKind.REVIEWS, an_answer(goodsId=1, page=1, pages=1, total=0, list=[])),
        (PageKind.SHOP, "<div id=app><p class=loading>页面加载中…</p></div>"),
        (PageKind.LICENCE, "<article id=qualification></article><article id=qualification></article>"),
    ],
)
def test_answer_that_is_not_as_known_is_an_error_and_never_empty(kind: PageKind, text: str) -> None:
    with pytest.raises(ExtractionError):
        YUNFAN.parse(a_page(text, kind=kind))


@pytest.mark.parametrize(
    ("text", "status", "reason"),
    [
        (an_answer(40301), 200, Reason.CAPTCHA),
        (an_answer([40301]), 200, None),
        (an_answer(99999), 200, None),
        ("{", 404, Reason.GONE),
        ("<div class=notice-box><h1>请完成安全验证</h1></div>", 200, Reason.CAPTCHA),
        ("<div id=app><p class=loading>页面加载中…</p></div>", 200, None),
    ],
)
def test_obstacle_is_told_by_the_code_or_in_words(text: str, status: int, reason: Reason | None) -> None:
    assert YUNFAN.obstacle(a_page(text, kind=PageKind.SHOP, status=status)) == reason
