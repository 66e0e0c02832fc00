"""A query that is answered from the index of classes and ids finds what it finds by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.platforms.anchors import Anchors
from crawlers.platforms.tree import css, tree_of, xpath

SELECTORS = (
    ".a", "#b", ".a p", ".a::text", ".a > p::attr(class)", "#b .a", "#b::attr(id)", ".a, .b", ".a.b",
    ".a:first-child", ".a ~ p", "p.a", ".a:not(.b)", ".a + p::text",
)  # fmt: skip
OPENINGS = (
    "<p>", "<p class=a>", '<div class="a b">', '<div id=b class=" a\ta ">', "<i id=b>",
    '<div class="a\xa0b">', "<div class='x-a A'>", '<div class="a\x0cb">',
)  # fmt: skip
TOKENS = st.sampled_from((*OPENINGS, "</p>", "</div>", "</i>", "words", "<!-- a -->"))


@pytest.mark.parametrize("selector", SELECTORS)
@given(tokens=st.lists(TOKENS, max_size=20))
def test_the_index_finds_what_the_query_finds(selector, tokens):
    root = tree_of(f"<body>{''.join(tokens)}</body>")
    assert Anchors(root).find(css(selector)) == css(selector)(root)


def test_a_query_of_another_kind_is_asked_as_it_is():
    root = tree_of("<p class=a>1</p><p>2</p>")
    assert Anchors(root).find(xpath("//p/text()")) == ["1", "2"]
