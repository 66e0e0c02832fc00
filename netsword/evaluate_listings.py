"""``netsword evaluate listings``: scores of the text rules on labelled listings, no label shown to them."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from detectors.wording import WordingDetector
from domain.errors import UsageError
from domain.finding import Finding
from domain.subjects import Listing
from netsword.output import emit, out, percent, table
from rules.loader import load_catalogue, load_packs

# The labelled set names no day; the law of this one is applied.
_DAY = datetime(2026, 11, 21, tzinfo=UTC)
_FIELDS = {"title": "title", "description": "desc"}
# A span proves a label when it overlaps a labelled one and is not much longer.
_MOST_LONGER, _SPARE = 2, 4

Case = Mapping[str, Any]
Prediction = Mapping[str, Any]


def listings(
    gold: Annotated[Path, typer.Argument(help="Labelled listings, one JSON object a line.")],
    predictions: Annotated[Path | None, typer.Option(help="Writes one JSON line a listing.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Measures the text rules. Example: netsword evaluate listings GOLD/dev.jsonl --json."""
    cases = read_cases(gold)
    predicted = predict(cases, read_folding(gold.parent / "codes.yaml"))
    if predictions is not None:
        lines = (json.dumps(prediction, ensure_ascii=False) for prediction in predicted)
        predictions.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    figures = score(cases, predicted)
    if as_json:
        emit(figures)
        return
    _show(figures)


