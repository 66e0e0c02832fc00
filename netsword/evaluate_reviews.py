"""``netsword evaluate reviews``: scores of the review detectors on a labelled set, no label shown to them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import polars as pl
import typer
from numpy.typing import NDArray

from detectors.campaigns.blocks import Block, Graph, block_of_users, dense_blocks, plant
from detectors.campaigns.columns import Reviews
from detectors.campaigns.families import LINE, Family, overall, profile, totals
from detectors.campaigns.judge import Judgement, judge
from detectors.campaigns.learned import out_of_fold
from detectors.campaigns.memory import Memory
from domain.errors import UsageError
from netsword.output import emit, out, table
from netsword.review_files import columns_of, dropped_names, read_rows, review_lines, write_lines

_FOLDS = 5
Labels = NDArray[np.bool_]
Scores = NDArray[np.float64]


def reviews(
    gold: Annotated[
        Path, typer.Argument(help="A labelled set: planted campaigns, Dianping, or a rating graph.")
    ],
    predictions: Annotated[
        Path | None, typer.Option(help="One JSON line a review, or a user of a graph.")
    ] = None,
    listings: Annotated[Path | None, typer.Option(help="One JSON line a listing.")] = None,
    users: Annotated[Path | None, typer.Option(help="One JSON line a user.")] = None,
    drop: Annotated[
        list[str] | None, typer.Option(help="Column that the detectors do not get, such as ip.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the blocks planted into a graph.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Measures the review detectors. Example: netsword evaluate reviews dianping_icdm14.csv.gz --json."""
    rows = read_rows(gold)
    dropped = dropped_names(drop or ())
    if {"source", "target"} <= set(rows.columns):
        figures = _graph(rows, seed, predictions)
    elif {"is_fake", "campaign_type"} <= set(rows.columns):
        figures = _campaigns(rows, dropped, predictions, listings, users)
    elif {"review_id", "label", "ip"} <= set(rows.columns):
        figures = _filtered(rows, dropped, predictions, users)
    else:
        raise UsageError(f"{gold.name}: no known format; columns are {', '.join(rows.columns)}")
    if as_json:
        emit(figures)
        return
    shown = table(gold.name, "figure", "value", right=("value",))
    for name, value in _flat(figures):
        shown.add_row(name, f"{value:.4f}" if isinstance(value, float) else str(value))
    out.print(shown)


def average_precision(positive: Labels, scores: Scores) -> float:
    """Area under precision over recall, ties shared evenly: the mean precision over all orders of the tied.

    >>> average_precision(np.array([True, False, True]), np.array([0.9, 0.5, 0.4]))
    0.8333333333333333
    """
    values, number = np.unique(-scores, return_inverse=True)
    hits = np.bincount(number, weights=positive, minlength=len(values))
    size = np.bincount(number, minlength=len(values))
    seen, found = np.cumsum(size), np.cumsum(hits)
    if not found[-1]:
        return 0.0
    total = 0.0
    for before, known, many, right in zip(seen - size, found - hits, size, hits, strict=True):
        if right:
            places = np.arange(1, many + 1)
            # The expected number of hits among the first k of a tied run grows evenly.
            inside = 1 + (places - 1) * (right - 1) / max(many - 1, 1)
            total += right / many * float(np.sum((known + inside) / (before + places)))
    return float(total / found[-1])


def roc_area(positive: Labels, scores: Scores) -> float:
    """Probability that a positive outranks a negative; ties count half.

    >>> roc_area(np.array([True, False, True]), np.array([0.9, 0.5, 0.5]))
    0.75
    """
    values, number = np.unique(scores, return_inverse=True)
    good = np.bincount(number, weights=positive, minlength=len(values))
    bad = np.bincount(number, weights=~positive, minlength=len(values))
    below = np.cumsum(bad) - bad
    pairs = good.sum() * bad.sum()
    return float((good * (below + bad / 2)).sum() / pairs) if pairs else 0.0


def ranking(positive: Labels, scores: Scores, *, first: int = 500) -> dict[str, float]:
    """AUC, AP, recall at one percent false positives, precision among the first ones."""
    if not positive.any() or positive.all():
        return {}
    order = np.argsort(-scores, kind="stable")[:first]
    negative = np.sort(scores[~positive])[::-1]
    bound = negative[int(0.01 * len(negative))]
    return {
        "auc": roc_area(positive, scores),
        "ap": average_precision(positive, scores),
        "recall_at_1pct_fp": float((scores[positive] > bound).mean()),
        f"precision_at_{first}": float(positive[order].mean()),
    }


