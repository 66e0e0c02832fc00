"""``netsword serve``: the store, the scheduler and the console, started and ended together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Annotated

import typer
import uvicorn

from console.app import create_app
from console.desk import Desk
from console.launcher import Launcher, environment
from console.signing_in import ADMIN, Passwords, first_admin, new_password
from crawlers.runner import ROOT
from domain.errors import UsageError
from netsword.output import say
from netsword.session import log_to, open_store
from settings import Settings
from storage.store import Store

LOOPBACK = ("127.0.0.1", "localhost", "::1")
DRAIN_S = 10
END_S = 30


def serve(
    host: Annotated[str, typer.Option(help="address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="port; 0 takes a free one", min=0, max=65535)] = 8080,
    name: Annotated[
        list[str] | None, typer.Option(help="further host name under which it is asked for")
    ] = None,
    scheduler: Annotated[bool, typer.Option(help="also run what is due")] = True,
    reset_admin: Annotated[bool, typer.Option("--reset-admin", help="new password for 'admin'")] = False,
) -> None:
    """Run the console 监测台 with its store and its scheduler; Ctrl+C ends all three in order.

    The first start makes an administrator and prints the password once. On an address that other machines
    reach, put a proxy with TLS in front.

    Example: netsword serve --port 8080
    """
    with _listening(host, port) as listener, open_store() as (store, settings):
        log_to("serve", settings)
        password = _reset(store) if reset_admin else first_admin(store, Passwords(), datetime.now(UTC))
        launcher = Launcher(settings)
        desk = Desk(store=store, settings=settings, launcher=launcher, secret=store.accounts.secret())
        names = [*LOOPBACK, host, *(name or [])]
        config = uvicorn.Config(
            create_app(desk, names), log_level="warning", access_log=False, server_header=False
        )
        _greet(host, listener.getsockname()[1], password)
        try:
            # The server hands its signal on when it has stopped; the rest is ended in order below.
            with _scheduler(settings, wanted=scheduler), suppress(KeyboardInterrupt):
                uvicorn.Server(config).run(sockets=[listener])
        finally:
            launcher.end()
    say("console ended. Runs that had not finished go on with the next 'netsword serve' or 'nightly'.")


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.create_server((host, port), family=family)
    except OSError as error:
        raise UsageError(f"cannot listen on {host}:{port} ({error}); choose another with --port") from error
    with listener:
        yield listener


@contextmanager
def _scheduler(settings: Settings, *, wanted: bool) -> Iterator[None]:
    if not wanted:
        yield
        return
    settings.log_dir.mkdir(parents=True, exist_ok=True)
    with (settings.log_dir / "scheduler.out").open("ab") as sink:
        child = subprocess.Popen(  # noqa: S603 - our own command line
            [sys.executable, str(ROOT / "scheduler.py")],
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            env=environment(settings),
            cwd=ROOT,
            # A group of its own, so that the round it runs can be ended with it.
            start_new_session=True,
        )
    try:
        yield
    finally:
        _end(child)


def _end(child: subprocess.Popen[bytes]) -> None:
    """Asks the scheduler to drain, then interrupts its round as Ctrl+C would, then insists."""
    child.terminate()
    for wait_s, then in ((DRAIN_S, signal.SIGINT), (END_S, signal.SIGKILL)):
        try:
            child.wait(timeout=wait_s)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, then)
    child.wait()


def _reset(store: Store) -> str:
    passwords = Passwords()
    fresh = first_admin(store, passwords, datetime.now(UTC))
    if fresh:
        return fresh
    password = new_password()
    if store.accounts.change(ADMIN, password_hash=passwords.hash(password), is_open=True) is None:
        raise UsageError(f"there is no account {ADMIN!r} to reset")
    store.sessions.end_all(ADMIN)
    store.sign_ins.succeeded(ADMIN)
    return password


def _greet(host: str, port: int, password: str) -> None:
    shown = f"[{host}]" if ":" in host else host
    say(f"console 监测台: http://{shown}:{port}")
    if password:
        say(f"sign in as {ADMIN} with password {password}  (shown this once; change it in the console)")
    if host not in LOOPBACK:
        say("other machines can reach this address: put a proxy with TLS in front of it.")
