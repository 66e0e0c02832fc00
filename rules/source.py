"""A rule file as text with its line numbers 规则文件: every message names the file and the line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from domain.errors import RulePackError
from rules.written import near

Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Source:
    """A parsed rule file: its values, and the nodes that know their lines."""

    file: str
    data: Mapping[str, Any]
    node: yaml.Node

    def line(self, *path: str | int) -> int:
        """Line of the value at ``path``, or of the last part of it that exists."""
        node = self.node
        line = node.start_mark.line
        for part in path:
            found = _child(node, part)
            if found is None:
                break
            line, node = found
        return int(line) + 1

    def fail(self, message: str, *path: str | int) -> RulePackError:
        """An error that points at ``path``."""
        return RulePackError(f"{self.file}:{self.line(*path)}: {message}")


def _child(node: yaml.Node, part: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(part):
                return key.start_mark.line, value
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part].start_mark.line, node.value[part]
    return None


def parse_source(text: str, file: str) -> Source:
    """YAML text with its line numbers.

    Raises:
        RulePackError: not YAML, a key given twice, or not a mapping.
    """
    try:
        loader = yaml.CSafeLoader(text)
        node = loader.get_single_node()
        if not isinstance(node, yaml.MappingNode):
            raise RulePackError(f"{file}:1: expected a mapping with named keys; found {type(node).__name__}")
        _refuse_double_keys(node, file)
        data = loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise RulePackError(f"{file}:{line}: not valid YAML: {error.problem}; correct the line") from error
    except yaml.YAMLError as error:
        raise RulePackError(f"{file}:1: not valid YAML: {error}") from error
    return Source(file=file, data=data, node=node)


def _refuse_double_keys(node: yaml.Node, file: str) -> None:
    # YAML readers keep the last of two equal keys, so a second "terms:" would silently drop the first.
    stack = [node]
    while stack:
        current = stack.pop()
        if isinstance(current, yaml.SequenceNode):
            stack.extend(current.value)
        elif isinstance(current, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in current.value:
                if key.value in seen:
                    where = f"{file}:{key.start_mark.line + 1}"
                    raise RulePackError(f"{where}: key {key.value!r} is given twice; merge the two")
                seen.add(str(key.value))
                stack.append(value)


def validate(
    source: Source,
    model: type[Model],
    value: object,
    *path: str | int,
    lists: Mapping[str, tuple[str, ...]] | None = None,
) -> Model:
    """The value at ``path`` as a model; ``lists`` are word lists that it may name.

    Raises:
        RulePackError: names file and line, and what is wrong there.
    """
    try:
        return model.model_validate(value, context=lists)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        message = f"{name_of(value)}{where + ': ' if where else ''}{first['msg']}"
        if first["type"] == "extra_forbidden":
            known = dict.fromkeys(model.model_fields)
            message += near(str(first["loc"][-1]).lower(), known) if len(first["loc"]) == 1 else "; a typo?"
        raise source.fail(message, *path, *first["loc"]) from None


def name_of(value: object) -> str:
    """``CODE: `` of an entry for a message; "" for one without a code."""
    if isinstance(value, Mapping) and "code" in value:
        return f"{value['code']}: "
    return ""


def read_text(path: Path, file: str) -> str:
    """Content of a rule file.

    Raises:
        RulePackError: it is missing or not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise RulePackError(f"{file}:1: missing; the installation is incomplete, install it again") from None
    except UnicodeDecodeError as error:
        raise RulePackError(f"{file}:1: not UTF-8 at byte {error.start}; save it as UTF-8") from None
