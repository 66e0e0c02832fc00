"""A real browser for the console's tests: whatever it reports is a failure."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from console.app import create_app
from console.desk import Desk
from domain.account import Role
from settings import Settings
from tests.console.people import PASSWORD, an_account
from tests.patience import PATIENCE_S

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking")
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = Settings().find_chromium()
    expect.set_options(timeout=PATIENCE_S * 1000)
    assert path, "Chromium is needed here: 'netsword doctor' says how to get it"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    """The console on a free loopback port, served as ``netsword serve`` does."""
    server = uvicorn.Server(uvicorn.Config(create_app(desk), port=0, log_level="warning", access_log=False))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join(timeout=PATIENCE_S)
    desk.launcher.end()


@pytest.fixture
def opened(browser: Browser, address: str, desk: Desk) -> Iterator[Open]:
    """Opens a browser of its own for somebody and signs in by keys; whatever it reports is a failure."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def enter(role: Role, name: str = "", path: str = "/", **options: Any) -> Page:
        name = name or role.value
        desk.store.accounts.add(an_account(name, role))
        context = browser.new_context(base_url=address, **{"locale": "zh-CN", **options})
        contexts.append(context)
        context.set_default_timeout(PATIENCE_S * 1000)
        page = context.new_page()
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("dialog", lambda dialog: faults.append(f"dialog {dialog.message}"))
        page.on("request", lambda sent: faults.append(sent.url) if not sent.url.startswith(address) else None)
        page.goto(path)
        page.wait_for_selector("[name=name]:focus")
        page.keyboard.type(name)
        page.keyboard.press("Tab")
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator("header nav")).to_be_visible()
        return page

    enter.faults = faults  # type: ignore[attr-defined]
    yield enter
    for context in contexts:
        context.close()
    assert faults == []


def violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html']} {node['failureSummary']}" for one in found for node in one["nodes"]]
