"""Column objects on disk 列数据落盘: arrays and texts as files that are mapped, not read; never pickles."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

_TREE = "tree.json"


def write(directory: Path, value: Any) -> None:
    """Writes ``value`` into a new directory and makes it durable.

    Args:
        directory: must not be there yet.
        value: dataclasses, tuples, arrays, string series, counters and plain JSON values, one in the other.
    """
    directory.mkdir(parents=True)
    tree = _written(directory, value)
    _durable(directory / _TREE, json.dumps(tree).encode())


def read(directory: Path, known: Mapping[str, type]) -> Any:
    """What was written into ``directory``; arrays are read-only and stay on disk until they are looked at.

    Args:
        directory: as written.
        known: the dataclasses that may occur, by name.

    Raises:
        OSError, ValueError, KeyError, TypeError: it is damaged, or of another version of these classes.
    """
    return _read(directory, json.loads((directory / _TREE).read_bytes()), known)


def _written(directory: Path, value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return {"array": _file(directory, "npy", lambda path: np.save(path, value, allow_pickle=False))}
    if isinstance(value, pl.Series):
        frame = value.rename("").to_frame()
        return {
            "series": _file(
                directory, "arrow", lambda path: frame.write_ipc(path, compression="uncompressed")
            )
        }
    if isinstance(value, Counter):
        return {"counter": dict(value)}
    if is_dataclass(value):
        kept = {one.name: _written(directory, getattr(value, one.name)) for one in fields(value)}
        return {"object": type(value).__name__, "fields": kept}
    if isinstance(value, tuple):
        return {"tuple": [_written(directory, one) for one in value]}
    return {"value": value}


def _read(directory: Path, tree: Mapping[str, Any], known: Mapping[str, type]) -> Any:
    if "array" in tree:
        return np.load(directory / tree["array"], mmap_mode="r", allow_pickle=False)
    if "series" in tree:
        return pl.read_ipc(directory / tree["series"]).to_series()
    if "counter" in tree:
        return Counter(tree["counter"])
    if "object" in tree:
        kept = {name: _read(directory, one, known) for name, one in tree["fields"].items()}
        return known[tree["object"]](**kept)
    if "tuple" in tree:
        return tuple(_read(directory, one, known) for one in tree["tuple"])
    return tree["value"]


def _file(directory: Path, ending: str, save: Any) -> str:
    name = f"{len(list(directory.iterdir()))}.{ending}"
    save(directory / name)
    _synced(directory / name)
    return name


def _durable(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    _synced(path)


def _synced(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
