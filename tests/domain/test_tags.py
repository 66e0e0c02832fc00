"""A flood of attributes on one element is cut before it is parsed."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from domain import tags
from domain.tags import MOST_ATTRIBUTES, bounded_tags

PIECES = (
    "<a", "<b ", "</a>", "<", ">", "/>", "=", " = ", '"', "'", " c", "/d", " e=f", ' g="h"', "i='j'", '="',
    "='", "\x00", "<script>", "</script>", "<!--", "-->", "<![CDATA[", "]]>", " k='>'", ' l=">"', "\n", "文",
    "a<b && c>d", "<3 ", "<<",
)  # fmt: skip
COUNTS = (1, 1, 1, 2, 3, 400, MOST_ATTRIBUTES - 1, MOST_ATTRIBUTES, MOST_ATTRIBUTES + 1)


def flood(count, form="a{0}='{0}'", separator=" "):
    return separator.join(form.format(at) for at in range(count))


@pytest.mark.parametrize(
    ("form", "separator"),
    [
        ("a{0}='{0}'", " "),
        ('a{0}=">"', "\n"),
        ("a{0}={0}", " "),
        ("a{0}", "\t"),
        ("a{0}='{0}'", "/"),
        ("a{0}", "/"),
    ],
)
def test_an_element_keeps_a_bounded_number_of_attributes(form, separator):
    attributes = flood(50_000, form, separator)
    page = f"<p>before</p><section {attributes}{separator}style='display:none'>in</section><p>after</p>"
    bounded = html.document_fromstring(bounded_tags(page))
    [section] = bounded.iter("section")
    assert len(section.attrib) <= MOST_ATTRIBUTES + 10
    assert section.get("style") == "display:none"
    assert [each.text for each in bounded.iter("p", "section")] == ["before", "in", "after"]


def test_touching_values_are_counted_too():
    page = f"<div {flood(9_000, separator='')}>in</div>"
    assert len(html.fromstring(bounded_tags(page)).attrib) <= MOST_ATTRIBUTES


@pytest.mark.parametrize(
    "page",
    [
        "<p a='1'>x</p>" * 5_000,
        f"<p>{'word ' * 9_000}</p>",
        f"<img src='data:{'A' * 500_000}'>",
        f"<p title='{'a=b ' * 9_000}'>x</p>",
        f"<script>if (a < b) {{{'c = 1; ' * 9_000}}}</script>",
        "<p title='",
        f"""<p title="odd"">{"<b>word</b> it's 'so' " * 3_000}</p><i class='x'>y</i>""",
    ],
)
def test_ordinary_pages_stay_as_they_are(page):
    assert bounded_tags(page) is page


def test_a_tag_that_never_closes_is_bounded_too():
    assert len(bounded_tags(f"<p>before</p><div {flood(50_000)}")) < 50_000


BY_ITS_GRAMMAR = re.compile(
    rf"(?:[^<]++|<(?![A-Za-z])"
    rf"|<[A-Za-z][^\s/>]*+(?:{tags._UNNAMED}){{0,{MOST_ATTRIBUTES - 1}}}+{tags._END})*+"
)


@given(st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(COUNTS)), max_size=12))
def test_plain_tags_are_told_from_floods_as_all_others_are(parts):
    page = "".join(piece * count for piece, count in parts)
    ordinary = BY_ITS_GRAMMAR.match(page)
    assert ordinary is not None
    at = ordinary.end()
    assert tags._end_of_ordinary(page, 0) == at
    assert (bounded_tags(page) is page) == (at == len(page))
