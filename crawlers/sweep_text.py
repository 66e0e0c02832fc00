"""A sweep as text: the YAML that officers keep in files, and what one version changed of another."""

from __future__ import annotations

import difflib

import yaml
from pydantic import ValidationError

from domain.errors import SweepError
from domain.sweep import StoredSweep, Sweep

LONGEST = 200_000
"""Characters of a sweep's file; a schema's full use stays far below."""


def as_yaml(sweep: Sweep) -> str:
    """A sweep as its file would say it; what was left to the defaults is left out."""
    written = sweep.model_dump(mode="json", exclude_defaults=True)
    return yaml.safe_dump(written, allow_unicode=True, sort_keys=False)


def parse_sweep(text: str, *, called: str = "sweep") -> Sweep:
    """The sweep that a text says.

    Raises:
        SweepError: it is no YAML, or does not validate; every wrong key is named.
    """
    if len(text) > LONGEST:
        raise SweepError(f"{called}: longer than {LONGEST} characters")
    try:
        return Sweep.model_validate(yaml.safe_load(text))
    except (yaml.YAMLError, RecursionError) as error:
        raise SweepError(f"{called}: not YAML: {error}") from error
    except ValidationError as error:
        wrong = "\n".join(f"  {'.'.join(map(str, e['loc'])) or 'sweep'}: {e['msg']}" for e in error.errors())
        raise SweepError(f"{called}: {error.error_count()} thing(s) to mend:\n{wrong}") from error


def difference(before: StoredSweep, after: StoredSweep) -> str:
    """What one version changed of another, as a unified diff of their YAML."""
    lines = difflib.unified_diff(
        as_yaml(before.sweep).splitlines(),
        as_yaml(after.sweep).splitlines(),
        f"version {before.version}",
        f"version {after.version}",
        lineterm="",
        n=1,
    )
    return "\n".join(lines)
