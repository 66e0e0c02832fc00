"""``netsword evaluate pages``: fields read from captured shop pages, compared with their truth.

Three outcomes a field, never two: right, wrong, undecided 未定. A wrong value misleads an officer, an
undecided one only costs a look, so both are counted apart.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from crawlers.platforms.recognise import reader_for
from domain.errors import UsageError
from netsword.extract import predict, read_captures
from netsword.leave_one_out import generic_reader, leave_one_site_out
from netsword.output import emit, out, percent, table

Capture = Mapping[str, Any]
Prediction = Mapping[str, Any]
FREQUENT = 50
"""Cases from which a field is judged alone; rarer fields are pooled."""
_RATING_TOLERANCE = Decimal("0.05")
_OUT_OF_STOCK = "OutOfStock"


class Verdict(StrEnum):
    """What a prediction of one field is worth."""

    RIGHT = "right"
    WRONG = "wrong"
    UNDECIDED = "undecided"


def pages(
    gold: Annotated[Path, typer.Argument(help="Folder with expected.jsonl and the captures it names.")],
    predictions: Annotated[
        Path | None, typer.Option(help="Scores this file, one JSON line a capture, in place of our own.")
    ] = None,
    generic_only: Annotated[
        bool, typer.Option("--generic-only", help="Reads every page with the generic adapter alone.")
    ] = False,
    leave_one_out: Annotated[
        bool,
        typer.Option(
            "--leave-one-site-out",
            help="Generic adapter on product pages, its thresholds chosen on the other sites; minutes.",
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Measures what is read from pages. Example: netsword evaluate pages ../shared/data/pages --json."""
    captures = read_captures(gold)
    if not captures or any("expected" not in capture for capture in captures):
        raise UsageError(f"{gold}: no expected.jsonl with the truth of each capture")
    if leave_one_out:
        figures = leave_one_site_out(gold, captures, score)
    else:
        reader = generic_reader if generic_only else reader_for
        read = (predict(gold, each, reader).prediction for each in captures)
        figures = score(captures, _read(predictions) if predictions else read)
    if as_json:
        emit(figures)
        return
    _show(figures)


def score(captures: Sequence[Capture], predicted: Iterable[Prediction]) -> dict[str, Any]:
    """Right, wrong and undecided: by field over product pages, by row over lists, once more where sold
    out.
    """
    by_id = {each["id"]: each for each in predicted}
    fields: dict[str, Counter[Verdict]] = defaultdict(Counter)
    sold_out: dict[str, Counter[Verdict]] = defaultdict(Counter)
    rows: Counter[Verdict] = Counter()
    faults = []
    for capture in captures:
        truth, found = capture["expected"], by_id.get(capture["id"], {})
        if "items" in truth:
            rows.update(verdicts := _rows(truth["items"], found.get("items") or []))
            faults += [
                [capture["id"], f"row {n}", v] for n, v in enumerate(verdicts) if v is not Verdict.RIGHT
            ]
            continue
        for field, verdict in _fields(truth, found):
            fields[field][verdict] += 1
            if truth.get("availability") == _OUT_OF_STOCK:
                sold_out[field][verdict] += 1
            if verdict is not Verdict.RIGHT:
                faults.append([capture["id"], field, verdict])
    rare = Counter[Verdict]()
    for counted in fields.values():
        if counted.total() < FREQUENT:
            rare.update(counted)
    return {
        "captures": len(captures),
        "fields": {
            field: _figures(fields[field]) for field in sorted(fields, key=lambda f: -fields[f].total())
        },
        "rare_fields_pooled": _figures(rare),
        "list_rows": _figures(rows),
        "out_of_stock": {field: _figures(counted) for field, counted in sorted(sold_out.items())},
        "not_right": faults,
    }


def _fields(truth: Mapping[str, Any], found: Prediction) -> Iterable[tuple[str, Verdict]]:
    for field, (keys, compare) in _COMPARED.items():
        known = {key: truth[key] for key in keys if key in truth}
        if known:
            yield field, _verdict(known, found.get(field), field in found, compare)


def _verdict(
    known: Mapping[str, Any], value: Any, is_given: bool, compare: Callable[[Any, Mapping[str, Any]], bool]
) -> Verdict:
    shows_none = all(each is None for each in known.values())
    if value is None:
        return Verdict.RIGHT if shows_none and is_given else Verdict.UNDECIDED
    if shows_none:
        return Verdict.WRONG
    return Verdict.RIGHT if compare(value, known) else Verdict.WRONG


