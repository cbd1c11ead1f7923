"""What an operator does on the server's command line, for the demo."""

import json
from collections.abc import Mapping
from typing import Any, Final

from .programs import output_of

OPERATOR: Final = "demo"
PASSWORD: Final = "demo-demo-demo"  # noqa: S105 - printed on purpose; the server wants twelve characters


class ServerCommands:
    """Runs `python -m smartpixels_server …` with the settings of the running server; raises ProgramFailed."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    async def pairing_code(self, *, slug: str, name: str) -> str:
        """Return a new pairing code of a location, which is made when it does not exist."""
        known = await self._names("location", "slug")
        arguments = ["pair", slug] if slug in known else ["add", name, "--slug", slug]
        answer = await self._run("location", *arguments, "--json")
        return str(json.loads(answer)["code"])

    async def ensure_operator(self) -> None:
        """Make the demo's operator unless there is one."""
        if OPERATOR not in await self._names("operator", "name"):
            await self._run("operator", "add", OPERATOR, "--password-stdin", typed=PASSWORD)

    async def _names(self, what: str, key: str) -> set[str]:
        listed: list[dict[str, Any]] = json.loads(await self._run(what, "list", "--json"))
        return {str(one[key]) for one in listed}

    async def _run(self, *arguments: str, typed: str = "") -> str:
        return await output_of(["smartpixels_server", *arguments], environment=self._environment, typed=typed)
