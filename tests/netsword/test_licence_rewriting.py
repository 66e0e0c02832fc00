"""Pages written anew keep their facts, and the same seed writes the same page."""

from __future__ import annotations

import re

import pytest

from detectors.licensing.page import read_page
from domain.page_text import Seen
from netsword.licence_rewriting import KINDS, rewritten

PAGE = """<html><head><style>.lic{color:#333}.gone{display:none}</style></head><body>
<header class="top">某店</header><main class="goods"><p>新品上架</p></main>
<footer class="lic"><p>企业名称：甲商行</p><p>统一社会信用代码：91330106MA1K2B3C56</p>
<p class="gone">看不见</p></footer>
<script>document.querySelector('.lic').className='lic'</script></body></html>"""


def lines(html: str, *seen: Seen) -> set[str]:
    return set(read_page(html).view(*seen).text.split("\n"))


@pytest.mark.parametrize("kind", [*KINDS, "all"])
def test_same_seed_gives_the_same_page_with_the_same_numbers(kind: str) -> None:
    made = rewritten(PAGE, kind=kind)
    assert made == rewritten(PAGE, kind=kind)
    assert made != PAGE
    assert "91330106MA1K2B3C56" in "".join(lines(made, Seen.VISIBLE))
    assert lines(made, Seen.HIDDEN) == {"看不见"}


def test_new_class_names_reach_markup_style_and_script() -> None:
    made = rewritten(PAGE, kind="classes")
    assert not re.search(r"\b(?:lic|gone|goods|top)\b", made)
    assert lines(made, Seen.VISIBLE) == lines(PAGE, Seen.VISIBLE)


def test_wording_changes_labels_and_nothing_else() -> None:
    text = "\n".join(sorted(lines(rewritten(PAGE, kind="wording"), Seen.VISIBLE)))
    assert "企业名称" not in text
    assert "甲商行" in text
    assert "新品上架" in text


def test_order_moves_blocks_and_loses_none() -> None:
    orders = {
        tuple(read_page(rewritten(PAGE, kind="order", seed=seed)).view(Seen.VISIBLE).text.split("\n"))
        for seed in range(8)
    }
    assert len(orders) > 1
    assert len({frozenset(order) for order in orders}) == 1


@pytest.mark.parametrize("page", ["", "<", "\x00", "<body>" + "<div>" * 300])
def test_what_hardly_is_a_page_does_not_stop_it(page: str) -> None:
    assert isinstance(rewritten(page, kind="all"), str)
