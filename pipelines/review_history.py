"""The review history on disk 评价历史: kept beside the store, made anew from it whenever that is in doubt.

A directory holds the corpus as judged whole, a small part per night after it, and one manifest that names the
parts, the runs whose reviews are in them, and the engine that judged. Only replacing the manifest counts, and
that happens after what was found is in the store: a killed process leaves the history of the night before,
and the next one does that night's work again, to the same result. Nothing here is evidence or the only copy
of anything: removing the directory costs one whole judgement.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from loguru import logger

import detectors.campaigns
from detectors.campaigns.bursts import Bursts
from detectors.campaigns.columns import Reviews
from detectors.campaigns.companions import Companions
from detectors.campaigns.history import History, Night
from detectors.campaigns.memory import Memory
from detectors.campaigns.pieces import Pieces
from detectors.campaigns.praise import Fluency, Praise
from detectors.campaigns.segments import Segments
from detectors.campaigns.signals import Signals, Standards
from detectors.campaigns.texts import Shingles, Texts
from pipelines.columns_on_disk import read, write

_MANIFEST, _LOCK = "manifest.json", "lock"
_KNOWN = {
    kind.__name__: kind
    for kind in (
        Bursts, Companions, Fluency, History, Memory, Night, Pieces, Praise, Reviews, Segments, Shingles,
        Signals, Standards, Texts,
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a kept history consists of."""

    engine: str = ""
    corpus: str = ""
    """Which store it is of."""
    parts: tuple[str, ...] = ()
    """Directories: the whole judgement first, then one a night."""
    runs: tuple[str, ...] = ()
    """Runs whose reviews are in it."""
    whole: int = 0
    """Rows that were judged whole."""
    rows: int = 0
    outdated: tuple[str, ...] = ()
    """Reviews that changed since; they count as they were until the next whole judgement."""


@cache
def engine() -> str:
    """Names the code that judges: another engine's history is none."""
    rooms = Path(detectors.campaigns.__file__).parent
    digest = hashlib.sha256()
    for path in sorted([*rooms.glob("*.py"), rooms.parent / "folding.py"]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _manifest(kept: dict[str, Any]) -> Manifest:
    return Manifest(
        engine=kept["engine"],
        corpus=kept["corpus"],
        parts=tuple(kept["parts"]),
        runs=tuple(kept["runs"]),
        whole=int(kept["whole"]),
        rows=int(kept["rows"]),
        outdated=tuple(kept["outdated"]),
    )


class HistoryFiles:
    """One history under a directory, used by one process at a time."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Waits until no other process uses the directory; the kernel frees it with the process."""
        self._directory.mkdir(parents=True, exist_ok=True)
        with (self._directory / _LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def manifest(self) -> Manifest:
        """What is kept; an empty one where nothing is, or nothing that can be read."""
        try:
            kept = json.loads((self._directory / _MANIFEST).read_bytes())
            return _manifest(kept)
        except FileNotFoundError:
            return Manifest()
        except (OSError, ValueError, KeyError, TypeError) as error:
            logger.warning("review history: manifest unreadable, judging the whole corpus anew: {}", error)
            return Manifest()

    def load(self, manifest: Manifest) -> History | None:
        """The history that the manifest names; ``None`` if a part is missing or damaged."""
        try:
            base, *nights = (read(self._directory / part, _KNOWN) for part in manifest.parts)
            history: History = base.after(nights)
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            logger.warning("review history: unreadable, judging the whole corpus anew: {}", error)
            return None
        return history if len(history) == manifest.rows else None

    def keep_whole(self, history: History, manifest: Manifest) -> None:
        """A corpus judged whole takes the place of everything before."""
        rows = len(history)
        self._keep(history, replace(manifest, parts=(), whole=rows, rows=rows, outdated=()))

    def keep_night(self, night: Night, manifest: Manifest) -> None:
        """One more night after those in ``manifest``."""
        self._keep(night, replace(manifest, rows=manifest.rows + len(night.memory)))

    def keep_runs(self, manifest: Manifest) -> None:
        """Runs that brought nothing new, or changes only."""
        self._replace(manifest)

    def _keep(self, value: History | Night, manifest: Manifest) -> None:
        name = f"{len(manifest.parts):03}-{os.urandom(6).hex()}"
        write(self._directory / name, value)
        self._replace(replace(manifest, parts=(*manifest.parts, name)))

    def _replace(self, manifest: Manifest) -> None:
        fresh = self._directory / f"{_MANIFEST}.new"
        with fresh.open("w") as file:
            json.dump(asdict(manifest), file)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self._directory / _MANIFEST)
        self._sweep(manifest.parts)

    def _sweep(self, parts: Sequence[str]) -> None:
        # Left by a process that was killed, or no longer named. Mapped files stay readable until let go.
        for path in self._directory.iterdir():
            if path.is_dir() and path.name not in parts:
                shutil.rmtree(path, ignore_errors=True)
