"""The simulated printer on its wire: status at once, all else on paper."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from smartpixels_simulator.printer import Printer

READY, OFFLINE, NO_PAPER = 0x12, 0x1A, 0x72


@pytest.fixture
async def printer() -> AsyncIterator[Printer]:
    printer = Printer("Receipts")
    await printer.start()
    yield printer
    await printer.stop()


@asynccontextmanager
async def line_to(printer: Printer) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection(printer.host, printer.port)
    try:
        yield reader, writer
    finally:
        writer.close()
        await writer.wait_closed()


async def ask(printer: Printer, *pieces: bytes) -> int:
    async with line_to(printer) as (reader, writer):
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.01)
        async with asyncio.timeout(2):
            return (await reader.readexactly(1))[0]


async def test_status_is_answered_and_never_printed(printer: Printer) -> None:
    assert await ask(printer, b"before\x10\x04\x01after\n\x1dVB\x00") == READY
    assert printer.slips == [b"beforeafter\n"]
    assert printer.summary() == {"on": True, "paper": True, "slips": 1}


async def test_a_command_in_pieces_is_understood(printer: Printer) -> None:
    assert await ask(printer, b"\x10", b"\x04", b"\x04") == READY
    assert await ask(printer, b"\x10\x14\x01\x10\x04", b"\x01") == READY
    assert bytes(printer.received) == b"\x10\x14\x01"


async def test_a_printer_without_paper_says_so(printer: Printer) -> None:
    printer.has_paper = False
    assert [await ask(printer, bytes((0x10, 4, number))) for number in (1, 2, 4)] == [OFFLINE, READY, NO_PAPER]


async def test_a_mute_printer_prints_and_keeps_silent(printer: Printer) -> None:
    printer.set_faults({"fail": "hang"})
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.2):
            await ask(printer, b"text\x10\x04\x01")
    assert bytes(printer.received) == b"text"


async def test_a_printer_that_is_off_is_dark(printer: Printer) -> None:
    assert printer.picture()["on"] is True
    printer.set_faults({"power": "off"})
    assert printer.picture()["on"] is False
    async with line_to(printer) as (reader, _):
        assert await asyncio.wait_for(reader.read(1), 2) == b""
