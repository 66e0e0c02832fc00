"""Shops that are not ours, run beside the tests; ``oscar/`` belongs to another environment and is not
imported here."""

from __future__ import annotations

collect_ignore_glob = ["oscar/*.py"]
