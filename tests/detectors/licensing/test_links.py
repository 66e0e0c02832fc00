"""Licences one link away, in frames, and the public mark 亮照."""

from __future__ import annotations

import pytest

from detectors.licensing.page import read_page
from tests.detectors.licensing.builders import (
    CODE,
    JUDGE,
    PLATFORM_CODE,
    URL,
    a_code,
    a_page,
    decide,
    licence_block,
)

LINK = "https://shop.example/lic.html"
LINKS = [
    "<a href='/lic.html'>营业执照</a>",
    "<a href='lic.html'>证照信息</a>",
    "<a href='//shop.example/lic.html'>工商亮照</a>",
    "<a href='/lic.html#top'>经营者资质</a>",
    "<a href='/lic.html'><img src='/i.png' alt='营业执照' width='20'></a>",
    "<a href='/lic.html' title='查看执照'>»</a>",
    "<a href='/lic.html'>主体信息公示</a>",
    "<a href='/lic.html'>店铺资质 &gt;</a>",
    "<a href='/lic.html'>亮证亮照</a>",
    "<a href='/lic.html'>企业信息</a>",
    "<a href='/lic.html'>Business License</a>",
    "<a href='/lic.html'>关于我们</a>",
    "<a href='/lic.html'>查看</a>",
]


@pytest.mark.parametrize("link", LINKS)
def test_a_licence_one_link_away_counts(link: str):
    assert decide(link, linked={LINK: a_page(licence_block())}).codes == ("OK-LINK",)


def test_a_link_that_says_licence_is_followed_before_those_that_may_lead_to_one():
    links = [
        "<a href='/about'>关于我们</a>",
        "<a href='/shop'>店铺介绍</a>",
        "<a href='/news'>关于本店</a>",
        "<a href='/yyzz.html'>查看</a>",
        "<a href='/info'>公司信息</a>",
        "<a href='/lic'>关于我们的营业执照</a>",
        "<a href='/en'>Business licence</a>",
    ]
    page = read_page(a_page("".join(links)))
    wanted = [address.removeprefix("https://shop.example") for address in JUDGE.wanted_pages(page, URL)]
    assert wanted == ["/lic", "/info", "/en", "/yyzz.html", "/about", "/shop", "/news"]


@pytest.mark.parametrize("link", LINKS[:3])
def test_a_dead_link_is_no_display(link: str):
    assert decide(link, linked={LINK: None}).codes == ("LIC-MISSING",)


@pytest.mark.parametrize("href", ["#", "javascript:;", "javascript:void(0)", "", "about:blank"])
def test_a_link_that_leads_nowhere_is_no_display(href: str):
    assert decide(f"<a href='{href}'>营业执照</a>").codes == ("LIC-MISSING",)


def test_a_link_nobody_sees_hides_the_licence():
    for link in (
        "<a href='/lic.html' style='display:none'>营业执照</a>",
        "<a href='/lic.html' style='color:#fff'>营业执照</a>",
    ):
        assert decide(link, linked={LINK: a_page(licence_block())}).codes == ("LIC-HIDDEN",)


def test_what_is_hidden_behind_a_link_is_no_display():
    assert decide(
        LINKS[0], linked={LINK: a_page(f"<div style='display:none'>{licence_block()}</div>")}
    ).codes != ("OK-LINK",)


def test_somebody_elses_licence_behind_a_link_is_no_display():
    page = a_page(f"<h3>平台营业执照</h3><p>统一社会信用代码：{PLATFORM_CODE}</p>")
    assert decide("<a href='/lic.html'>平台证照</a>", linked={LINK: page}).codes == ("LIC-MISSING",)


def test_a_page_shown_in_a_frame_counts_as_this_page():
    assert decide(
        "<iframe src='/lic.html' width='600' height='200'></iframe>", linked={LINK: a_page(licence_block())}
    ).codes == ("OK",)


@pytest.mark.parametrize(
    ("code", "codes"),
    [
        (CODE, ("OK-LINK",)),
        (a_code(body="MA8A8A8B"), ("LIC-NOT-IN-REGISTRY",)),
        (PLATFORM_CODE, ("LIC-MISSING",)),
    ],
)
def test_the_public_mark_is_checked_without_a_fetch(code: str, codes: tuple[str, ...]):
    href = f"https://zzlz.gsxt.gov.cn/businessCheck/verifKey.do?showType=p&amp;serial={code}-SAIC_SHOW_1000&amp;signData=MEUC"
    assert decide(f"<a href='{href}'>电子营业执照</a>").codes == codes
    assert decide(f"<a href='{href}'><img src='/gs.png'></a>").codes == codes


def test_a_mark_on_another_host_is_none():
    href = f"https://zzlz.gsxt.gov.cn.evil.example/x?serial={CODE}-SAIC_SHOW_1"
    assert decide(f"<a href='{href}'>亮照</a>").codes == ("LIC-MISSING",)
