"""Where a page is at home, so that signs and separators can be read: language, region, currency 区域惯例."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawlers.platforms.parse import NO_CURRENCY, currency_of
from crawlers.platforms.tree import Element

_OF_REGION = {
    "us": "USD", "ca": "CAD", "au": "AUD", "nz": "NZD",
    "tw": "TWD", "hk": "HKD", "sg": "SGD", "mx": "MXN", "cl": "CLP",
    "ar": "ARS", "co": "COP", "br": "BRL", "cn": "CNY",
    "jp": "JPY", "se": "SEK", "no": "NOK", "dk": "DKK", "is": "ISK",
    "cz": "CZK", "pl": "PLN", "hu": "HUF", "ro": "RON",
    "bg": "BGN", "ru": "RUB", "by": "BYN", "kz": "KZT", "ua": "UAH",
    "il": "ILS", "tr": "TRY", "ch": "CHF", "gb": "GBP",
    "uk": "GBP", "in": "INR", "kr": "KRW", "th": "THB", "vn": "VND",
    "id": "IDR", "my": "MYR", "ae": "AED", "sa": "SAR",
    "pk": "PKR", "lk": "LKR", "np": "NPR", "eg": "EGP", "kw": "KWD", "qa": "QAR", "rs": "RSD", "ng": "NGN",
    "za": "ZAR", "uy": "UYU", "pe": "PEN",
    **dict.fromkeys(
        ("de", "fr", "it", "es", "pt", "nl", "be", "at", "ie", "fi",
         "ee", "lv", "lt", "sk", "si", "gr", "lu", "mt", "cy", "hr"),
        "EUR",
    ),
}  # fmt: skip
_OF_LANGUAGE = {
    "ja": "jp",
    "ko": "kr",
    "zh-tw": "tw",
    "zh-hk": "hk",
    "zh-cn": "cn",
    "zh": "cn",
    "he": "il",
    "uk": "ua",
    "kk": "kz",
    **{language: language for language in ("id", "th", "tr", "hu", "ro", "bg", "ru", "pl", "se", "no")},
    "vi": "vn",
    "sv": "se",
    "nb": "no",
    "da": "dk",
    "cs": "cz",
}
_SHARED_SIGNS: dict[str, frozenset[str]] = {
    "$": frozenset({"USD", "CAD", "AUD", "NZD", "TWD", "HKD", "SGD", "MXN", "CLP", "ARS", "COP", "UYU"}),
    "kr": frozenset({"SEK", "NOK", "DKK", "ISK"}),
    "kr.": frozenset({"SEK", "NOK", "DKK", "ISK"}),
    "¥": frozenset({"CNY", "JPY"}),
    "￥": frozenset({"CNY", "JPY"}),
    "元": frozenset({"CNY", "TWD", "HKD"}),
    "rs": frozenset({"INR", "PKR", "LKR", "NPR"}),
    "rs.": frozenset({"INR", "PKR", "LKR", "NPR"}),
    "руб": frozenset({"RUB", "BYN"}),
    "руб.": frozenset({"RUB", "BYN"}),
    "б.р.": frozenset({"BYN"}),
    "р.": frozenset({"RUB", "BYN"}),
}
_FIRST_OF_SHARED = {
    "$": "USD",
    "¥": "CNY",
    "￥": "CNY",
    "元": "CNY",
    "rs": "INR",
    "rs.": "INR",
    "руб": "RUB",
    "руб.": "RUB",
    "р.": "RUB",
    "б.р.": "BYN",
}
_OWN_SIGNS = {
    "€": "EUR", "£": "GBP", "zł": "PLN", "kč": "CZK",
    "lei": "RON", "тг": "KZT", "тг.": "KZT", "тенге": "KZT", "₸": "KZT",
    "грн": "UAH", "грн.": "UAH", "₴": "UAH", "лв": "BGN",
    "лв.": "BGN", 'ש"ח': "ILS", "ש״ח": "ILS", "₪": "ILS", "nis": "ILS",
    "fr.": "CHF", "ft": "HUF", "円": "JPY", "원": "KRW",
    "₩": "KRW", "tl": "TRY", "₺": "TRY", "₹": "INR", "₽": "RUB",
    ":-": "SEK",
    "rp": "IDR", "rp.": "IDR", "đ": "VND", "ر.س": "SAR", "ريال": "SAR", "د.إ": "AED", "درهم": "AED",
    "฿": "THB", "บาท": "THB", "vnđ": "VND", "rm": "MYR",
    "ج.م": "EGP", "د.ك": "KWD", "ر.ق": "QAR", "تومان": "IRR",
    "₫": "VND", "₱": "PHP", "rmb": "CNY",
    "r$": "BRL", "us$": "USD", "a$": "AUD", "au$": "AUD", "c$": "CAD",
    "ca$": "CAD", "nz$": "NZD", "hk$": "HKD", "nt$": "TWD", "mx$": "MXN", "s$": "SGD",
}  # fmt: skip
_LANGUAGE_NAMES = frozenset({"og:locale", "content-language"})
_POINT_LANGUAGES = frozenset({"en", "zh", "ja", "ko", "th", "he", "ar"})


@dataclass(frozen=True, slots=True)
class Locale:
    """Language and region of a page; "" where it does not say."""

    language: str
    region: str
    host_region: str

    @property
    def has_decimal_comma(self) -> bool:
        """Whether "1.299" groups thousands here."""
        return bool(self.language) and self.language not in _POINT_LANGUAGES

    def currency_of(self, sign: str, declared: str = "") -> str:
        """ISO 4217 code of a sign as shown; ``declared`` decides among those that share it; "" if unknown."""
        folded = re.sub(r"\s", "", sign).lower()
        if (
            len(folded) == 3
            and folded.isascii()
            and folded.isalpha()
            and folded not in ("lei", "nis", "rmb", "ron")
        ):
            return folded.upper()
        shared = _SHARED_SIGNS.get(folded)
        if shared is None:
            known = _OWN_SIGNS.get(folded) or currency_of(sign)
            return "" if known == NO_CURRENCY else "RON" if folded == "ron" else known
        if declared in shared:
            return declared
        for region in (self.host_region, self.region):
            if _OF_REGION.get(region) in shared:
                return _OF_REGION[region]
        return _FIRST_OF_SHARED.get(folded, "")

    @property
    def home_currency(self) -> str:
        """Currency of the region; "" where the region is unknown."""
        return _OF_REGION.get(self.host_region) or _OF_REGION.get(self.region, "")


def locale_of(root: Element, url: str, metas: Iterable[Element] = ()) -> Locale:
    """What the page's language marks and its address say."""
    language, region = "", ""
    told = [
        root.get("lang"),
        root.get("xml:lang"),
        *(each.get("content") for each in metas if _is_language(each)),
    ]
    for tag in filter(None, told):
        parts = re.split(r"[-_]", tag.strip().lower())
        language = language or parts[0][:3]
        last = parts[-1]
        if not region and len(parts) > 1 and len(last) == 2:
            region = last
    folded = f"{language}-{region}"
    region = region or _OF_LANGUAGE.get(folded, "") or _OF_LANGUAGE.get(language, "")
    parts_of_url = urlsplit(url)
    host = (parts_of_url.hostname or "").rsplit(".", 1)[-1]
    in_path = re.match(r"/([a-z]{2})(?:[-_/]|$)", parts_of_url.path.lower())
    host_region = host if host in _OF_REGION and host != "co" else ""
    if not host_region and in_path and in_path[1] in _OF_REGION:
        host_region = in_path[1]
    return Locale(language, region, host_region)


def _is_language(meta: Element) -> bool:
    return bool({meta.get("property"), meta.get("http-equiv")} & _LANGUAGE_NAMES)
