"""Whether a visitor sees what the truth of a made-up shop page says: ``python -m bench.fresh_pages_seen``.

Chromium lays every product page of a half out. The title, codes, names, counts and the words that tell the
stock (``says``) must be in the text it shows, the price in text that no line strikes through, the list price
划线价 in struck text. That nothing is shown where the truth says so is not checked: other goods have prices.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import yaml
from playwright.sync_api import Browser, sync_playwright

from bench.fresh_pages import DATA, HALVES, Writer, Written
from settings import Settings

FLAGS = ("--no-sandbox", "--disable-gpu")
_NAMED = ("title_contains", "brand_any_of", "sku_any_of", "gtin_any_of", "mpn_any_of", "seller")
_COUNTED = ("rating", "review_count", "stock", "sales")
_NUMBER = re.compile(r"\d(?:[\d.,' \u00a0\u202f]*\d)?")
_TEXTS = """() => {
  const own = [], struck = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const isStruck = (at) => at && at !== document.body && (
    getComputedStyle(at).textDecorationLine.includes('line-through') || isStruck(at.parentElement));
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const at = node.parentElement, style = getComputedStyle(at);
    if (!at.getClientRects().length || style.visibility === 'hidden') continue;
    if (['SCRIPT', 'STYLE'].includes(at.tagName)) continue;
    const isBlock = style.display !== 'inline';
    (isStruck(at) ? struck : own).push((isBlock ? '\\n' : '') + node.data + (isBlock ? '\\n' : ''));
  }
  const buttons = document.querySelectorAll('input[type=button], input[type=submit]');
  for (const at of buttons) own.push('\\n' + at.value);
  return [own.join(''), struck.join('\\n')];
}"""


@dataclass(frozen=True, slots=True)
class Shown:
    """The visible text of a page outside and inside struck-through elements."""

    own: str
    struck: str


def missing(page: Written, says: str, shown: Shown) -> Iterator[str]:
    """Names of the values of the truth that the page does not show."""
    truth: dict[str, Any] = page.capture["expected"]
    own = _plain(shown.own)
    for key in _NAMED:
        told = truth.get(key) or []
        told = told if isinstance(told, list) else [told]
        if told and not any(_plain(each) in own for each in told):
            yield key
    if says and _plain(says) not in own:
        yield "availability"
    numbers = _numbers(shown.own)
    for key in _COUNTED:
        if truth.get(key) is not None and Decimal(str(truth[key])) not in numbers:
            yield key
    prices = truth.get("price_range") or truth.get("price_any_of") or []
    if not {Decimal(each) for each in prices} <= numbers:
        yield "price"
    if truth.get("list_price") is not None and Decimal(truth["list_price"]) not in _numbers(shown.struck):
        yield "list_price"


def _plain(text: object) -> str:
    return "".join(str(text).split()).casefold()


def _numbers(text: str) -> set[Decimal]:
    """Every reading of every number: a last mark may part thousands or the decimals."""
    found = set[Decimal]()
    for line in text.splitlines():
        for token in _NUMBER.findall(line):
            for part in (token, *token.split()):
                whole = re.sub(r"\D", "", part)
                found |= {
                    Decimal(whole),
                    *(Decimal(f"{whole[:-n]}.{whole[-n:]}") for n in (1, 2) if n < len(whole)),
                }
    return found


def check(half: str) -> None:
    """Prints how many pages of a half show their truth.

    Raises:
        SystemExit: with what is not shown, a page a line.
    """
    entries = yaml.safe_load((DATA / f"{half}.yaml").read_text(encoding="utf-8"))
    counted: Counter[str] = Counter()
    faults = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=Settings().find_chromium(), args=list(FLAGS))
        for page in Writer(half).pages():
            if page.capture["kind"] != "product":
                continue
            name = page.capture["id"]
            lost = list(missing(page, entries[name]["show"].get("says", ""), _look(browser, page)))
            counted["shown" if not lost else "not shown"] += 1
            faults += [f"{name}: {', '.join(lost)}"] if lost else []
        browser.close()
    print(f"{counted['shown']} pages show their truth, {counted['not shown']} do not")
    if faults:
        raise SystemExit("\n".join(faults))


def _look(browser: Browser, page: Written) -> Shown:
    tab = browser.new_page(viewport={"width": 1280, "height": 900})
    tab.route("**/*", lambda route: route.abort())
    tab.set_content(page.body.decode(page.capture["charset"]), wait_until="domcontentloaded")
    own, struck = tab.evaluate(_TEXTS)
    tab.close()
    return Shown(own, struck)


def main() -> None:
    """Checks one half."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--half", choices=HALVES, default=HALVES[-1])
    check(parser.parse_args().half)


if __name__ == "__main__":
    main()
