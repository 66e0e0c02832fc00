"""The generic page reader on shops that nobody tuned it for: ``python -m bench.fresh_pages --half open``.

``bench/data/fresh_pages`` holds made-up shops in six sets, written without a look at the reader: in
``open.yaml``, ``closed.yaml``, ``third.yaml`` to ``sixth.yaml`` what each page shows and the truth a visitor
would tell, in the folders of the same names the themes, in ``words.yaml`` the languages.
The sets share no theme. From the third on they have about the shares of the real world, and print Wilson
intervals 置信区间 over all fields and rows. Each was blind until its first figures were on record; then what
is wrong in it was looked at. None is blind any more. The sixth, large marketplaces for the most part, blind:
515 of 591 fields right (87.1 %), 24 wrong; 288 of 334 list rows right, 46 wrong (reader of commit 961d4d1).
Pages are written as ``../shared/data/pages`` has them and scored by the function behind
``netsword evaluate pages``; what comes from the generic adapter alone, as the hosts are invented.
"""

from __future__ import annotations

import argparse
import gzip
import json
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import yaml

from bench.fresh_noise import Noise, el, ld, og
from crawlers.sampling.intervals import wilson_interval
from netsword.evaluate_pages import score
from netsword.extract import predict, read_captures
from netsword.leave_one_out import generic_reader

DATA = Path(__file__).parent / "data" / "fresh_pages"
HALVES = ("open", "closed", "third", "fourth", "fifth", "sixth")
_AS_REAL = HALVES[2:]
"""Shops in about the shares of the real world."""
VERDICTS = ("right", "wrong", "undecided")
Entry = Mapping[str, Any]
_KEYS = {"title": "title_contains", "brand": "brand_any_of", "sku": "sku_any_of", "gtin": "gtin_any_of"}
_KEYS |= {"mpn": "mpn_any_of", "price": "price_any_of"}
_LISTED = 24
"""Rows of a list page, where its entry says nothing else."""


@dataclass(frozen=True, slots=True)
class Written:
    """A page of the bench, ready to be kept, and what its kind and traps are called."""

    capture: dict[str, Any]
    body: bytes
    groups: tuple[str, ...]


class Writer:
    """Writes the pages of one half."""

    def __init__(self, half: str) -> None:
        self.half = half
        self.words = yaml.safe_load((DATA / "words.yaml").read_text(encoding="utf-8"))
        loader = jinja2.FileSystemLoader(DATA / half)
        self.themes = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
        self.themes.globals |= {"el": el, "ld": ld, "og": og}

    def pages(self) -> Iterator[Written]:
        """Every page of the half, in the order of its file."""
        for name, entry in yaml.safe_load((DATA / f"{self.half}.yaml").read_text(encoding="utf-8")).items():
            yield self._page(name, entry)

    def _page(self, name: str, entry: Entry) -> Written:
        words = self._words(entry["lang"])
        noise = Noise(words, f"{self.half} {name}")
        is_list = entry["theme"].startswith("list-")
        items = noise.goods(entry.get("rows", _LISTED)) if is_list else []
        encoding = entry.get("encoding", "utf-8")
        shown = {"p": entry, "s": entry.get("show", {}), "t": entry["truth"], "w": words, "n": noise}
        html = self.themes.get_template(f"{entry['theme']}.html").render(
            shown, items=items, lang=entry["lang"], charset=entry.get("declared", encoding)
        )
        body = html.encode(encoding, errors="xmlcharrefreplace")
        rows = [{"title": each.title, "price": str(each.number)} for each in items]
        expected = {"items": rows} if is_list else _expected(entry["truth"], words["code"])
        capture = {
            "id": name,
            "kind": "search" if is_list else "product",
            "host": entry["host"],
            "url": f"https://{entry['host']}{entry.get('path', f'/{name}')}",
            "charset": encoding,
            "file": f"html/{name}.html.gz",
            "bytes": len(body),
            "expected": expected,
        }
        kind = "lists" if is_list else f"theme {entry['theme']}"
        return Written(capture, body, (kind, *(f"trap {trap}" for trap in entry.get("traps", ()))))

    def _words(self, lang: str) -> dict[str, Any]:
        own = self.words[lang]
        return self._words(own["like"]) | own if "like" in own else dict(own)


