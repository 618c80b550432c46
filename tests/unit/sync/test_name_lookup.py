"""Whether the platform's name can be resolved at all."""

import socket

import pytest

from desktop.composition.options import Options
from desktop.composition.platform_link import Way, way_to_platform
from desktop.sync.name_lookup import is_out_of_reach
from desktop.system.proxy import ProxyChoice, ProxySource


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """A resolver that knows one name."""
    asked: list[object] = []

    def resolve(host: str, port: object) -> list[object]:
        asked.append((host, port))
        if host != "known.example":
            raise socket.gaierror(socket.EAI_AGAIN, "no answer")
        return [host]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


def test_a_name_that_cannot_be_resolved_is_out_of_reach(asked: list[object]) -> None:
    assert is_out_of_reach("https://unknown.example:8443/fhir")
    assert not is_out_of_reach("https://known.example/fhir")
    assert asked == [("unknown.example", 8443), ("known.example", "https")]


def test_a_profile_without_a_platform_is_out_of_reach(asked: list[object]) -> None:
    assert is_out_of_reach("")
    assert asked == []


def test_nothing_is_said_of_a_name_that_a_proxy_resolves(asked: list[object]) -> None:
    way = way_to_platform(Options("esante"))
    behind = Way(way.profile, way.base_url, way.ca_file, ProxyChoice(ProxySource.SYSTEM, "http://proxy:3128"))
    assert not behind.is_closed()
    assert asked == []
    direct = Way(way.profile, way.base_url, way.ca_file, ProxyChoice(ProxySource.DIRECT))
    assert direct.is_closed()
