"""Licence pages, a register of a million rows, and pictures: time and memory of each.

Run: ``python -m bench.licence [--rows 1000000] [--gold ../shared/data/license_gold] [--pictures]``
``[--rejects 1000000]``: a register of which no row can be taken, every reject written to a file.

Page time is told as a ratio too: against parsing the same bytes with lxml, in the same process.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import lxml.html
import psutil

from detectors.licensing.page import read_page
from domain.check_digits import ALPHABET, credit_check, organisation_check
from evidence.pictures import PictureReader
from netsword.evaluate_licence import GoldCases
from netsword.register_import import take
from registry.imports import ImportReport, Remarks, read_rows
from storage.store import open_store

_HEADING = "统一社会信用代码,企业名称,类型,法定代表人,住所,经营范围,成立日期,登记状态,许可证编号"
_REGIONS = (110101, 310115, 330106, 440305, 510104, 650102)


def main() -> None:
    """Measures what was asked for and prints one JSON object."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rejects", type=int, default=0, help="lines of a register without a good row")
    parser.add_argument("--gold", type=Path)
    parser.add_argument("--pictures", action="store_true", help="read the pictures of the gold set too")
    asked = parser.parse_args()
    result: dict[str, object] = {"megacss": _css()}
    if asked.gold:
        result["pages"] = _pages(asked.gold)
    if asked.rejects:
        result["rejects"] = _rejects(asked.rejects)
    if asked.rows:
        result["register"] = _register(asked.rows)
    if asked.gold and asked.pictures:
        result["pictures"] = _pictures(asked.gold)
    json.dump(result, sys.stdout, ensure_ascii=False, indent=2)
    print()


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _pages(gold: Path) -> dict[str, float]:
    cases = list(GoldCases(gold, with_pictures=False))
    spent = [case.page_s * 1000 for case in cases]
    texts = [path.read_text(encoding="utf-8") for path in sorted((gold / "pages").glob("*.html"))]
    parse, read = [], []
    for text in texts:
        started = time.perf_counter()
        lxml.html.document_fromstring(text)
        between = time.perf_counter()
        read_page(text)
        parse.append(between - started)
        read.append(time.perf_counter() - between)
    return {
        "cases": len(cases),
        "case_median_ms": round(statistics.median(spent), 2),
        "case_p95_ms": round(statistics.quantiles(spent, n=20)[-1], 2),
        "visible_to_parse_ratio": round(statistics.median(read) / statistics.median(parse), 1),
    }


def _css() -> dict[str, float]:
    css = "".join(f".c{n} > .d{n}:hover{{color:#fff;margin:0}}\n" for n in range(28_000))
    page = f"<html><head><style>{css}</style></head><body><p class='c1'>一</p></body></html>"
    started = time.perf_counter()
    read_page(page)
    return {"characters": len(css), "seconds": round(time.perf_counter() - started, 2)}


def _rows(count: int) -> Iterator[str]:
    yield _HEADING
    for number in range(count):
        code = _code(number)
        if number % 1000 == 7:
            code = code[:-1] + ALPHABET[number % 31] + "X"
        name = f"杭州{number:07d}号日用品有限公司"
        place = f"浙江省杭州市西湖区文三路{number % 999}号"
        yield f"{code},{name},有限责任公司,张{number % 97}三,{place},日用品零售,2019-03-01,存续,"


def _code(number: int) -> str:
    body = f"MA{number:06d}"
    stem = f"91{_REGIONS[number % len(_REGIONS)]}{body}{organisation_check(body)}"
    return stem + credit_check(stem)


def _after(character: str) -> str:
    return ALPHABET[(ALPHABET.index(character) + 1) % len(ALPHABET)]


def _each_ms(look_up: Callable[[str], object], asked: list[str]) -> dict[str, float]:
    started = time.perf_counter()
    found = sum(bool(look_up(each)) for each in asked)
    return {"ms": round((time.perf_counter() - started) * 1000 / len(asked), 3), "found": found / len(asked)}


def _rejects(count: int) -> dict[str, object]:
    """A register of which every code fails: time, memory on the way, and whether every line was written."""
    process, memory = psutil.Process(), []
    with tempfile.TemporaryDirectory() as folder:
        path, rejects = Path(folder) / "register.csv", Path(folder) / "rejects.jsonl"
        with path.open("w", encoding="utf-8") as file:
            file.write(f"{_HEADING}\n")
            for number in range(count):
                good = _code(number)
                code = (good[:-1], good[:-1] + "I", good[:-1] + _after(good[-1]))[number % 3]
                file.write(
                    f"{code},第{number}号商行,个体工商户,张三,文三路{number}号,零售,2019-03-01,存续,\n"
                )
        before = process.memory_info().rss // 1_000_000
        started = time.perf_counter()
        with rejects.open("w", encoding="utf-8") as file:
            report = ImportReport(rejects=Remarks(to=file))
            taken = sum(
                1
                for _ in read_rows(
                    path, report, progress=lambda *_: memory.append(process.memory_info().rss // 1_000_000)
                )
            )
        took = time.perf_counter() - started
        with rejects.open(encoding="utf-8") as file:
            written = sum(1 for _ in file)
    return {
        "lines": report.lines,
        "taken": taken,
        "rejected": report.rejects.count,
        "written": written,
        "reasons": dict(report.rejects.reasons),
        "seconds": round(took, 1),
        "rows_per_s": round(count / took),
        "told_on_the_way": len(memory),
        "mb_before": before,
        "mb_first": memory[0],
        "mb_most": max(memory),
    }


def _register(count: int) -> dict[str, object]:
    before = _peak_mb()
    with tempfile.TemporaryDirectory() as folder, open_store(uri=None, var_dir=Path(folder)) as store:
        path = Path(folder) / "register.csv"
        with path.open("w", encoding="utf-8") as file:
            for row in _rows(count):
                file.write(row + "\n")
        started = time.perf_counter()
        report = take(store, path, day=date(2026, 11, 1))
        took = time.perf_counter() - started
        register = store.registers.register()
        assert register is not None  # noqa: S101 - it was imported just now
        asked = range(0, count, max(1, count // 1000))
        look_up = {
            "code": _each_ms(register.by_code, [_code(number) for number in asked]),
            "name": _each_ms(register.by_name, [f"杭州{number:07d}号日用品有限公司" for number in asked]),
            "unknown": _each_ms(register.by_code, [_code(count + number) for number in asked]),
        }
        began = time.perf_counter()
        again = take(store, path, day=date(2026, 11, 2))
        again_s = time.perf_counter() - began
        size = path.stat().st_size
    return {
        "lines": report.lines,
        "rows": report.rows,
        "rejected": report.rejects.count,
        "reasons": dict(report.rejects.reasons),
        "file_mb": size // 1_000_000,
        "import_s": round(took, 1),
        "rows_per_s": round(count / took),
        "peak_mb": _peak_mb(),
        "peak_mb_before": before,
        "look_up_ms_and_found": look_up,
        "again_s": round(again_s, 1),
        "again_rows": again.rows,
        "peak_mb_again": _peak_mb(),
    }


def _pictures(gold: Path) -> dict[str, float]:
    reader = PictureReader()
    spent = []
    for path in sorted((gold / "images").iterdir()):
        started = time.perf_counter()
        reader.read(path.read_bytes())
        spent.append(time.perf_counter() - started)
    return {
        "pictures": len(spent),
        "median_s": round(statistics.median(spent), 2),
        "max_s": round(max(spent), 2),
        "peak_mb": _peak_mb(),
    }


if __name__ == "__main__":
    main()