def _rows(truth: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]]) -> list[Verdict]:
    """A row is right when its title and its price are; rows too many are wrong ones."""
    verdicts = []
    for place, row in enumerate(truth):
        if place >= len(found):
            verdicts.append(Verdict.UNDECIDED)
            continue
        known = {"title_contains": row["title"], "price_any_of": [row["price"]]}
        each = dict(_fields(known, found[place])).values()
        wrong = Verdict.WRONG if Verdict.WRONG in each else Verdict.UNDECIDED
        verdicts.append(Verdict.RIGHT if set(each) == {Verdict.RIGHT} else wrong)
    return verdicts + [Verdict.WRONG] * max(0, len(found) - len(truth))


def _title(value: Any, known: Mapping[str, Any]) -> bool:
    return _contained(value, known["title_contains"])


def _seller(value: Any, known: Mapping[str, Any]) -> bool:
    return _contained(str(value).casefold(), str(known["seller"]).casefold())


def _contained(value: Any, truth: Any) -> bool:
    one, other = " ".join(str(value).split()), " ".join(str(truth).split())
    return bool(one) and (one in other or other in one)


def _price(value: Any, known: Mapping[str, Any]) -> bool:
    amount = _number(value)
    if amount is None:
        return False
    low, high = (_number(each) for each in known.get("price_range") or (None, None))
    in_range = low is not None and high is not None and low <= amount <= high
    return in_range or amount in {_number(each) for each in known.get("price_any_of") or ()}


def _amount(key: str) -> Callable[[Any, Mapping[str, Any]], bool]:
    return lambda value, known: _number(value) is not None and _number(value) == _number(known[key])


def _rating(value: Any, known: Mapping[str, Any]) -> bool:
    one, other = _number(value), _number(known["rating"])
    return one is not None and other is not None and abs(one - other) <= _RATING_TOLERANCE


def _one_of(key: str) -> Callable[[Any, Mapping[str, Any]], bool]:
    return lambda value, known: _folded(value) in {_folded(each) for each in known[key]}


def _equal(key: str) -> Callable[[Any, Mapping[str, Any]], bool]:
    return lambda value, known: str(value) == str(known[key])


def _folded(value: Any) -> str:
    return " ".join(str(value).split()).casefold()


def _number(value: Any) -> Decimal | None:
    try:
        return None if value is None else Decimal(str(value))
    except InvalidOperation:
        return None


_COMPARED: Mapping[str, tuple[tuple[str, ...], Callable[[Any, Mapping[str, Any]], bool]]] = {
    "title": (("title_contains",), _title),
    "price": (("price_any_of", "price_range"), _price),
    "list_price": (("list_price",), _amount("list_price")),
    "currency": (("currency",), _equal("currency")),
    "availability": (("availability",), _equal("availability")),
    "seller": (("seller",), _seller),
    "rating": (("rating",), _rating),
    "review_count": (("review_count",), _equal("review_count")),
    "brand": (("brand_any_of",), _one_of("brand_any_of")),
    "sku": (("sku_any_of",), _one_of("sku_any_of")),
    "gtin": (("gtin_any_of",), _one_of("gtin_any_of")),
    "mpn": (("mpn_any_of",), _one_of("mpn_any_of")),
    "stock": (("stock",), _equal("stock")),
    "sales": (("sales",), _equal("sales")),
    "item_id": (("item_id",), _equal("item_id")),
}


def _figures(counted: Counter[Verdict]) -> dict[str, Any]:
    cases = counted.total()
    figures: dict[str, Any] = {"cases": cases, **{str(verdict): counted[verdict] for verdict in Verdict}}
    return figures | {
        "accuracy": counted[Verdict.RIGHT] / max(1, cases),
        "wrong_share": counted[Verdict.WRONG] / max(1, cases),
    }


def _read(path: Path) -> list[Prediction]:
    if not path.is_file():
        raise UsageError(f"no predictions at {path}")
    try:
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except json.JSONDecodeError as error:
        raise UsageError(f"{path}: not one JSON object a line: {error}") from error


def _show(figures: Mapping[str, Any]) -> None:
    numbers = ("cases", "right", "wrong", "undecided", "accuracy")
    for title, part in (
        (
            "Product pages 商品页",
            figures["fields"]
            | {"rarer fields, pooled": figures["rare_fields_pooled"], "list rows 列表": figures["list_rows"]},
        ),
        ("Of these, out of stock 缺货", figures["out_of_stock"]),
    ):
        shown = table(title, "field", *numbers, right=numbers)
        for field, counted in part.items():
            shown.add_row(field, *(str(counted[name]) for name in numbers[:-1]), percent(counted["accuracy"]))
        out.print(shown)
    faults = table("Not right 未读对", "capture", "field", "verdict")
    for fault in figures["not_right"]:
        faults.add_row(*map(str, fault))
    out.print(faults)
