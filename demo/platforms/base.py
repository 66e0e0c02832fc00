"""What every platform gives the server 平台接口, so that a new one is one module and its templates."""

from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Protocol

from starlette.responses import Response
from starlette.routing import Route

from demo.faults import FaultPlan
from demo.market import Market


@dataclass(frozen=True, slots=True)
class PageOf:
    """What a URL shows: a kind of page (item, reviews, shop, licence, search) and its subject's id."""

    kind: str
    subject: str = ""


class Platform(Protocol):
    """One market shown as one web site."""

    name: str

    def __init__(self, market: Market, now: datetime, plan: FaultPlan) -> None: ...

    def routes(self) -> list[Route]:
        """Every page of the site."""
        ...

    def page_of(self, path: str) -> PageOf | None:
        """What the path shows, or ``None`` for a path that faults leave alone."""
        ...

    def notice(self, kind: str) -> Response:
        """The site's own page for a fault: gone, delisted, captcha, login, throttled, error."""
        ...


def load_platform(name: str) -> type[Platform]:
    """The class of ``demo.platforms.NAME``.

    Raises:
        ModuleNotFoundError: there is no such platform.
    """
    loaded: type[Platform] = import_module(f"demo.platforms.{name}").Site
    return loaded
