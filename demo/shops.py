"""Shops and the operators behind them 网店与经营者."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from demo.chance import apportioned, few, shuffled, stream
from demo.numbers import Place, credit_code, make
from demo.phrases import fill
from demo.vocabulary import Category, ShopTexts, Vocabulary
from demo.world import Display, Operator, Shop

BREACHES = frozenset(
    {
        Display.NOTHING,
        Display.PLATFORM_ONLY,
        Display.DEAD_LINK,
        Display.ARTICLE_MENTION,
        Display.INVOICE_MENTION,
    }
)

_COMPANY_ENDINGS = ("旗舰店", "专营店", "专卖店", "企业店", "工厂店", "直销店")


def all_shops(vocabulary: Vocabulary, seed: int, count: int, categories: Sequence[str] = ()) -> list[Shop]:
    """``count`` shops of these categories, or of all; shares of licence display are exact, not drawn."""
    ids = [f"s{number:04d}" for number in range(1, count + 1)]
    breaches = _breaches(vocabulary, seed, ids)
    sold = [each for each in vocabulary.categories if not categories or each.code in categories]
    return [_shop(each, breaches.get(each), vocabulary, sold, stream(seed, "shop", each)) for each in ids]


def _breaches(vocabulary: Vocabulary, seed: int, ids: list[str]) -> dict[str, Display]:
    shares = vocabulary.world.display.violations
    kinds = [
        Display(name)
        for name, n in zip(shares, apportioned(len(ids), shares.values()), strict=True)
        for _ in range(n)
    ]
    return dict(zip(shuffled(seed, "display", ids), kinds, strict=False))


def _shop(
    shop_id: str, breach: Display | None, vocabulary: Vocabulary, sold: list[Category], rng: Random
) -> Shop:
    main = rng.choices(sold, [category.weight for category in sold])[0]
    categories = [main, *_second(main, sold, rng)]
    place = rng.choice(vocabulary.places)
    display = breach or _honest(categories, vocabulary, rng)
    opened = date(2015, 1, 1) + timedelta(days=rng.randint(0, 4100))
    return Shop(
        id=shop_id,
        name=_modest(_name(main, place, vocabulary.shops, rng), exempt=display is Display.EXEMPT),
        categories=tuple(category.code for category in categories),
        place=place,
        opened=opened,
        score=Decimal(rng.randint(440, 499)) / 100,
        followers=int(10 ** (1.5 + 4 * rng.random())),
        operator=_operator(
            main, place, opened, exempt=display is Display.EXEMPT, texts=vocabulary.shops, rng=rng
        ),
        display=display,
        permits=tuple(
            (name, make(kind, place, rng)) for category in categories for name, kind in category.permits
        ),
        notice="".join(fill(text, rng, {}) for text in few(rng, vocabulary.shops.notices, 1, 3)),
    )


def _second(main: Category, sold: list[Category], rng: Random) -> list[Category]:
    """Sometimes a neighbouring category: the same parent, or parent and child."""
    near = [
        other
        for other in sold
        if other is not main and {other.parent, other.code} & {main.parent, main.code} - {None}
    ]
    return [rng.choice(near)] if near and rng.random() < 0.25 else []


def _honest(categories: list[Category], vocabulary: Vocabulary, rng: Random) -> Display:
    shares = dict(vocabulary.world.display.honest)
    if any(category.permits for category in categories):
        del shares[Display.EXEMPT]
    return Display(rng.choices(list(shares), list(shares.values()))[0])


def _name(main: Category, place: Place, texts: ShopTexts, rng: Random) -> str:
    front = rng.choice(
        [rng.choice(texts.fancy), rng.choice(texts.fancy), place.city, rng.choice(main.brands)]
    )
    return f"{front}{rng.choice(main.shop_words)}{rng.choice(texts.endings)}"


def _modest(name: str, *, exempt: bool) -> str:
    """A person who is exempt from registration may not call the shop a company's 企业店."""
    for word in _COMPANY_ENDINGS if exempt else ():
        name = name.removesuffix(word) + ("小铺" if name.endswith(word) else "")
    return name


def _operator(
    main: Category, place: Place, opened: date, *, exempt: bool, texts: ShopTexts, rng: Random
) -> Operator:
    person = rng.choice(texts.surnames) + "".join(rng.choice(texts.given) for _ in range(rng.randint(1, 2)))
    company = rng.random() < 0.62
    if exempt:
        name, form = person, "自然人"
    elif company:
        words = "".join(rng.sample(texts.company_words, 2))
        name = f"{place.city}{words}{rng.choice(texts.company_endings)}"
        form = "有限责任公司（自然人独资）" if rng.random() < 0.5 else "有限责任公司（自然人投资或控股）"
    else:
        trade = f"{rng.choice(texts.fancy)}{rng.choice(main.shop_words)}"
        name, form = f"{place.city}{place.district}{trade}{rng.choice(texts.business_endings)}", "个体工商户"
    return Operator(
        name=name,
        code="" if exempt else credit_code("91" if company else "92", place.region, rng),
        form=form,
        person=person,
        address=_address(place, texts, rng),
        capital=rng.choice(texts.capitals) if company and not exempt else "",
        since=opened - timedelta(days=rng.randint(20, 900)),
        scope=main.scope,
        phone=f"0{rng.randint(310, 899)}-{rng.randint(2_000_000, 8_999_999)}",
    )


def _address(place: Place, texts: ShopTexts, rng: Random) -> str:
    province = "" if place.province == place.city else f"{place.province}省"
    house = (
        f"{rng.choice(texts.roads)}{rng.randint(3, 688)}号{rng.randint(1, 12)}幢{rng.randint(101, 1808)}室"
    )
    return f"{province}{place.city}市{place.district}{house}"