def read_cases(gold: Path) -> list[Case]:
    """Labelled listings of a file.

    Raises:
        UsageError: there is no such file, or a line of it is no labelled listing.
    """
    if not gold.is_file():
        raise UsageError(f"no labelled set at {gold}")
    cases = []
    for number, line in enumerate(gold.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            case = json.loads(line)
            missing = {"id", "title", "labels"} - set(case)
        except (json.JSONDecodeError, TypeError) as error:
            raise UsageError(f"{gold}:{number}: not a JSON object: {error}") from error
        if missing:
            raise UsageError(f"{gold}:{number}: no {', '.join(sorted(missing))}")
        cases.append(case)
    return cases


def read_folding(path: Path) -> dict[str, str]:
    """Catalogue code to the labelled set's code, from the ``codes.yaml`` beside it; empty without one."""
    if not path.is_file():
        return {}
    folds = yaml.safe_load(path.read_text(encoding="utf-8"))
    found = {code: code for code in folds}
    # BMS-PROMO of the set is AD-INFANT-MILK of the catalogue, whose own BMS-PROMO is another rule.
    found = {code: name for code, name in found.items() if code in folds[name]}
    return found | {code: name for name, codes in folds.items() for code in codes}


def a_listing(case: Case) -> Listing:
    """The listing of a labelled case, without its labels."""
    price = case.get("price")
    return Listing(
        platform="gold",
        item_id=str(case["id"]),
        url="",
        title=case["title"],
        description=case.get("description", ""),
        category_path=(case["category"],) if case.get("category") else (),
        price=None if price is None else Decimal(str(price)),
    )


def predict(
    cases: Sequence[Case], folding: Mapping[str, str], detector: WordingDetector | None = None
) -> list[Prediction]:
    """What the text rules say about each case: labels and spans under the labelled set's codes."""
    if detector is None:
        catalogue = load_catalogue()
        detector = WordingDetector(load_packs(catalogue), catalogue)
    known = known_codes(cases, folding)
    predicted: list[Prediction] = []
    for case in cases:
        findings = detector.inspect(a_listing(case), snapshot="gold", observed_at=_DAY)
        named = [(_fold(finding.rule, folding, known), finding) for finding in findings]
        labels = dict.fromkeys(code for code, _ in named if code)
        spans = [span for code, finding in named if code for span in _spans(code, finding)]
        predicted.append({"id": case["id"], "labels": list(labels), "spans": spans})
    return predicted


def known_codes(cases: Iterable[Case], folding: Mapping[str, str]) -> set[str]:
    """Codes of the labelled set; findings under any other code are not scored."""
    named = {
        code
        for case in cases
        for key in ("labels", "also_ok", "lookalike_of")
        for code in case.get(key) or ()
    }
    return named | set(folding.values())


def _fold(code: str, folding: Mapping[str, str], known: set[str]) -> str:
    """The set's code; "" for a code that it lacks, or whose name it uses for something else."""
    if code in folding:
        return folding[code]
    return code if code in known - set(folding.values()) else ""


def _spans(code: str, finding: Finding) -> Iterator[dict[str, Any]]:
    for span in finding.spans:
        if span.field in _FIELDS:
            yield {"field": _FIELDS[span.field], "start": span.start, "end": span.end, "code": code}


@dataclass(slots=True)
class _Tally:
    """Counts of one comparison."""

    tp: Counter[str] = field(default_factory=Counter)
    fp: Counter[str] = field(default_factory=Counter)
    fn: Counter[str] = field(default_factory=Counter)
    strata: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    innocent: list[int] = field(default_factory=lambda: [0, 0])
    lookalikes: list[int] = field(default_factory=lambda: [0, 0])
    spans: list[int] = field(default_factory=lambda: [0, 0])


def score(cases: Sequence[Case], predicted: Iterable[Prediction]) -> dict[str, Any]:
    """Precision, recall and F1 by label, recall by kind of disguise, false alarms 误报 on innocent listings.

    Codes under ``also_ok`` count neither way.
    """
    by_id = {prediction["id"]: prediction for prediction in predicted}
    tally = _Tally()
    codes = {code for case in cases for code in case["labels"]}
    for case in cases:
        prediction = by_id.get(case["id"], {"labels": [], "spans": []})
        _count(tally, case, set(prediction["labels"]), prediction["spans"])
    tp, fp, fn = (sum(counts.values()) for counts in (tally.tp, tally.fp, tally.fn))
    seen = sorted(set(tally.tp) | set(tally.fp) | set(tally.fn))
    return {
        "items": len(cases),
        "micro": _figures(tp, fp, fn),
        "macro": {
            "f1": _mean([_figures(tally.tp[c], tally.fp[c], tally.fn[c])["f1"] for c in sorted(codes)])
        },
        "false_positive_rate_innocent": _share(tally.innocent),
        "false_positive_rate_lookalike": _share(tally.lookalikes),
        "span_hit_rate_on_true_positives": _share(tally.spans),
        "recall": {
            name: {"hit": hit, "of": of, "recall": hit / of}
            for name, (hit, of) in sorted(tally.strata.items())
        },
        "per_code": {
            code: {"tp": tally.tp[code], "fp": tally.fp[code], "fn": tally.fn[code]}
            | _figures(tally.tp[code], tally.fp[code], tally.fn[code])
            for code in seen
        },
    }


def _count(tally: _Tally, case: Case, found: set[str], spans: Sequence[Mapping[str, Any]]) -> None:
    labels, also_ok = set(case["labels"]), set(case.get("also_ok", ()))
    tally.tp.update(found & labels)
    tally.fp.update(found - labels - also_ok)
    tally.fn.update(labels - found)
    if not labels:
        for counts, counted in ((tally.innocent, True), (tally.lookalikes, bool(case.get("lookalike_of")))):
            counts[0] += counted and bool(found)
            counts[1] += counted
        return
    kind = case.get("obfuscation", "none")
    for stratum in ("plain" if kind == "none" else "obfuscated", f"kind:{kind}"):
        tally.strata[stratum][0] += len(found & labels)
        tally.strata[stratum][1] += len(labels)
    for code in found & labels:
        tally.spans[0] += any(_proves(span, case, code) for span in spans if span["code"] == code)
        tally.spans[1] += 1


def _proves(span: Mapping[str, Any], case: Case, code: str) -> bool:
    return any(
        true["field"] == span["field"]
        and true["code"] == code
        and min(span["end"], true["end"]) > max(span["start"], true["start"])
        and span["end"] - span["start"] <= _MOST_LONGER * (true["end"] - true["start"]) + _SPARE
        for true in case.get("spans", ())
    )


def _figures(tp: int, fp: int, fn: int) -> dict[str, float]:
    return {
        "precision": tp / max(1, tp + fp),
        "recall": tp / max(1, tp + fn),
        "f1": 2 * tp / (2 * tp + fp + fn) if tp else 0.0,
    }


def _share(counts: Sequence[int]) -> float:
    return counts[0] / max(1, counts[1])


def _mean(values: Sequence[float]) -> float:
    return sum(values) / max(1, len(values))


def _show(figures: Mapping[str, Any]) -> None:
    shown = table("Listings 商品文本", "figure", "value", right=("value",))
    for name, value in figures["micro"].items():
        shown.add_row(f"micro {name}", f"{value:.3f}")
    for name in (
        "false_positive_rate_innocent",
        "false_positive_rate_lookalike",
        "span_hit_rate_on_true_positives",
    ):
        shown.add_row(name.replace("_", " "), percent(figures[name]))
    for name, counts in figures["recall"].items():
        shown.add_row(f"recall {name}", f"{counts['hit']} / {counts['of']}")
    out.print(shown)
    codes = table("Codes 规则", "rule", "tp", "fp", "fn", "f1", right=("tp", "fp", "fn", "f1"))
    for code, counts in figures["per_code"].items():
        codes.add_row(code, *(str(counts[name]) for name in ("tp", "fp", "fn")), f"{counts['f1']:.2f}")
    out.print(codes)
