"""Which adapter reads a platform of a sweep: a module of this package, or a site profile."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import cast

import crawlers.platforms
from crawlers.platforms.base import Adapter
from crawlers.platforms.generic import GenericAdapter
from crawlers.platforms.profile import ProfileAdapter
from crawlers.platforms.site_profile import SiteProfile, load_profile
from domain.errors import SweepError
from domain.problems import Problem
from domain.sweep import PlatformScope, Sweep

BUNDLED_PROFILES = Path(__file__).parent / "profiles"
_PROFILE_ENDINGS = (".yaml", ".yml")
PROFILE = "profile"
"""The adapter name under which a sweep gives a site profile."""
GENERIC = "generic"
"""The adapter name for a shop that nobody described."""

_Maker = Callable[[str], Adapter]


def adapter_for(scope: PlatformScope) -> Adapter:
    """The adapter that reads the pages of ``scope``.

    A profile is named by a file path, or by the name of a bundled one.

    Raises:
        SweepError: no such adapter or profile; the text names the known ones.
        SiteProfileError: the profile does not parse.
    """
    base_url = str(scope.base_url)
    if scope.adapter == PROFILE:
        profile = load_profile(_profile_path(scope.profile))
        return ProfileAdapter(platform=scope.platform, base_url=base_url, profile=profile)
    if scope.adapter == GENERIC:
        return GenericAdapter(platform=scope.platform, base_url=base_url)
    makers = _makers()
    if scope.adapter not in makers:
        raise SweepError(
            Problem.ADAPTER_UNKNOWN,
            platform=scope.platform,
            adapter=scope.adapter,
            near=_near(scope.adapter, known_adapters()),
            known=", ".join(known_adapters()),
        )
    adapter = makers[scope.adapter](base_url)
    if adapter.platform != scope.platform:
        raise SweepError(
            Problem.ADAPTER_OTHER, platform=scope.platform, adapter=scope.adapter, reads=adapter.platform
        )
    return adapter


def known_adapters() -> tuple[str, ...]:
    """Names that a sweep may give as ``adapter``, in alphabetical order."""
    return tuple(sorted((*_makers(), PROFILE, GENERIC)))


def with_profiles_beside(sweep: Sweep, folder: Path) -> Sweep:
    """A sweep whose profiles are given by their whole paths where they are files below ``folder``, that of
    the sweep's own file: a crawl runs somewhere else.
    """
    scopes = tuple(
        scope.model_copy(update={"profile": str(beside.resolve())})
        if scope.profile.endswith(_PROFILE_ENDINGS) and (beside := folder / scope.profile).is_file()
        else scope
        for scope in sweep.platforms
    )
    return sweep.model_copy(update={"platforms": scopes})


def known_profiles() -> tuple[str, ...]:
    """Names of bundled site profiles, in alphabetical order."""
    return tuple(sorted({path.stem for path in BUNDLED_PROFILES.glob("*.y*ml")}))


def bundled_profiles() -> dict[str, SiteProfile]:
    """Bundled site profiles by name.

    Raises:
        SiteProfileError: one of them does not parse.
    """
    return {name: load_profile(_profile_path(name)) for name in known_profiles()}


@lru_cache(maxsize=1)
def adapter_modules() -> dict[str, ModuleType]:
    """The modules of this package that are adapters: those that give ``adapter(base_url)``; the others
    help.
    """
    names = (module.name for module in pkgutil.iter_modules(crawlers.platforms.__path__))
    modules = {name: import_module(f"{crawlers.platforms.__name__}.{name}") for name in names}
    return {name: module for name, module in modules.items() if callable(getattr(module, "adapter", None))}


def _makers() -> dict[str, _Maker]:
    return {name: cast("_Maker", module.adapter) for name, module in adapter_modules().items()}


def _profile_path(name: str) -> Path:
    bundled = (BUNDLED_PROFILES / f"{name}.yaml", BUNDLED_PROFILES / f"{name}.yml")
    for path in (Path(name), BUNDLED_PROFILES / name) if name.endswith(_PROFILE_ENDINGS) else bundled:
        if path.is_file():
            return path
    known = known_profiles()
    raise SweepError(
        Problem.PROFILE_UNKNOWN, profile=name, near=_near(name, known), known=", ".join(known) or "—"
    )


def _near(name: str, known: Sequence[str]) -> str:
    """What was meant, perhaps, as a mark and names, which every language reads."""
    near = get_close_matches(name, known, n=3)
    return f" (→ {', '.join(near)}?)" if near else ""