def _expected(truth: Entry, currency: str) -> dict[str, Any]:
    """The truth of an entry under the names of ``expected.jsonl``."""
    given = dict(truth)
    if given.get("price") is not None:
        given.setdefault("currency", currency)
    expected: dict[str, Any] = {}
    for field, value in given.items():
        if field == "price" and isinstance(value, str) and ".." in value:
            expected["price_range"] = value.split("..")
            continue
        key = _KEYS.get(field, field)
        many = key.endswith("_any_of") and value is not None
        expected[key] = (value if isinstance(value, list) else [str(value)]) if many else value
    return expected


def write(half: str, folder: Path) -> list[Written]:
    """Writes a half into ``folder`` as ``../shared/data/pages`` is laid out."""
    (folder / "html").mkdir(parents=True, exist_ok=True)
    pages = list(Writer(half).pages())
    for page in pages:
        (folder / page.capture["file"]).write_bytes(gzip.compress(page.body, mtime=0))
    lines = [json.dumps(page.capture, ensure_ascii=False) for page in pages]
    (folder / "expected.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return pages


def measure(half: str, folder: Path) -> tuple[dict[str, Any], list[list[str]]]:
    """Figures of a half by field, by theme and by trap; and what is not right, with what was found."""
    pages = write(half, folder)
    captures = read_captures(folder)
    found = {each["id"]: predict(folder, each, generic_reader).prediction for each in captures}
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for page in pages:
        for group in page.groups:
            groups[group].append(page.capture)
    figures = score(captures, found.values())
    faults = [[*map(str, fault), _told(found[fault[0]], fault[1])] for fault in figures["not_right"]]
    by_kind = {name: _pooled(score(groups[name], found.values())) for name in sorted(groups)}
    lines = {"fields": _fields(figures), "by kind": by_kind}
    return (lines | {"in all": _in_all(figures)} if half in _AS_REAL else lines), faults


def _fields(figures: Mapping[str, Any]) -> dict[str, str]:
    named = {
        **figures["fields"],
        "list rows": figures["list_rows"],
        **{f"sold out: {name}": counted for name, counted in figures["out_of_stock"].items()},
    }
    return {name: _line(counted) for name, counted in named.items()}


def _pooled(figures: Mapping[str, Any]) -> str:
    return _line(_sum((*figures["fields"].values(), figures["list_rows"])))


def _sum(parts: Iterable[Mapping[str, int]]) -> Counter[str]:
    counted = Counter[str]()
    for each in parts:
        counted.update({verdict: each[verdict] for verdict in VERDICTS})
    return counted


def _in_all(figures: Mapping[str, Any]) -> dict[str, str]:
    """Right and wrong with 95 % intervals, as if fields were drawn one by one; a page's hang together."""
    counted = {
        "fields of products": _sum(figures["fields"].values()),
        "list rows": _sum([figures["list_rows"]]),
    }
    return {
        f"{name}, {verdict}": _share(each[verdict], each.total())
        for name, each in counted.items()
        for verdict in VERDICTS[:2]
    }


def _share(hits: int, cases: int) -> str:
    low, high = wilson_interval(hits, cases)
    return f"{hits} of {cases}: {hits / cases:.1%} [{low:.1%}, {high:.1%}]"


def _line(counted: Mapping[str, int]) -> str:
    return " ".join(f"{verdict} {counted[verdict]}" for verdict in VERDICTS)


def _told(found: Mapping[str, Any], field: str) -> str:
    if not field.startswith("row "):
        return str(found.get(field, "(left out)"))
    rows, place = found.get("items") or [], int(field.split()[1])
    return str(rows[place] if place < len(rows) else "(no such row)")


def _print(figures: Mapping[str, Mapping[str, str]], faults: Iterable[list[str]]) -> None:
    for part, lines in figures.items():
        print(part)
        for name, line in lines.items():
            print(f"  {name:32} {line}")
    for fault in faults:
        print("  ".join(fault))


def main() -> None:
    """Prints the figures of a half; also what is not right, when asked."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0] if __doc__ else "")
    parser.add_argument("--half", choices=HALVES, default=HALVES[0])
    parser.add_argument("--show-wrong", action="store_true", help="what was found in its place")
    parser.add_argument("--keep", type=Path, help="folder in which the pages stay")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        figures, faults = measure(arguments.half, arguments.keep or Path(scratch))
    _print(figures, faults if arguments.show_wrong else ())


if __name__ == "__main__":
    main()
