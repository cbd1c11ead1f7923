"""Visitors of the website: plain ones, and ones with a real browser."""

import shutil
import subprocess
from collections.abc import AsyncGenerator, Generator

import aiohttp
import pytest
from playwright.async_api import async_playwright

from tests.server.running import Running
from tests.server.website.visitors import Visitors

_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture
async def http(server: Running) -> AsyncGenerator[aiohttp.ClientSession]:
    """Keeps cookies, although the server has no name."""
    async with aiohttp.ClientSession(server.url, cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield session


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """One browser process for all tests; gives the address by which it is driven."""
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert program, "Chromium is missing; scripts/setup --with chromium brings it"
    profile = f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"
    command = [program, "--headless=new", "--remote-debugging-port=0", profile, *_ARGUMENTS]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - a known program
        assert process.stderr
        yield next(line.split()[-1] for line in process.stderr if "DevTools listening on" in line)
        process.terminate()
        process.stderr.read()


@pytest.fixture
async def visitors(server: Running, chromium: str) -> AsyncGenerator[Visitors]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.connect_over_cdp(chromium)
        visitors = Visitors(browser, server)
        yield visitors
        await visitors.leave()
