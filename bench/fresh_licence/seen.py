"""Whether a visitor sees a page's number, asked of Chromium: ``python -m bench.fresh_licence SET --seen``.

A page is painted twice, as it is and with its number written backwards. Where the two pictures differ
to the eye, the number is visible. Pages that a visitor has to open are looked at before and after a click.
"""

from __future__ import annotations

import io
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageChops
from playwright.sync_api import Page, sync_playwright

from bench.fresh_licence.cases import Case
from settings import Settings

# The least difference in brightness, of 255, that counts as seen: nearly equal colours are not read.
LEAST = 40
FLAGS = ("--no-sandbox", "--disable-gpu")
_OPENERS = "summary, [onclick], [role=tab]:last-of-type, label[for], [data-toggle]"
_DRAWN = {"written_by_script", "other_carriers"}


def check(cases: Sequence[Case]) -> None:
    """Prints how many pages show what the set says of them, by tag.

    Raises:
        SystemExit: with the number of pages that do not.
    """
    right: Counter[str] = Counter()
    wrong: list[str] = []
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as scratch:
        browser = playwright.chromium.launch(executable_path=Settings().find_chromium(), args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        for at, case in enumerate(cases):
            for opened, wanted in _claims(case):
                folder = Path(scratch)
                if _is_seen(page, case, folder, opened=opened) == wanted:
                    right[case.tag] += 1
                else:
                    wrong.append(f"{at} {case.tag} {case.shell} opened={opened} wanted={wanted}")
        browser.close()
    for tag, count in right.items():
        print(f"  {tag:24}{count:>4}")
    print(f"{sum(right.values())} claims hold, {len(wrong)} do not")
    if wrong:
        raise SystemExit("\n".join(wrong))


def _claims(case: Case) -> list[tuple[bool, bool]]:
    # Pairs of opened and seen; nothing where a case does not say which number it shows.
    if not case.shown:
        return []
    if case.tag == "opened_by_visitor":
        return [(False, False), (True, True)]
    if case.seen is not None:
        return [(False, case.seen)]
    # A number in an address is not shown; every other one in the markup is meant to be.
    is_shown = case.shown in case.entry and "serial=" not in case.entry
    return [(False, True)] if is_shown or case.tag in _DRAWN else []


def _is_seen(page: Page, case: Case, folder: Path, *, opened: bool) -> bool:
    painted = []
    for text in (case.entry, _other(case.entry, case.shown)):
        file = folder / "page.html"
        file.write_text(_still(text), "utf-8")
        page.goto(file.as_uri())
        if opened:
            page.locator(_OPENERS).last.click()
            page.wait_for_timeout(100)
        painted.append(Image.open(io.BytesIO(page.screenshot(full_page=True))).convert("RGB"))
    first, second = painted
    if first.size != second.size:
        return True
    grey = ImageChops.difference(first, second).convert("L").tobytes()
    return max(grey) >= LEAST


def _other(text: str, number: str) -> str:
    # Read backwards it is as wide, so that lines break where they did.
    spread = "".join(f"<i>{char}</i>" for char in number)
    turned = "".join(f"<i>{char}</i>" for char in reversed(number))
    return text.replace(number, number[::-1]).replace(spread, turned)


def _still(text: str) -> str:
    # As the set has it, in one charset and without the line that runs across the page.
    for old, new in (("charset=gb", "charset=utf-8;was=gb"), ('"gb2312"', '"utf-8"'), ("MARQUEE", "DIV")):
        text = text.replace(old, new)
    return text
