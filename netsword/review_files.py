"""Files of reviews: CSV, CSV.gz, JSON lines; columns told by their names, whatever set they come from."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl

from detectors.campaigns.families import Family
from detectors.campaigns.judge import Judgement
from domain.errors import UsageError

ALIASES: Mapping[str, tuple[str, ...]] = {
    "review_id": ("review_id", "comment_id", "id"),
    "text": ("text", "content", "reviewtext", "comment"),
    "listing": ("listing_id", "listing", "product_id", "product", "item_id", "asin", "hotel"),
    "shop": ("shop_id", "shop"),
    "user": ("user_id", "user", "reviewerid"),
    "address": ("ip", "address"),
    "stars": ("rating", "stars", "star", "score", "overall"),
    "posted_at": ("comment_time", "posted_at", "time", "unixreviewtime", "date"),
    "bought_at": ("purchase_time", "purchased_at", "bought_at"),
    "default_text": ("default_text",),
    "seller_reply": ("seller_reply", "reply"),
}
"""What the detectors know, and the names that sets give it, the likeliest first; case does not matter."""
GRAPH = (("source", "target"), ("user", "product"))
_FORMATS = ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M")
_ZONED = ("%Y-%m-%dT%H:%M:%S%.f%z", "%Y-%m-%d %H:%M:%S%.f%z")
_YES = ("1", "true", "yes", "True")


def read_rows(path: Path) -> pl.DataFrame:
    """All rows of a file as texts.

    Raises:
        UsageError: there is no such file, or it is neither CSV nor JSON lines.
    """
    if not path.is_file():
        raise UsageError(f"no reviews at {path}")
    names = path.name.removesuffix(".gz")
    try:
        if names.endswith((".jsonl", ".ndjson", ".json")):
            return _json_rows(path)
        content: Path | BytesIO = BytesIO(gzip.decompress(path.read_bytes())) if names != path.name else path
        return pl.read_csv(content, infer_schema_length=0, encoding="utf8-lossy", truncate_ragged_lines=True)
    except (pl.exceptions.PolarsError, OSError, EOFError, ValueError) as error:
        raise UsageError(f"{path.name}: neither CSV nor JSON lines: {str(error).splitlines()[0]}") from error


def _json_rows(path: Path) -> pl.DataFrame:
    content = path.read_bytes()
    if path.name.endswith(".gz"):
        content = gzip.decompress(content)
    rows = [json.loads(line) for line in content.splitlines() if line.strip()]
    if not all(isinstance(row, dict) for row in rows):
        raise UsageError(f"{path.name}: each line must be a JSON object")
    names = list(dict.fromkeys(name for row in rows for name in row))
    texts = ({name: _text(row.get(name)) for name in names} for row in rows)
    return pl.DataFrame(list(texts), schema=dict.fromkeys(names, pl.String))


def _text(value: Any) -> str | None:
    if value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    # A lone surrogate is no text, and nothing may be lost over it.
    return text.encode("utf-8", "replace").decode()


def columns_of(rows: pl.DataFrame, dropped: Sequence[str] = ()) -> pl.DataFrame:
    """The rows under the names that ``Reviews`` knows, without what is ``dropped``.

    A file without ids gets the number of the row as id; what else is missing switches signals off.

    Raises:
        UsageError: there are no texts.
    """
    found = {name: source for name, source in sources_of(rows).items() if name not in dropped}
    if "text" not in found:
        raise UsageError(f"no column of texts; columns are {', '.join(rows.columns)}")
    chosen = rows.select(pl.col(source).alias(name) for name, source in found.items())
    if "review_id" not in found:
        chosen = chosen.with_columns(
            pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(9).alias("review_id")
        )
    if "default_text" in found:
        chosen = chosen.with_columns(pl.col("default_text").is_in(_YES).fill_null(value=False))
    return chosen.with_columns(
        moments(chosen[name]).alias(name) for name in ("posted_at", "bought_at") if name in found
    )


def sources_of(rows: pl.DataFrame) -> dict[str, str]:
    """Which column of the file holds what."""
    by_name = {name.lower(): name for name in rows.columns}
    return {
        name: by_name[alias]
        for name, aliases in ALIASES.items()
        for alias in [next((alias for alias in aliases if alias in by_name), None)]
        if alias is not None
    }


def dropped_names(given: Iterable[str]) -> list[str]:
    """Columns that ``--drop`` names, by their own names or those of the sets.

    Raises:
        UsageError: no column that the detectors know is called so.
    """
    known = {alias: name for name, aliases in ALIASES.items() for alias in (name, *aliases)}
    for name in given:
        if known.get(name.lower()) in (None, "review_id", "text"):
            droppable = sorted({alias for alias in known if known[alias] not in ("review_id", "text")})
            raise UsageError(f"--drop {name}: droppable are {', '.join(droppable)}")
    return [known[name.lower()] for name in given]


def moments(column: pl.Series) -> pl.Series:
    """Times in any of the usual notations; without a zone they stay without one, unreadable ones are null."""
    seconds = column.str.contains(r"^\d{9,10}(\.0)?$")
    if len(column) and seconds.fill_null(value=False).any():
        unix = column.cast(pl.Float64, strict=False) * 1e6
        return unix.cast(pl.Int64, strict=False).cast(pl.Datetime("us", "UTC"))
    frame = column.alias("text").to_frame()
    if column.str.contains(r"(?:Z|[+-]\d\d:?\d\d)$").fill_null(value=False).any():
        text = pl.col("text").str.replace(r"Z$", "+00:00")
        tried = [text.str.to_datetime(form, strict=False, time_unit="us", time_zone="UTC") for form in _ZONED]
    else:
        text = pl.col("text").str.replace("T", " ", literal=True)
        tried = [text.str.to_datetime(form, strict=False, time_unit="us") for form in _FORMATS]
    return frame.select(pl.coalesce(tried).alias(column.name)).to_series()


def review_lines(judged: Judgement) -> Iterable[dict[str, Any]]:
    """One object a review: id, score, score of each family, and the points of its signals."""
    columns = ["review_id", "score", *(f"family:{family}" for family in Family)]
    for row, (review_id, score, *own) in enumerate(judged.reviews.select(columns).iter_rows()):
        yield {
            "review_id": review_id,
            "score": score,
            "families": dict(zip((family.value for family in Family), own, strict=True)),
            "signals": judged.signals_of(row),
        }


def write_lines(path: Path | None, lines: Iterable[Mapping[str, Any]]) -> None:
    """JSON lines; nothing is written where no file is asked for."""
    if path is None:
        return
    with path.open("w", encoding="utf-8") as file:
        for line in lines:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
