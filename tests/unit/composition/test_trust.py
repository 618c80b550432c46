"""Who vouches for the platform, and through what it is reached: the policy's word, and nobody else's."""

import json
from pathlib import Path

import pytest

from desktop.composition import platform_link
from desktop.composition.options import DemoOptions, Options
from desktop.demo.stage import SimulatedStage
from desktop.domain.network import TrustKind
from desktop.system.policy import Policy
from desktop.system.proxy import ProxySource


def decide(monkeypatch: pytest.MonkeyPatch, policy: Policy) -> None:
    monkeypatch.setattr(platform_link, "read_policy", lambda: policy)


def test_the_policy_adds_the_system_and_names_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    decide(monkeypatch, Policy())
    assert platform_link.way_to_platform(Options("esante")).trust is TrustKind.PINNED
    decide(monkeypatch, Policy(system_store=True, proxy="proxy:3128"))
    way = platform_link.way_to_platform(Options("esante"))
    assert way.trust is TrustKind.SYSTEM_TOO
    assert (way.proxy.source, way.proxy.url) == (ProxySource.MANUAL, "http://proxy:3128")


def test_the_demo_s_platform_is_this_computer_s_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ready = tmp_path / "ready.json"
    told = {"base_url": "https://127.0.0.1:1/fhir", "ca_file": "ca.pem", "card_authorities": "cards.pem"}
    ready.write_text(json.dumps(told))
    decide(monkeypatch, Policy(system_store=True))
    demo = DemoOptions(tmp_path, ready, "software", None, SimulatedStage())
    way = platform_link.way_to_platform(Options("demo", demo=demo))
    assert (way.trust, way.ca_file, way.card_authorities) == (TrustKind.PINNED, "ca.pem", "cards.pem")


@pytest.mark.parametrize("name", ["demo", "../profiles/esante", "fhir", ""])
def test_a_profile_is_a_shipped_name(name: str) -> None:
    """The demo's takes any version and any anchors, so it is the demo's alone."""
    with pytest.raises(ValueError, match="profile"):
        platform_link.way_to_platform(Options(name))
