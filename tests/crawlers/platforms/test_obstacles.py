"""What stands in the way is told from what merely talks about it."""

from __future__ import annotations

import pytest

from crawlers.platforms.obstacles import Obstacles
from crawlers.platforms.tree import css
from domain.target import Reason
from tests.crawlers.platforms.builders import a_page

_LONG = "<p>" + "这是一段很长的商品描述。" * 100 + "</p>"


@pytest.mark.parametrize(
    ("html", "status", "expected"),
    [
        ("<title>安全验证</title>", 200, Reason.CAPTCHA),
        ("<h1>Just a moment...</h1>", 403, Reason.CAPTCHA),
        ("<p>访问过于频繁，请稍后再试</p>", 200, Reason.RATE_LIMITED),
        ("<h1>请登录后继续访问</h1><form><input type=password></form>", 200, Reason.LOGIN),
        (f"<title>请先登录</title><form><input type=password></form>{_LONG}", 200, Reason.LOGIN),
        ("<p>您查看的宝贝已下架</p>", 200, Reason.GONE),
        ("<p>很抱歉，您查看的商品找不到了！</p>", 200, Reason.GONE),
        ("<p>该商品已下柜，欢迎挑选其他商品</p>", 200, Reason.GONE),
        ("<title>验证码拦截</title><p>亲，请按住滑块，拖到最右边</p>", 200, Reason.CAPTCHA),
        ("<title>京东-欢迎登录</title><p>扫码登录 账户登录</p>", 200, Reason.LOGIN),
        ("<p>nothing here</p>", 404, Reason.GONE),
        ("<p>nothing here</p>", 401, Reason.LOGIN),
        (f"<h1>代过滑块验证 人机验证</h1>{_LONG}", 200, None),
        (f"<h1>收纳盒</h1><p>登录后才能领券。同款商品已下架。</p>{_LONG}", 200, None),
        (f"<script>captcha('安全验证')</script><h1>茶</h1>{_LONG}", 200, None),
        ("<script>captcha('安全验证')</script><h1>茶</h1>", 200, None),
        ("", 200, None),
    ],
)
def test_general_words_count_on_pages_with_little_text(
    html: str, status: int, expected: Reason | None
) -> None:
    assert Obstacles().on(a_page(html, status=status)) == expected


def test_wanted_page_is_never_in_its_own_way() -> None:
    page = a_page("<h1 class=goods>人机验证代过</h1>")
    assert Obstacles().on(page) is Reason.CAPTCHA
    assert Obstacles(wanted=css("h1.goods")).on(page) is None


def test_notice_counts_on_a_page_of_any_length() -> None:
    page = a_page(f"<div class=notice>商品已下架</div>{_LONG}")
    assert Obstacles().on(page) is None
    assert Obstacles(notice=css(".notice")).on(page) is Reason.GONE


def test_platform_adds_its_own_words() -> None:
    page = a_page("<p>小二正在核对您的身份</p>")
    assert Obstacles(more={Reason.CAPTCHA: ("核对您的身份",)}).on(page) is Reason.CAPTCHA
