"""What a page's own style sheets hide or cross out, and what they leave alone."""

from __future__ import annotations

import pytest

from crawlers.platforms.generic_view import view_of
from crawlers.platforms.tree import tree_of


@pytest.mark.parametrize(
    ("rules", "markup", "crossed"),
    [
        (".was{text-decoration:line-through}", '<p class="price was">9</p>', True),
        ("p.was, .x{color:red;text-decoration: line-through}", '<p class="was">9</p>', True),
        ("b.was{text-decoration:line-through}", '<p class="was">9</p>', False),
        (".box .was{text-decoration:line-through}", '<div class="box"><p class="was">9</p></div>', True),
        (".box .was{text-decoration:line-through}", '<p class="was">9</p>', False),
        ("p[data-was]{text-decoration:line-through}", '<p data-was="">9</p>', True),
        ("p[data-was='1']{text-decoration:line-through}", '<p data-was="1">9</p>', True),
        ('.was[lang="en"]{text-decoration:line-through}', '<p class="was" lang="de">9</p>', False),
        ("p[data-was]{text-decoration:line-through}", '<p class="data-was">9</p>', False),
        (".was:hover{text-decoration:line-through}", '<p class="was">9</p>', False),
        ("@media print{.was{text-decoration:line-through}}", '<p class="was">9</p>', False),
        ("@media print{.a{x:y}}.was{text-decoration:line-through}", '<p class="was">9</p>', True),
        ("/*.was{text-decoration:line-through}*/", '<p class="was">9</p>', False),
        (".b{text-decoration:line-through;x:line-through}.was{y:z}", '<p class="was">9</p>', False),
        (".b{text-decoration:line-through}.was{text-decoration:line-through}", '<p class="was">9</p>', True),
        (".was{text-decoration:none}", '<p class="was">9</p>', False),
    ],
)
def test_only_plain_rules_cross_out(rules: str, markup: str, crossed: bool) -> None:
    view = view_of(tree_of(f"<html><head><style>{rules}</style></head><body>{markup}</body></html>"))
    (run,) = view.runs
    assert view.is_crossed_out(run.element) is crossed


def test_a_line_is_shown_without_what_is_hidden_in_it() -> None:
    body = (
        '<style>.off{display:none}</style><p>In stock <b class="off">Sold out</b> <i class="d-none">x</i></p>'
    )
    view = view_of(tree_of(f"<html><body>{body}</body></html>"))
    assert view.lines == ["In stock Sold out x"]
    assert view.shown_of(0) == "In stock"


def test_an_attribute_that_a_script_takes_away_hides_nothing() -> None:
    body = "<style>[v-cloak]{display:none}</style><p v-cloak>In stock</p>"
    assert view_of(tree_of(f"<html><body>{body}</body></html>")).shown_of(0) == "In stock"


def test_thousands_of_rules_and_braces_cost_nothing_to_speak_of() -> None:
    sheet = "{" * 50_000 + ".a{text-decoration:line-through}" * 20_000
    view = view_of(
        tree_of(f"<html><head><style>{sheet}</style></head><body><p class='a'>9</p></body></html>")
    )
    assert view.is_crossed_out(view.runs[0].element) is False
