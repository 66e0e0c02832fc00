"""Words and addresses around a brand's name 品牌名: what links to it say besides, and what is no brand.

Words are data; nothing here knows a page.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import parse_qsl, unquote, urlsplit

_LINKS = tuple(
    re.compile(rf"\W*(?:{pattern})\W*", re.IGNORECASE)
    for pattern in (
        # The name in the midst comes first: what only ends a link would be left on it.
        r"visit the (?P<name>.+?) (?:brand )?store|besuche den (?P<de>.+?)[- ]store",
        r"(?:see|view|shop|browse) (?:all|more) (?P<name>.+?) (?:products|items|goods)",
        r"alle (?P<name>.+?)[- ](?:produkte|artikel)(?: anzeigen| ansehen)?",
        r"(?:查看|进入|浏览)?(?:更多|全部|所有)(?P<name>.+?)(?:的?(?:商品|产品|產品)|旗舰店|专区)",
        r"(?:进入|進入|逛逛)(?P<name>.+?)(?:品牌馆|品牌館|旗舰店|旗艦店|专区)",
        r"(?P<name>.+?)(?:の(?:他の)?(?:商品|製品)(?:一覧|を(?:もっと)?見る)?|の一覧)",
        r"(?P<name>.+?) ?(?:브랜드)? ?(?:상품|제품) ?(?:더 ?보기|전체 ?보기)",
        r"(?:see|view|shop|browse|explore|discover|find|show)(?: all| more)?(?: (?:products|items|goods))?"
        r" (?:by|from|of)(?: the brand)? (?P<name>.+)",
        r"(?:see|view|shop|browse|show) (?:all|more) (?P<name>.+)",
        r"(?:more|all|other)(?: (?:products|items|goods))? (?:by|from|of)(?: the brand)?\W+(?P<name>.+)",
        r"(?:mehr|alle|weitere)(?: (?:artikel|produkte))? (?:von|der marke) (?P<name>.+)",
        r"(?:voir |découvrir )?(?:tous? les|toute la|plus de|d'autres) (?:produits|articles|gamme)"
        r" (?:de la marque|de|chez)? ?(?P<name>.+)",
        r"visiter la boutique (?:de )?(?P<name>.+)",
        r"(?:ver |descubre )?(?:todos?(?: los)?|más)(?: productos| artículos)? (?:de la marca"
        r"|de) (?P<name>.+)",
        r"visita la tienda de (?P<name>.+)|visita lo store di (?P<it>.+)",
        r"(?:vedi |scopri )?(?:tutti(?: i)?|altri)(?: prodotti| articoli)? (?:della marca|di) (?P<name>.+)",
        r"(?:ver )?(?:mais|todos(?: os)?)(?: produtos)? da (?:marca )?(?P<name>.+)",
        r"(?:bekijk )?(?:alle|meer)(?: producten| artikelen)? van (?P<name>.+)",
        r"(?:zobacz )?(?:wszystkie|więcej|inne)(?: produkty)? (?:marki|producenta|od) (?P<name>.+)",
        r"(?:zobrazit )?(?:všechny|další|více)(?: produkty| zboží)? (?:značky|od) (?P<name>.+)",
        r"(?:все|другие)(?: товары)? (?:бренда|марки|производителя) (?P<name>.+)",
    )
)
_BARE_LINK = re.compile(
    r"\W*(?:(?:see|view|shop|browse|show|more|all|other|visit|go to|about|this|the|a|to|by|from|of|brand"
    r"|brands"
    r"|products|items|page|shop|store|info|logo|details)\W+)*(?:all|more|brand|brands|products|items|page"
    r"|shop"
    r"|store|info|logo|details|here)\W*"
    r"|(?:alle|mehr|zur|weitere|von|der|diese[rn]?)?\W*(?:marken?|hersteller|artikel|produkte|markenshop)"
    r"|(?:voir )?(?:la |toutes les )?marques?|(?:ver )?(?:la |todas las )?marcas?|查看品牌|更多品牌|全部品牌"
    r"|品牌(?:馆|故事|介绍)?",
    re.IGNORECASE,
)
"""A link that leads to a brand without its name."""
_NO_BRAND = re.compile(
    r"n/?a|none|null|undefined|unknown|nan|true|false|default|brand|no brand|not specified|-+|\.+|#\S*"
    r"|\d{1,2}"
    r"|\[object object\]|\{\{.*|无|無|其他|其它|无品牌|暂无|未知",
    re.IGNORECASE,
)
"""What software writes where no brand is known; "unbranded" is something that sellers say and people see."""
_COMPANY = re.compile(
    r"(?<=[\s,.(])(?:gmbh|ltd|limited|inc|llc|l\.l\.c|corp|corporation|co\.|s\.?a\.?r\.?l|s\.r\.l|srl"
    r"|s\.?p\.?a|s\.a|b\.v|bv"
    r"|kft|zrt|s\.r\.o|sp\. ?z ?o\.? ?o|a/s|aps|oyj?|ab|d\.o\.o|ooo|plc|pty|şti|kg|ohg|e\.k)(?![^\W_])"
    r"|\b(?:ооо|зао|оао|ип)\b|有限公司|股份公司|株式会社|有限会社"
    r"|주식회사|\(주\)|công ty|บริษัท",
    re.IGNORECASE,
)
"""Legal forms: what bears one is a maker's full name, whatever its goods are called."""
_LONGEST_OF_BRAND = 40
_BRAND_PART = re.compile(
    r"brands?|brand-?(?:store|shop)|marken?|marques?|marcas?|manufacturers?|hersteller|fabricantes?"
    r"|fabricants?"
    r"|vendors?|makers?|designers?|producers?|producent\w*|znack[ay]|vyrobc[ei]|vyrobca|marki|marka"
    r"|merk(?:en)?"
    r"|varumarken?|gyarto|producator(?:i)?|pinpai"
)
_BRAND_QUERY = re.compile(
    r"(?:^|[_\-\[.])(?:brands?|vendors?|manufacturers?|marca|marque|marke)(?:$|[_\-\].])"
)
_JOINING = frozenset({"and", "und", "et", "y", "e", "en", "og", "och", "i"})
_ENDINGS = re.compile(r"\.(?:html?|php|aspx?)$")
_WORD = re.compile(r"[^\W_]+")


