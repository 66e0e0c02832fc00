"""A third set of licence pages 亮照: ``python -m bench.fresh_licence_third``.

Frames, displays, tricks, links and pictures of its own (``bench/data/fresh_licence_third.yaml``), written
from the rules of the labelled licence set without a look at the detectors. Truth follows from how a case is
made. The first figure was a blind one; since then ``--show-wrong`` names the cases, and the set is tuned on.
``--seen`` checks in Chromium that what the set calls hidden or visible is so.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import yaml

from bench.fresh_licence_third_cases import Case, CaseMaker, Operator
from crawlers.sampling.intervals import wilson_interval
from netsword.evaluate_licence import GoldCases, score

DATA = Path(__file__).parent / "data" / "fresh_licence_third.yaml"
AS_OF = "2026-11-01"
SEED = 31415926


class Maker(Protocol):
    """What a set is written from: its platform, and its cases in order."""

    platform: Operator

    def cases(self) -> Iterator[Case]:
        """The cases, made anew."""


def a_maker() -> CaseMaker:
    """The maker of the set."""
    return CaseMaker(yaml.safe_load(DATA.read_text(encoding="utf-8")), SEED)


def encoded(page: str) -> bytes:
    """A page in the charset that it declares."""
    head = page[:500].lower()
    return page.encode("gb18030" if "charset=gb" in head or 'charset="gb' in head else "utf-8")


def write(folder: Path, maker: Maker) -> None:
    """Writes the set into ``folder``, in the format of the labelled licence set."""
    (folder / "pages").mkdir(parents=True)
    (folder / "images").mkdir()
    cases, labels, register = [], [], {maker.platform.no: maker.platform.row()}
    for at, case in enumerate(maker.cases()):
        number = f"t{at:04d}"
        register |= {each.no: each.row() for each in case.rows}
        cases.append(_written(folder, number, case, maker))
        labels.append({"id": number, "codes": sorted(case.codes), "lic_state": "", "tags": [case.tag]})
    for name, rows in (("cases", cases), ("labels", labels), ("registry", list(register.values()))):
        lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
        (folder / f"{name}.jsonl").write_text(lines + "\n", encoding="utf-8")


def _written(folder: Path, number: str, case: Case, maker: Maker) -> dict[str, Any]:
    site = f"https://www.{number}.example" if case.standalone else f"https://{number}.plaza.example"
    entry = f"pages/{number}.html"
    (folder / entry).write_bytes(encoded(case.entry))
    pages: list[dict[str, Any]] = [{"url": f"{site}/", "file": entry, "status": 200}]
    for path, text in case.pages.items():
        file = None if text is None else f"pages/{number}_{len(pages)}.html"
        if file is not None and text is not None:
            (folder / file).write_bytes(encoded(text))
        pages.append({"url": site + path, "file": file, "status": 200 if file else 404})
    for path, data in case.pictures.items():
        (folder / path.lstrip("/")).write_bytes(data)
    return {
        "id": number,
        "entry": entry,
        "pages": pages,
        "category": case.category,
        "shop_name": case.shop,
        "as_of": AS_OF,
        "site_kind": "standalone" if case.standalone else "platform_shop",
        "platform": None if case.standalone else {"name": maker.platform.name, "uscc": maker.platform.no},
    }


def measured(folder: Path, *, with_pictures: bool) -> dict[str, Any]:
    """Scores the set that was written into ``folder``."""
    found = {case.id: case.codes for case in GoldCases(folder, with_pictures=with_pictures)}
    labels = [json.loads(line) for line in (folder / "labels.jsonl").read_text(encoding="utf-8").splitlines()]
    return score(found, labels)


def told(report: Mapping[str, Any]) -> str:
    """The figures as lines of text."""
    n, clean = report["cases"], report["clean_cases"]
    right = sum(count.get("right", 0) for count in report["tags"].values())
    low, high = wilson_interval(right, n)
    least, most = wilson_interval(report["clean_accused"], clean)
    lines = [
        f"exact sets {right} of {n}: {right / n:.3f} (95 % {low:.3f} to {high:.3f})",
        f"macro-F1 over violation codes {report['macro_f1']:.3f}",
        f"innocent accused {report['clean_accused']} of {clean} (95 % {least:.3f} to {most:.3f})",
    ]
    lines += [f"  {code:24}{figures['f1']:>7.3f}" for code, figures in report["codes"].items()]
    lines += [
        f"  {tag:28}{count.get('right', 0):>3} of {count['cases']}" for tag, count in report["tags"].items()
    ]
    return "\n".join(lines)


def run(maker: Maker, purpose: str, *, blind: bool = False) -> None:
    """Prints the figures of a set, of a blind one totals only; ``--seen`` checks what a browser shows."""
    parser = argparse.ArgumentParser(description=purpose.split("\n", 1)[0])
    parser.add_argument("--no-pictures", action="store_true", help="leave pictures unread")
    told_of_wrong = "refused: the set is blind" if blind else "the cases that are judged wrong"
    parser.add_argument("--show-wrong", action="store_true", help=told_of_wrong)
    parser.add_argument("--keep", type=Path, help="new folder in which the pages stay")
    parser.add_argument("--seen", action="store_true", help="check hidden and visible pages in Chromium")
    given = parser.parse_args()
    if blind and (given.show_wrong or given.keep):
        parser.error("this set is blind: its cases are not named, only totals are")
    if given.seen:
        from bench.fresh_licence_third_seen import check

        check(list(maker.cases()))
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.keep or Path(scratch) / "set"
        write(folder, maker)
        report = measured(folder, with_pictures=not given.no_pictures)
        print(told(report))
        for each in report["wrong"] if given.show_wrong else ():
            print(json.dumps(each, ensure_ascii=False))


if __name__ == "__main__":
    run(a_maker(), __doc__ or "")
