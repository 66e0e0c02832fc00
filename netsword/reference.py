"""Writes the command reference: ``python -m netsword.reference > docs/cli.md``; a test compares the two."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import typer
from typer.main import get_command

from netsword.cli import build

HEAD = """# Command reference 命令参考

Written by `python -m netsword.reference > docs/cli.md`. Data goes to stdout, progress and messages to stderr.
"""
WIDTH = 100


def reference() -> str:
    """Every command's own help, in Markdown."""
    return HEAD + "".join(_sections(get_command(build()), "netsword"))


def _sections(command: Any, words: str) -> Iterator[str]:
    below = getattr(command, "commands", {})
    if not below:
        context = typer.Context(command, info_name=words, terminal_width=WIDTH, max_content_width=WIDTH)
        yield f"\n## {words}\n\n```\n{command.get_help(context).rstrip()}\n```\n"
    for name in sorted(below):
        yield from _sections(below[name], f"{words} {name}")


if __name__ == "__main__":
    sys.stdout.write(reference())