def _campaigns(
    rows: pl.DataFrame,
    dropped: list[str],
    predictions: Path | None,
    listings: Path | None,
    users: Path | None,
) -> dict[str, Any]:
    judged = judge(Memory.of(Reviews.of(columns_of(rows, dropped))))
    truth = judged.reviews.join(rows, on="review_id", how="left", maintain_order="left")
    fake = (truth["is_fake"] == "1").to_numpy()
    kind = truth["campaign_type"]
    scores = judged.reviews["points"].to_numpy()
    by_listing = truth.group_by("listing").agg((pl.col("is_fake") == "1").any().alias("fake"))
    level = judged.listings.join(by_listing, left_on="key", right_on="listing")
    # Folds by listing: a model must not have seen the campaign that it judges.
    fold = judged.memory.reviews.listing.astype(np.int64) % _FOLDS
    figures: dict[str, Any] = {
        "reviews": ranking(fake, scores),
        "trained_out_of_fold": ranking(fake, out_of_fold(judged, fake, fold)),
        "families": {},
        "signals": _ablation(judged, fake),
    }
    for family in Family:
        of_kind = (kind == family.value).to_numpy()
        if of_kind.any():
            against = of_kind | ~fake
            own = judged.reviews[f"family:{family}"].to_numpy()
            figures["families"][family.value] = {
                "ap_against_genuine": average_precision(of_kind[against], own[against]),
                "ap_against_all": average_precision(of_kind, own),
                "recall_over_line": float((scores[of_kind] >= LINE).mean()),
            }
    figures["listings"] = {"ap": average_precision(level["fake"].to_numpy(), level["score"].to_numpy())}
    figures["genuine_over_line"] = float((scores[~fake] >= LINE).mean())
    figures["defects"] = dict(judged.defects)
    write_lines(predictions, review_lines(judged))
    write_lines(
        listings,
        (
            {"listing_id": key, "score": score}
            for key, score in judged.listings.select("key", "score").iter_rows()
        ),
    )
    write_lines(
        users,
        ({"user_id": key, "score": score} for key, score in judged.users.select("key", "score").iter_rows()),
    )
    return figures


def _filtered(
    rows: pl.DataFrame, dropped: list[str], predictions: Path | None, users: Path | None
) -> dict[str, Any]:
    judged = judge(Memory.of(Reviews.of(columns_of(rows, dropped))))
    truth = judged.reviews.join(
        rows.select("review_id", "label"), on="review_id", how="left", maintain_order="left"
    )
    write_lines(predictions, review_lines(judged))
    write_lines(
        users,
        ({"user_id": key, "score": score} for key, score in judged.users.select("key", "score").iter_rows()),
    )
    return {
        "reviews": ranking((truth["label"] == "1").to_numpy(), judged.reviews["points"].to_numpy()),
        "dropped": dropped,
        "defects": dict(judged.defects),
    }


def _ablation(judged: Judgement, fake: Labels) -> dict[str, Any]:
    # What each signal finds alone, and what is lost without it.
    weak = profile(judged.signals)
    whole = average_precision(fake, overall(totals(judged.points), weak))
    found: dict[str, Any] = {}
    for family, parts in judged.points.items():
        for name, values in parts.items():
            rest = {other: dict(theirs) for other, theirs in judged.points.items()}
            rest[family][name] = np.zeros_like(values)
            without = average_precision(fake, overall(totals(rest), weak))
            found[f"{family}.{name}"] = {
                "ap_alone": average_precision(fake, values),
                "ap_lost_without": whole - without,
            }
    return found


def _graph(rows: pl.DataFrame, seed: int, predictions: Path | None) -> dict[str, Any]:
    # Predictions are about the graph as it was given; the figures about blocks planted into it.
    users, number = np.unique(rows["source"].to_numpy(), return_inverse=True)
    graph = Graph.of(number, np.unique(rows["target"].to_numpy(), return_inverse=True)[1])
    natural = dense_blocks(graph, seed=seed)
    score, block = block_of_users(graph, natural)
    write_lines(
        predictions,
        (
            {"user": user, "score": float(points), "block": int(where) if where >= 0 else None}
            for user, points, where in zip(users.tolist(), score, block, strict=True)
        ),
    )
    figures: dict[str, Any] = {"as_given": {"blocks": [_shape(found) for found in natural]}}
    for name, shapes in (
        ("one_200x200_at_0.2", ((200, 200, 0.2),)),
        ("four_50x50_at_0.4", ((50, 50, 0.4),) * 4),
    ):
        for hijacked in (False, True):
            planted = plant(graph, shapes=shapes, seed=seed, hijacked=hijacked)
            found = block_of_users(planted.graph, dense_blocks(planted.graph, seed=seed))[1]
            figures[f"{name}{'_hijacked' if hijacked else ''}"] = _f1(planted.block >= 0, found >= 0)
    return figures


def _shape(block: Block) -> dict[str, float]:
    return {
        "users": len(block.users),
        "targets": len(block.targets),
        "density": block.density,
        "lift": block.lift,
        "devotion": block.devotion,
    }


def _f1(truth: Labels, found: Labels) -> dict[str, float]:
    hits = float((truth & found).sum())
    precision, recall = hits / max(found.sum(), 1), hits / max(truth.sum(), 1)
    return {
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / max(precision + recall, 1e-12),
    }


def _flat(value: Any, prefix: str = "") -> Iterable[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(inner, f"{prefix}.{name}" if prefix else str(name))
    else:
        yield prefix, value
