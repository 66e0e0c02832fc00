"""Pages that stand in the way of the one asked for 采集受阻: security check, login wall, taken down.

The words live here for all platforms; an adapter adds its own, in lower case. A listing may talk about 验证码
or 下架 itself, so words
count only where the platform puts its notices, or on a page with little text that is not the page that was
asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from crawlers.platforms.base import Page
from crawlers.platforms.tree import Query, texts_of, tree_of, visible_text, xpath
from domain.target import Reason

_LITTLE_TEXT = 800
"""Characters of visible text under which a page is nothing but its notice."""

_WORDS: dict[Reason, tuple[str, ...]] = {
    Reason.CAPTCHA: (
        "安全验证", "滑块验证", "拖动滑块", "请完成验证", "完成下方验证", "人机验证", "访问验证",
        "请输入验证码", "点击验证",
        "访问被拒绝", "异常流量", "are you a robot", "verify you are human", "security check",
        "just a moment",
        "robot check", "attention required", "unusual traffic", "enable javascript and cookies to continue",
        "captcha", "验证码拦截", "滑动验证", "请按住滑块",
    ),
    Reason.RATE_LIMITED: ("访问过于频繁", "操作过于频繁", "请求过于频繁", "操作太快", "too many requests"),
    Reason.LOGIN: (
        "请登录后", "请先登录", "登录后查看", "登录后才能", "需要登录", "扫码登录", "会员登录", "用户登录",
        "账号登录", "密码登录", "账户登录", "欢迎登录", "手机号登录", "短信登录",
        "please log in", "please sign in", "sign in to continue", "log in to continue",
    ),
    Reason.GONE: (
        "商品已下架", "宝贝已下架", "商品已下柜", "宝贝已失效", "商品找不到了",
        "宝贝已删除", "宝贝已被删除",
        "商品已被删除", "商品已经下架", "宝贝已经下架",
        "已经下架", "商品不存在", "宝贝不存在", "商品已失效", "商品已删除",
        "店铺已关闭", "店铺不存在",
        "页面不存在", "找不到页面", "你访问的页面不存在", "page not found", "no longer available",
        "404 not found",
        "product not found",
    ),
}  # fmt: skip

_HEADING = xpath("//head/title | //body//h1")
_PASSWORD_FIELD = xpath("//form//input[@type='password']")
_STATUS = {401: Reason.LOGIN, 404: Reason.GONE, 410: Reason.GONE}


@dataclass(frozen=True, slots=True)
class Obstacles:
    """Recognises pages in the way.

    ``more`` holds a platform's own words beside the general ones. ``notice`` finds the elements in which the
    platform
    puts its notices: they count on a page of any length. ``wanted`` finds what only a page that was asked for
    has: where
    it is there and no notice is, nothing is in the way, whatever the goods are called.
    """

    more: Mapping[Reason, tuple[str, ...]] = field(default_factory=dict)
    notice: Query | None = None
    wanted: Query | None = None

    def on(self, page: Page) -> Reason | None:
        """The reason that the page itself gives, else the one its status gives, else ``None``."""
        return self._reason_in(self._shown_notice(page)) or _STATUS.get(page.status)

    def _shown_notice(self, page: Page) -> str:
        root = tree_of(page.text)
        notice = "\n".join(texts_of(self.notice, root)) if self.notice else ""
        if notice or (self.wanted and self.wanted(root)):
            return notice
        # Most pages hold none of the words anywhere; only the others are worth a look at what is visible.
        if self._reason_in(page.text) is None:
            return ""
        heading = "\n".join(texts_of(_HEADING, root))
        body = visible_text(root)
        if len(body) <= _LITTLE_TEXT:
            return f"{heading}\n{body}"
        return heading if _PASSWORD_FIELD(root) else ""

    def _reason_in(self, text: str) -> Reason | None:
        folded = text.lower()
        for reason, general in _WORDS.items():
            if any(word in folded for word in (*self.more.get(reason, ()), *general)):
                return reason
        return None