def plain_name(text: str) -> str:
    """The brand in the words of a link to it; "" where they name none.

    >>> plain_name("Shop all Harrow & Pine"), plain_name("View brand"), plain_name("Harrow & Pine")
    ('Harrow & Pine', '', 'Harrow & Pine')
    """
    for pattern in _LINKS:
        if match := pattern.fullmatch(text):
            return next(filter(None, match.groups()), "").strip(" :-–—")
    return "" if _BARE_LINK.fullmatch(text) else text


def is_no_brand(text: str) -> bool:
    """Whether a value stands where software knows no brand."""
    return _NO_BRAND.fullmatch(text.strip()) is not None


def is_company(text: str) -> bool:
    """Whether a name is that of a company in full, with its legal form or its address."""
    return _COMPANY.search(text) is not None or len(text) > _LONGEST_OF_BRAND


def named_in_address(text: str, href: str) -> str:
    """The part of ``text`` that the address of a brand's page names; "" without one.

    >>> named_in_address("Whisky Old Tarn's", "/whisky/brand/old-tarn-s/c?ref=bc")
    "Old Tarn's"
    """
    words = [(_folded(match[0]), match.start(), match.end()) for match in _WORD.finditer(text)]
    for slug in _slugs(href):
        plain = [word for word in slug if word not in _JOINING]
        numbered = plain[:-1] if plain and plain[-1].isdigit() else plain
        wanted = {*map("".join, (slug, plain, numbered))} - {""}
        for first in range(len(words)):
            bare = ""
            for word, _, end in words[first:]:
                bare += word
                if bare in wanted:
                    return text[words[first][1] : end]
    return ""


def _slugs(href: str) -> Iterator[list[str]]:
    """Words of what an address names as a brand: the parts behind ``/brand/``, or a filter of that name."""
    address = urlsplit(href[:500])
    parts = [unquote(part) for part in address.path.split("/") if part]
    start = next((at for at, part in enumerate(parts, 1) if _BRAND_PART.fullmatch(part.lower())), len(parts))
    named = [_ENDINGS.sub("", part) for part in parts[start:]]
    named += [value for key, value in parse_qsl(address.query) if _BRAND_QUERY.search(key.lower())]
    for each in named:
        yield [_folded(word) for word in _WORD.findall(each)]


def _folded(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))
