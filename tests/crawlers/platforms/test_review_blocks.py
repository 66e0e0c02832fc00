"""Reviews in the blocks of a page: read where there is one way to, else undecided."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawlers.platforms.base import ParsedPage
from crawlers.platforms.generic import GenericAdapter
from netsword.extract import predict, read_captures
from tests.crawlers.platforms.builders import a_page
from tests.shared_data import shared

_FIRST = (
    "<li class='comment-item'><span class='user-name'>快乐的小猫</span><i class='star-4' title='4星'></i>"
    "<p class='comment-content'>水壶保温很好，<br>加我13812345678返现</p><p>规格：1.5升 白色</p>"
    "<div class='pic-list'><img src='1.jpg'><img src='2.jpg'></div>"
    "<p>购买时间：2026-10-01</p><p>2026-10-08 09:30</p>"
    "<div class='append'><b>追评：</b>用了一个月掉漆</div>"
    "<div class='reply-box'><div>商家回复：</div><div class='reply-content'>亲，已为您补发</div></div></li>"
)
_SECOND = (
    "<li class='comment-item'><span class='user-name'>t***3</span><i class='star-5'></i>"
    "<p class='comment-content'>此用户没有填写评价。</p><p>2026-10-09</p></li>"
)


def read(*lists: str) -> ParsedPage:
    body = "".join(f"<ul>{items}</ul>" for items in lists)
    page = f"<h1>搪瓷水壶</h1><p class='price'>¥59.00</p>{body}"
    return GenericAdapter("shop", "http://shop.example/").parse(a_page(page))


def test_blocks_with_one_text_each_are_reviews() -> None:
    parsed = read(_FIRST + _SECOND)
    first, second = parsed.reviews
    assert (first.text, first.stars) == ("水壶保温很好，\n加我138****5678返现", 4)
    assert (first.nickname, second.nickname) == ("快***猫", "t***3")
    assert first.posted_at == datetime(2026, 10, 8, 1, 30, tzinfo=UTC)
    assert first.purchased_at == datetime(2026, 9, 30, 16, tzinfo=UTC)
    assert (first.sku, first.image_count) == ("规格：1.5升 白色", 2)
    assert (first.appended, first.seller_reply) == ("用了一个月掉漆", "亲，已为您补发")
    assert (first.default_text, second.default_text) == (False, True)
    assert dict(parsed.provenance)["reviews"] == "visible: li.comment-item"


def test_a_block_without_marked_text_is_read_by_the_line_left_over() -> None:
    items = "".join(
        f"<div class='review'><span>5 / 5</span><p>{text}</p><p>2026年10月{day}日</p></div>"
        for text, day in (("很好用", 3), ("有点小", 4))
    )
    assert [(each.text, each.stars) for each in read(items).reviews] == [("很好用", 5), ("有点小", 5)]


def test_blocks_under_other_names_with_masked_buyers_and_stars_in_data() -> None:
    items = "".join(
        f"<div class='pingjia-item'><u>{who}</u><span data-star={stars}></span><p>{text}</p>"
        "<time>2026-11-02 20:11</time></div>"
        for who, stars, text in (("王**", 5, "音色很正"), ("li***8", 3, "琴弓有点松"))
    )
    reviews = read(items).reviews
    assert [(each.nickname, each.stars, each.text) for each in reviews] == [
        ("王**", 5, "音色很正"), ("li***8", 3, "琴弓有点松"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "items",
    [
        pytest.param(
            "<li class='review'><p>很好</p><p>不好</p><p>2026-10-03</p></li>" * 2, id="two texts in a block"
        ),
        pytest.param(
            _SECOND + "<li class='comment-item'><p>很好</p></li>", id="one block without stars and time"
        ),
        pytest.param(
            "<li class='review'><p>很好</p><i class='star-1'></i><i class='star-2'></i></li>" * 2,
            id="every star of the scale is drawn",
        ),
    ],
)
def test_what_can_be_read_in_two_ways_is_undecided(items: str) -> None:
    parsed = read(items)
    assert parsed.reviews == ()
    assert "reviews" in parsed.undecided


def test_two_lists_of_reviews_are_undecided() -> None:
    parsed = read(_FIRST + _SECOND, _FIRST + _SECOND)
    assert parsed.reviews == ()
    assert "reviews" in parsed.undecided


def test_blocks_without_any_stars_or_time_are_no_reviews() -> None:
    parsed = read("<li class='comment-item'><a>全部评价</a></li><li class='comment-item'><a>好评</a></li>")
    assert parsed.reviews == ()
    assert "reviews" not in parsed.undecided


def test_what_the_page_tells_machines_is_not_read_twice() -> None:
    told = (
        "<script type='application/ld+json'>"
        '{"@type":"Product","name":"搪瓷水壶","review":{"@type":"Review","reviewBody":"水壶保温很好"}}</script>'
    )
    assert [each.text for each in read(told + _FIRST + _SECOND).reviews] == ["水壶保温很好"]


def test_a_told_review_is_completed_from_the_block_with_its_text() -> None:
    told = (
        "<script type='application/ld+json'>"
        '{"@type":"Product","name":"搪瓷水壶","review":[{"@type":"Review","reviewBody":"保温很好"},'
        '{"@type":"Review","reviewBody":"有点小"}]}</script>'
    )
    items = (
        "<li class='comment-item'><p class='comment-content'>保温很好</p><p>2026-10-08</p>"
        "<p>追评：用了一个月掉漆</p></li>" + _SECOND
    )
    assert [(each.text, each.appended) for each in read(told + items).reviews] == [
        ("保温很好", "用了一个月掉漆"),
        ("有点小", ""),
    ]


def test_blocks_of_a_captured_page_are_read_as_a_person_reads_them() -> None:
    folder = shared("data/pages")
    (capture,) = (each for each in read_captures(folder) if each["id"] == "peb-2fa16d14a9")
    parsed = predict(folder, capture).parsed
    assert parsed is not None
    assert [review.stars for review in parsed.reviews] == [5, 5, 2, 5]
    assert [review.text for review in parsed.reviews][:2] == [
        "Sunt foarte multumit, recomand!",
        "Foarte multumit",
    ]
    assert [review.nickname for review in parsed.reviews] == ["T***u", "e***n", "P***r", "A***u"]
