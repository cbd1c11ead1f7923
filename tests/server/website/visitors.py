"""Visitors of the website with a real browser."""

from typing import Any

from playwright.async_api import Browser, BrowserContext, Page

from tests.server.running import Running

ONLINE = '[data-connection="online"]'


class Visitors:
    """Opens pages, each in a profile of its own; keeps what went wrong in them."""

    def __init__(self, browser: Browser, server: Running) -> None:
        self._browser = browser
        self._server = server
        self._contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    async def open(self, path: str = "/l/our-house", *, wide: bool = False, **options: Any) -> Page:
        size = {"width": 1440, "height": 900} if wide else {"width": 390, "height": 844}
        context = await self._browser.new_context(viewport=size, **{"locale": "en-GB", **options})  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        self._contexts.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: self._note(message.type, message.text))
        await page.goto(path if path.startswith("http") else self._server.url + path)
        return page

    async def join(self, **options: Any) -> Page:
        page = await self.open(**options)
        await page.wait_for_selector(ONLINE)
        return page

    async def leave(self) -> None:
        for context in self._contexts:
            await context.close()

    def _note(self, kind: str, text: str) -> None:
        if kind == "error" or "Content Security Policy" in text:
            self.complaints.append(text)
