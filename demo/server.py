"""Serves platforms of the sample world on loopback, each at a port of its own.

python -m demo.server --platform lingang yunfan guanshan --truth truth.jsonl --ready-file ready.txt
"""

import argparse
import asyncio
import signal
import socket
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware

from demo.faults import FaultPlan, Faults, plan_faults
from demo.history import history_rows, write_history
from demo.licences import write_register
from demo.market import PLATFORM, SEED, Market, build_market
from demo.platforms.base import load_platform
from demo.truth import truth_rows, write_truth

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Served:
    """One platform as it is served: its world, and what goes wrong there."""

    platform: str
    market: Market
    plan: FaultPlan


def create_app(served: Served, *, now: datetime) -> Starlette:
    """The platform's site at the pretended time ``now``, with the trouble that was planned."""
    site = load_platform(served.platform)(served.market, now, served.plan)
    faults = [Middleware(Faults, plan=served.plan, platform=site)] if served.plan.rates else []
    return Starlette(routes=site.routes(), middleware=faults)


def main(arguments: list[str] | None = None) -> None:
    """Builds the markets, writes the truth, says where it listens, serves until SIGTERM."""
    options = _options(arguments)
    served = [_served(name, options) for name in options.platform]
    world = served[0].market.vocabulary.world
    now = options.now or world.now
    if now.tzinfo is None:
        now = now.replace(tzinfo=world.now.tzinfo)
    if options.truth:
        write_truth(
            (row for each in served for row in truth_rows(each.market, each.platform, each.plan)),
            options.truth,
        )
    if options.history:
        clock = datetime.now(UTC)
        write_history(
            (
                row
                for each in served
                for row in history_rows(
                    each.market, each.platform, now=now, clock=clock, categories=options.history_of
                )
            ),
            options.history,
        )
    if options.register:
        write_register((shop for each in served for shop in each.market.shops.values()), options.register)
    apps = [create_app(each, now=now) for each in served]
    with ExitStack() as stack:
        ports = [options.port + place if options.port else 0 for place in range(len(apps))]
        listeners = [stack.enter_context(socket.create_server((HOST, port), backlog=512)) for port in ports]
        if options.ready_file:
            urls = [f"http://{HOST}:{listener.getsockname()[1]}\n" for listener in listeners]
            _write_whole(options.ready_file, "".join(urls))
        asyncio.run(_serve(apps, listeners))


def _served(platform: str, options: argparse.Namespace) -> Served:
    market = build_market(options.seed, platform=platform, shops=options.shops, listings=options.listings)
    rates = market.vocabulary.world.faults if options.faults else None
    return Served(platform, market, plan_faults(market, rates))


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m demo.server", description="sample marketplace on 127.0.0.1"
    )
    parser.add_argument("--port", type=int, default=8650, help="of the first platform; 0 takes free ones")
    parser.add_argument("--platform", nargs="+", default=[PLATFORM], help="one site each, at the next port")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--shops", type=int, help="shops of each platform")
    parser.add_argument("--listings", type=int, help="listings of each platform")
    parser.add_argument(
        "--now", type=datetime.fromisoformat, help="the pretended time, as 2026-11-11T10:00:00+08:00"
    )
    parser.add_argument("--register", type=Path, help="file for the operator register, JSON lines")
    parser.add_argument("--truth", type=Path, help="file for the planted truth, JSON lines")
    parser.add_argument("--history", type=Path, help="file for earlier prices, JSON lines")
    parser.add_argument("--history-of", nargs="+", default=[], help="categories in it; all if not given")
    parser.add_argument(
        "--ready-file",
        type=Path,
        help="file that gets the base URLs, a line each, once connections are taken",
    )
    parser.add_argument("--no-faults", dest="faults", action="store_false")
    return parser.parse_args(arguments)


def _write_whole(path: Path, text: str) -> None:
    """A reader sees all of the file or none of it."""
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


async def _serve(apps: Sequence[Starlette], listeners: Sequence[socket.socket]) -> None:
    # Uvicorn's own signal handling raises the signal again after shutdown; here SIGTERM is the normal end.
    servers = [_QuietServer(_config(app)) for app in apps]
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, _end, servers)
    await asyncio.gather(
        *(server.serve(sockets=[listener]) for server, listener in zip(servers, listeners, strict=True))
    )


def _config(app: Starlette) -> uvicorn.Config:
    return uvicorn.Config(
        app, log_level="critical", access_log=False, lifespan="off", timeout_graceful_shutdown=2
    )


def _end(servers: Sequence[uvicorn.Server]) -> None:
    for server in servers:
        server.should_exit = True


class _QuietServer(uvicorn.Server):
    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serves without touching the process's signals."""
        await self._serve(sockets)


if __name__ == "__main__":
    main()
