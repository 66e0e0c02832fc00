"""Scoring licence decisions against a labelled set 亮照评测: pages, links, pictures and register from files.

The engine itself reads nothing: here files become values. ``licence`` is the command that ``netsword
evaluate`` mounts; ``GoldCases`` gives the same decisions to benchmarks and tests.
"""

from __future__ import annotations

import json
import statistics
import time
import urllib.parse
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from lxml import html as lxml_html

from detectors.licensing.decide import LicenceJudge
from detectors.licensing.model import LicenceCase, Linked, Outcome, Platform
from detectors.licensing.page import read_page
from detectors.licensing.readings import enough_read
from domain.errors import UsageError
from domain.page_text import PageText
from domain.picture import PictureReading, PictureState
from domain.subjects import LinkedPageState
from evidence.pictures import PictureReader, is_available
from netsword.licence_rewriting import KINDS, rewritten
from netsword.output import emit, out, say, table
from registry.imports import import_register
from rules.licensing import load_licensing

MOST_PAGE_BYTES = 8_000_000
# Where a set has no code for an outcome, its README asks for the nearest one. What a script holds, a browser
# most likely shows: the set labels what a visitor sees.
NEAREST = {"NOT-OBSERVED": "LIC-MISSING", "NOT-RENDERED": "OK", "UNCLEAR": "OK"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One case with its decision and what it cost."""

    id: str
    codes: tuple[str, ...]
    outcome: Outcome
    page_s: float
    """Seconds for pages and decision, pictures left out."""
    picture_s: tuple[float, ...]


@dataclass
class GoldCases:
    """The cases of a labelled set, judged one by one."""

    folder: Path
    with_pictures: bool = True
    reader: PictureReader | None = None
    rewrite: Callable[[str], str] | None = None
    """Changes a page before it is read."""
    judge: LicenceJudge = field(default_factory=lambda: LicenceJudge(load_licensing()))

    def __post_init__(self) -> None:
        for name in ("cases.jsonl", "registry.jsonl"):
            if not (self.folder / name).is_file():
                raise UsageError(f"{self.folder}: no {name}; give the folder of a licence set")
        self.register = import_register(self.folder / "registry.jsonl").register
        if self.with_pictures and self.reader is None:
            self.reader = PictureReader(enough=enough_read)

    def __iter__(self) -> Iterator[Judged]:
        with (self.folder / "cases.jsonl").open(encoding="utf-8") as lines:
            for line in lines:
                if line.strip():
                    yield self._judged(json.loads(line))

    def _judged(self, case: Mapping[str, Any]) -> Judged:
        started = time.perf_counter()
        spent: list[float] = []
        pages = {page["url"]: page for page in case["pages"]}
        entry = next(page for page in case["pages"] if page["file"] == case["entry"])
        page = self._page(entry["file"])
        files: dict[str, str] = {entry["url"]: entry["file"]}
        linked: dict[str, Linked] = {}
        for url in dict.fromkeys([*self.judge.wanted_pages(page, entry["url"]), *pages]):
            if url != entry["url"]:
                linked[url] = self._linked(url, pages.get(url))
                if pages.get(url, {}).get("file"):
                    files[url] = pages[url]["file"]
        pictures: dict[str, PictureReading] = {}
        shown = [(entry["url"], page), *((url, each.page) for url, each in linked.items() if each.page)]
        for url, text in shown:
            for address in self.judge.wanted_pictures(text, url):
                before = time.perf_counter()
                reading = self._picture(address, url, files[url])
                if reading is not None:
                    pictures[address] = reading
                    spent.append(time.perf_counter() - before)
        platform = case.get("platform") or {}
        outcome = self.judge.decide(
            LicenceCase(
                url=entry["url"],
                page=page,
                as_of=date.fromisoformat(case["as_of"]),
                register=self.register,
                category=case["category"],
                shop_name=case["shop_name"],
                standalone=case["site_kind"] == "standalone",
                platform=Platform(name=platform.get("name", ""), code=platform.get("uscc", "")),
                linked=linked,
                pictures=pictures,
            )
        )
        codes = tuple(dict.fromkeys(NEAREST.get(code, code) for code in outcome.codes))
        return Judged(
            id=case["id"],
            codes=codes,
            outcome=outcome,
            page_s=time.perf_counter() - started - sum(spent),
            picture_s=tuple(spent),
        )

    def _page(self, file: str) -> PageText:
        data = (self.folder / file).read_bytes()[:MOST_PAGE_BYTES]
        text = decoded(data)
        return read_page(self.rewrite(text) if self.rewrite else text)

    def _linked(self, url: str, entry: Mapping[str, Any] | None) -> Linked:
        # The set names every page there is, so an address it does not name leads nowhere.
        if entry is None or not entry["file"]:
            return Linked(url=url, state=LinkedPageState.DEAD, reason="404")
        return Linked(url=url, state=LinkedPageState.FETCHED, page=self._page(entry["file"]))

    def _picture(self, address: str, page_url: str, page_file: str) -> PictureReading | None:
        if address.startswith("data:"):
            return None
        path = self._file_of(address, page_url, page_file)
        if path is None or not path.is_file():
            return PictureReading(digest="", state=PictureState.BROKEN, reason="404")
        if self.reader is None:
            return PictureReading(digest="", state=PictureState.NOT_READ, reason="未读取图片")
        return self.reader.read(path.read_bytes())

    def _file_of(self, address: str, page_url: str, page_file: str) -> Path | None:
        # Pages lie in a folder of their own: an address that climbs out of the root is tried from there.
        base, target = urllib.parse.urlsplit(page_url), urllib.parse.urlsplit(address)
        if base.netloc != target.netloc:
            return None
        relative = urllib.parse.unquote(target.path).lstrip("/")
        root = self.folder.resolve()
        for start in (root, (root / page_file).parent):
            path = (start / relative).resolve()
            if path.is_relative_to(root) and path.is_file():
                return path
        return None


def decoded(data: bytes) -> str:
    """A page's text: by its mark, its own declaration, or the first encoding that fits."""
    if data.startswith(b"\xef\xbb\xbf"):
        return data.decode("utf-8-sig", "replace")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    head = data[:2048].lower()
    for name, words in (
        ("gb18030", (b"charset=gb", b'charset="gb', b"charset='gb")),
        ("big5", (b"charset=big5", b'charset="big5')),
    ):
        if any(word in head for word in words):
            return data.decode(name, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("gb18030", "replace")


# ---------------------------------------------------------------- scores


def score(found: Mapping[str, Iterable[str]], labels: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Figures of a set: per code, micro and macro over violation codes, exact sets, accused OK cases, by tag.

    Args:
        found: codes by case id; a case that is left out counts as nothing found.
        labels: the labelled truth.
    """
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    tags: dict[str, Counter[str]] = defaultdict(Counter)
    exact = clean = accused = 0
    wrong = []
    for label in labels:
        wanted, given = set(label["codes"]), set(found.get(label["id"], ()))
        right = wanted == given
        exact += right
        for tag in label["tags"]:
            tags[tag]["cases"] += 1
            tags[tag]["right"] += right
        for code in wanted | given:
            counts[code]["tp" if code in wanted & given else "fn" if code in wanted else "fp"] += 1
        if not violations(wanted):
            clean += 1
            accused += bool(violations(given))
        if not right:
            wrong.append(
                {"id": label["id"], "expected": sorted(wanted), "given": sorted(given), "tags": label["tags"]}
            )
    per_code = {code: _figures(count) for code, count in sorted(counts.items())}
    breaches = [code for code in per_code if violations({code})]
    total = Counter()  # type: Counter[str]
    for code in breaches:
        total.update(counts[code])
    n = len(labels)
    return {
        "cases": n,
        "codes": per_code,
        "micro": _figures(total),
        "macro_f1": round(sum(per_code[code]["f1"] for code in breaches) / len(breaches), 4)
        if breaches
        else 0.0,
        "exact_set": round(exact / n, 4) if n else 0.0,
        "clean_cases": clean,
        "clean_accused": accused,
        "tags": {tag: dict(count) for tag, count in sorted(tags.items(), key=lambda each: -each[1]["cases"])},
        "wrong": wrong,
    }


def violations(codes: Iterable[str]) -> set[str]:
    """The codes that accuse somebody.

    >>> violations({"OK-LINK", "PERMIT-MISSING"})
    {'PERMIT-MISSING'}
    """
    return {code for code in codes if not code.startswith("OK")}


def _figures(count: Counter[str]) -> dict[str, float]:
    tp, fp, fn = count["tp"], count["fp"], count["fn"]
    return {
        "tp": tp,
        "fp": fp,
        "fn": fn,
        "precision": round(tp / (tp + fp), 4) if tp + fp else 0.0,
        "recall": round(tp / (tp + fn), 4) if tp + fn else 0.0,
        "f1": round(2 * tp / (2 * tp + fp + fn), 4) if tp + fp + fn else 0.0,
    }


def picture_codes(judged: Iterable[Judged], labels: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Codes taken from pictures: how many, and how many are neither the operator's nor the one shown."""
    truth = {label["id"]: label for label in labels}
    taken = wrong = 0
    for case in judged:
        label = truth.get(case.id)
        if label is None or not case.picture_s or not case.outcome.code_shown:
            continue
        taken += 1
        evidence = label.get("evidence") or {}
        wrong += case.outcome.code_shown not in {label.get("operator_uscc"), evidence.get("shown")}
    return {"taken": taken, "wrong": wrong}


# ---------------------------------------------------------------- layouts held out in turn


def layout_of(page: str) -> str:
    """The skeleton of a page: tags and class names outside the licence and the goods, without any text.

    >>> layout_of("<body><header><h1>甲</h1></header><p>乙</p></body>")
    'header'
    """
    body = lxml_html.document_fromstring(page).find("body")
    if body is None:
        return ""
    parts = []
    for child in body:
        if isinstance(child.tag, str) and child.tag not in {"p", "script", "style", "svg"}:
            name = (child.get("class") or "").split()[:1]
            parts.append(".".join([child.tag, *name]))
    kept = [
        part
        for part in dict.fromkeys(parts)
        if not any(word in part for word in ("lic", "plat", "decl", "permit", "rule"))
    ]
    return " ".join(kept) or "body"


def by_layout(
    cases: Iterable[tuple[str, str]], found: Mapping[str, Iterable[str]], labels: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Scores of each group of pages with one skeleton, the others left out in turn."""
    groups: dict[str, set[str]] = defaultdict(set)
    for case, page in cases:
        groups[layout_of(page)].add(case)
    result = {}
    for name, ids in sorted(groups.items(), key=lambda each: -len(each[1])):
        part = score(found, [label for label in labels if label["id"] in ids])
        result[name] = {
            key: part[key] for key in ("cases", "macro_f1", "exact_set", "clean_cases", "clean_accused")
        }
    return result


class HeldOut(StrEnum):
    """By what the set can be parted."""

    LAYOUTS = "layouts"


def held_out(layouts: Mapping[str, Mapping[str, Any]], *, least: int = 10) -> dict[str, Any]:
    """The groups of ten cases and more, the worst first, and what that says.

    Nothing in the engine is fitted to a group, so leaving one out changes no parameter: what a group scores
    is what it scores held out. Its rules were written while looking at all of them, which this cannot undo.
    """
    large = {name: scores for name, scores in layouts.items() if scores["cases"] >= least}
    order = sorted(large.items(), key=lambda each: (each[1]["exact_set"], each[1]["macro_f1"], each[0]))
    return {
        "fitted_parameters": 0,
        "groups": len(large),
        "cases": sum(scores["cases"] for scores in large.values()),
        "worst": [{"layout": name, **scores} for name, scores in order[:5]],
    }


def by_rewriting(gold: Path, labels: Sequence[Mapping[str, Any]], read: GoldCases) -> dict[str, Any]:
    """Scores of the set under each kind of rewriting, with the pictures read once."""
    result = {}
    for kind in (*KINDS, "all"):
        cases = GoldCases(
            gold, with_pictures=read.with_pictures, reader=read.reader, rewrite=partial(rewritten, kind=kind)
        )
        part = score({case.id: case.codes for case in cases}, labels)
        result[kind] = {key: part[key] for key in ("macro_f1", "exact_set", "clean_accused")}
        result[kind]["wrong"] = [each["id"] for each in part["wrong"]]
    return result


# ---------------------------------------------------------------- the command


def licence(
    gold: Annotated[Path, typer.Argument(help="folder of the licence set", exists=True, file_okay=False)],
    predictions: Annotated[Path | None, typer.Option(help="write one JSON line a case here")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="one JSON object on stdout")] = False,
    pictures: Annotated[bool, typer.Option(help="read pictures; needs the optional group 'ocr'")] = True,
    hold_out: Annotated[
        HeldOut | None, typer.Option(help="layouts: each group of pages with one skeleton by itself")
    ] = None,
    rewrite: Annotated[
        bool,
        typer.Option("--rewritten", help="score pages written anew as well"),
    ] = False,
) -> None:
    """Score licence decisions. Example: netsword evaluate licence ../shared/data/license_gold --json."""
    if pictures and not is_available():
        say("pictures are not read: the optional group 'ocr' is not installed; such cases are not observed")
    cases = GoldCases(gold, with_pictures=pictures)
    judged = list(cases)
    found = {case.id: case.codes for case in judged}
    if predictions is not None:
        lines = (
            json.dumps({"id": case.id, "codes": list(case.codes)}, ensure_ascii=False) for case in judged
        )
        predictions.write_text("\n".join(lines) + "\n", encoding="utf-8")
    report: dict[str, Any] = {"cases": len(judged)}
    truth = gold / "labels.jsonl"
    if truth.is_file():
        labels = [json.loads(line) for line in truth.read_text(encoding="utf-8").splitlines() if line.strip()]
        report = score(found, labels)
        report["pictures"] = picture_codes(judged, labels)
        report["layouts"] = by_layout(_pages(gold), found, labels)
        if hold_out is not None:
            report["held_out"] = held_out(report["layouts"])
        if rewrite:
            report["rewritten"] = by_rewriting(gold, labels, cases)
    report["seconds"] = _seconds(judged)
    if as_json:
        emit(report)
    else:
        _show(report)


def _pages(gold: Path) -> Iterator[tuple[str, str]]:
    for line in (gold / "cases.jsonl").read_text(encoding="utf-8").splitlines():
        if line.strip():
            case = json.loads(line)
            yield case["id"], decoded((gold / case["entry"]).read_bytes())


def _seconds(judged: Sequence[Judged]) -> dict[str, float]:
    pages = [case.page_s for case in judged] or [0.0]
    pictures = [spent for case in judged for spent in case.picture_s if spent > 0.05] or [0.0]
    return {
        "page_median": round(statistics.median(pages), 4),
        "page_max": round(max(pages), 4),
        "picture_median": round(statistics.median(pictures), 3),
        "picture_max": round(max(pictures), 3),
    }


def _show(report: Mapping[str, Any]) -> None:
    if "codes" in report:
        shown = table(
            f"{report['cases']} cases", "code", "tp", "fp", "fn", "f1", right=("tp", "fp", "fn", "f1")
        )
        for code, figures in report["codes"].items():
            shown.add_row(code, *(str(figures[key]) for key in ("tp", "fp", "fn", "f1")))
        out.print(shown)
        tags = table("by tag", "tag", "cases", "right", right=("cases", "right"))
        for tag, count in report["tags"].items():
            tags.add_row(tag, str(count["cases"]), str(count.get("right", 0)))
        out.print(tags)
        layouts = table(
            "by layout", "layout", "cases", "macro_f1", "exact_set", right=("cases", "macro_f1", "exact_set")
        )
        for name, part in report["layouts"].items():
            layouts.add_row(name, str(part["cases"]), str(part["macro_f1"]), str(part["exact_set"]))
        out.print(layouts)
        out.print(
            f"macro F1 {report['macro_f1']}, exact sets {report['exact_set']}, "
            f"accused {report['clean_accused']} of {report['clean_cases']} clean cases"
        )
    if "held_out" in report:
        out.print(
            f"groups of ten cases and more: {report['held_out']['groups']}; nothing is fitted; the worst:"
        )
        for each in report["held_out"]["worst"]:
            out.print(
                f"  {each['layout']}: {each['cases']} cases, exact sets {each['exact_set']}",
                markup=False,
            )
    for kind, part in report.get("rewritten", {}).items():
        told = f"macro F1 {part['macro_f1']}, exact {part['exact_set']}, accused {part['clean_accused']}"
        out.print(f"rewritten {kind}: {told}")
    out.print(f"seconds: {report['seconds']}")
