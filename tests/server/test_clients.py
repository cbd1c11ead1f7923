"""The real client's address, through proxies and past forgers."""

from ipaddress import ip_address, ip_network

import pytest
from aiohttp.test_utils import make_mocked_request
from multidict import CIMultiDict

from smartpixels_server.web.clients import SALT_SECONDS, Clients
from tests.fakes.clock import FakeClock

KEYS = (b"a key for tests only",)
PROXIES = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))
CLOUDFLARE = (ip_network("173.245.48.0/20"),)


class _Transport:
    def __init__(self, peer: str) -> None:
        self._peer = peer

    def get_extra_info(self, name: str, default: object = None) -> object:
        return (self._peer, 4711) if name == "peername" else default


def _address(peer: str, *headers: tuple[str, str]) -> str:
    clients = Clients(FakeClock(), KEYS, proxies=PROXIES, cloudflare=CLOUDFLARE)
    request = make_mocked_request("GET", "/", headers=CIMultiDict(headers), transport=_Transport(peer))
    return str(clients.address(request))


FORGED = ("X-Forwarded-For", "1.1.1.1")


@pytest.mark.parametrize(
    ("peer", "headers", "address"),
    [
        ("8.8.8.8", [], "8.8.8.8"),
        ("8.8.8.8", [FORGED, ("CF-Connecting-IP", "1.1.1.1"), ("X-Real-IP", "1.1.1.1")], "8.8.8.8"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", [FORGED], "1.1.1.1"),
        ("10.0.0.1", [("X-Forwarded-For", "1.1.1.1, 9.9.9.9")], "9.9.9.9"),
        ("10.0.0.1", [FORGED, ("X-Forwarded-For", "9.9.9.9")], "9.9.9.9"),
        ("10.0.0.1", [("X-Forwarded-For", "1.1.1.1, 9.9.9.9, 10.0.0.2")], "9.9.9.9"),
        ("10.0.0.1", [("X-Forwarded-For", "9.9.9.9, nonsense, 10.0.0.2")], "10.0.0.2"),
        ("10.0.0.1", [("X-Forwarded-For", "nonsense")], "10.0.0.1"),
        ("10.0.0.1", [("X-Forwarded-For", "9.9.9.9:1234")], "9.9.9.9"),
        ("10.0.0.1", [("X-Forwarded-For", "[2a00::1]:1234")], "2a00::1"),
        ("10.0.0.1", [("X-Forwarded-For", "::ffff:9.9.9.9")], "9.9.9.9"),
        ("::ffff:10.0.0.1", [FORGED], "1.1.1.1"),
        ("10.0.0.1", [("CF-Connecting-IP", "1.1.1.1")], "10.0.0.1"),
        ("173.245.48.1", [("CF-Connecting-IP", "1.1.1.1")], "1.1.1.1"),
        ("173.245.48.1", [("CF-Connecting-IP", "1.1.1.1"), ("CF-Connecting-IP", "2.2.2.2")], "173.245.48.1"),
        ("10.0.0.1", [("X-Forwarded-For", "9.9.9.9, 173.245.48.1"), ("CF-Connecting-IP", "1.1.1.1")], "9.9.9.9"),
        ("", [], "None"),
    ],
)
def test_only_configured_proxies_are_believed(peer: str, headers: list[tuple[str, str]], address: str) -> None:
    assert _address(peer, *headers) == address


def _key(clients: Clients, peer: str) -> str | None:
    return clients.network(make_mocked_request("GET", "/", transport=_Transport(peer)))


def test_a_network_is_a_24_or_a_64() -> None:
    clients = Clients(FakeClock(), KEYS)
    assert _key(clients, "8.8.8.1") == _key(clients, "8.8.8.254") != _key(clients, "8.8.9.1")
    assert _key(clients, "2a00:1:2:3::1") == _key(clients, "2a00:1:2:3:ffff::1") != _key(clients, "2a00:1:2:4::1")


def test_a_network_cannot_be_read_and_is_forgotten() -> None:
    clock = FakeClock()
    clients = Clients(clock, KEYS)
    first = _key(clients, "8.8.8.8")
    assert first is not None
    assert str(ip_address("8.8.8.8")) not in first
    clock._passed += SALT_SECONDS
    assert _key(clients, "8.8.8.8") != first


@pytest.mark.parametrize("peer", ["127.0.0.1", "10.1.2.3", "192.168.1.1", "::1", "fd00::1", ""])
def test_private_addresses_are_no_network(peer: str) -> None:
    assert _key(Clients(FakeClock(), KEYS), peer) is None
