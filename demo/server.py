"""Serves one platform of the sample world on loopback.

python -m demo.server --port 0 --truth truth.jsonl --ready-file ready.txt
"""

import argparse
import asyncio
import signal
import socket
from datetime import datetime
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware

from demo.faults import Faults, plan_faults
from demo.market import SEED, Market, build_market
from demo.platforms.base import load_platform
from demo.truth import write_truth

HOST, PLATFORM = "127.0.0.1", "lingang"


def create_app(market: Market, *, now: datetime, faults: bool = True, platform: str = PLATFORM) -> Starlette:
    """The platform's site at the pretended time ``now``, with or without trouble."""
    plan = plan_faults(market, market.vocabulary.world.faults if faults else None)
    site = load_platform(platform)(market, now, plan)
    return Starlette(
        routes=site.routes(), middleware=[Middleware(Faults, plan=plan, platform=site)] if faults else []
    )


def main(arguments: list[str] | None = None) -> None:
    """Builds the market, writes the truth, says where it listens, serves until SIGTERM."""
    options = _options(arguments)
    market = build_market(options.seed, shops=options.shops, listings=options.listings)
    now = options.now or market.vocabulary.world.now
    if now.tzinfo is None:
        now = now.replace(tzinfo=market.vocabulary.world.now.tzinfo)
    if options.truth:
        rates = market.vocabulary.world.faults if options.faults else None
        write_truth(market, options.platform, plan_faults(market, rates), options.truth)
    app = create_app(market, now=now, faults=options.faults, platform=options.platform)
    with socket.create_server((HOST, options.port), backlog=512) as listener:
        if options.ready_file:
            _write_whole(options.ready_file, f"http://{HOST}:{listener.getsockname()[1]}\n")
        asyncio.run(_serve(app, listener))


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m demo.server", description="sample marketplace on 127.0.0.1"
    )
    parser.add_argument("--port", type=int, default=8650, help="0 takes a free one")
    parser.add_argument("--platform", default=PLATFORM)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--shops", type=int)
    parser.add_argument("--listings", type=int)
    parser.add_argument(
        "--now", type=datetime.fromisoformat, help="the pretended time, as 2026-11-11T10:00:00+08:00"
    )
    parser.add_argument("--truth", type=Path, help="file for the planted truth, JSON lines")
    parser.add_argument(
        "--ready-file", type=Path, help="file that gets the base URL once connections are taken"
    )
    parser.add_argument("--no-faults", dest="faults", action="store_false")
    return parser.parse_args(arguments)


def _write_whole(path: Path, text: str) -> None:
    """A reader sees all of the file or none of it."""
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


async def _serve(app: Starlette, listener: socket.socket) -> None:
    # Uvicorn's own signal handling raises the signal again after shutdown; here SIGTERM is the normal end.
    config = uvicorn.Config(
        app, log_level="critical", access_log=False, lifespan="off", timeout_graceful_shutdown=2
    )
    server = _QuietServer(config)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, setattr, server, "should_exit", True)
    await server.serve(sockets=[listener])


class _QuietServer(uvicorn.Server):
    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serves without touching the process's signals."""
        await self._serve(sockets)


if __name__ == "__main__":
    main()
