"""A flood of attributes on one element is cut before it is parsed."""

from __future__ import annotations

import pytest
from lxml import html

from domain.tags import MOST_ATTRIBUTES, bounded_tags


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
