"""Visible text, links and licence links."""

from __future__ import annotations

import pytest

from crawlers.platforms.tree import css, licence_links_in, link_of, only, texts_of, tree_of, visible_text
from domain.errors import ExtractionError


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>一<b>二</b>三</p><p>四</p>", "一二三\n四"),
        ("<div>一<div>二</div>三</div>", "一\n二\n三"),
        ("一<br>二", "一\n二"),
        ("<table><tr><th>名称</th><td>茶</td></tr></table>", "名称 茶"),
        ("<p>见<script>x()</script>后<style>p{}</style>文</p>", "见后文"),
        ("<p>前<!-- 藏 -->后</p>", "前后"),
        ("<p hidden>藏</p>见", "见"),
        ("<p style='color:red; DISPLAY : none'>藏</p>见", "见"),
        ("<template><p>藏</p></template><noscript>藏</noscript>见", "见"),
        ("<p>&nbsp;一　二&#12288;</p>", "一 二"),
        ("", ""),
    ],
)
def test_visible_text_is_what_a_person_reads(html: str, expected: str) -> None:
    assert visible_text(tree_of(html)) == expected


def test_part_of_a_page_ends_where_its_element_ends() -> None:
    root = tree_of("<div id=a>里<b>面</b></div>外面")
    assert visible_text(css("#a")(root)[0]) == "里面"


def test_left_out_part_keeps_what_follows_it() -> None:
    root = tree_of("<p>一</p><footer>平台</footer>二")
    assert visible_text(root, leave_out=lambda node: node.tag == "footer") == "一\n二"


@pytest.mark.parametrize(
    ("href", "expected"),
    [
        ("/a", "http://s.example/a"),
        ("//img.example/1.jpg", "http://img.example/1.jpg"),
        ("javascript:void(0)", ""),
        ("mailto:a@b.example", ""),
        ("#top", ""),
        ("http://[::1", ""),
    ],
)
def test_only_web_addresses_are_links(href: str, expected: str) -> None:
    assert link_of("http://s.example/x/y", href) == expected


def test_licence_link_is_known_by_its_text_or_its_picture() -> None:
    html = """<a href=/1>营业执照信息</a><a href=/2><img alt=亮照 src=b.png></a>
        <a href=/3 title=经营者信息>&gt;</a>
        <a href=/4>开店心得</a><a href="javascript:void(0)">营业执照</a>"""
    links = licence_links_in(tree_of(html), "http://s.example/")
    assert links == (
        ("http://s.example/1", "营业执照信息"),
        ("http://s.example/2", "亮照"),
        ("http://s.example/3", "> 经营者信息"),
    )


def test_licence_link_of_the_platform_is_left_out() -> None:
    root = tree_of("<a href=/1>营业执照</a><footer><p><a href=/2>平台证照</a></p></footer>")
    links = licence_links_in(root, "http://s.example/", leave_out=set(css("footer")(root)))
    assert links == (("http://s.example/1", "营业执照"),)


@pytest.mark.parametrize("html", ["", "<h1> </h1>", "<h1>一</h1><h1>二</h1>"])
def test_mandatory_field_insists_on_exactly_one_match(html: str) -> None:
    with pytest.raises(ExtractionError, match="title"):
        only("title", texts_of(css("h1"), tree_of(html)), url="http://s.example/")
