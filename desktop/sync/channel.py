"""One connection to the platform, nobody logged in: light, for the first screen waits for it."""

from collections.abc import Mapping
from dataclasses import dataclass

from desktop.sync.caller import Caller
from desktop.sync.cancel import Scopes
from desktop.sync.discovery import Discovery
from desktop.sync.network import Network, ServerClock
from desktop.sync.profile import PlatformProfile
from desktop.sync.transport import Transport
from desktop.sync.wire import Addresses


@dataclass(frozen=True, slots=True)
class Channel:
    """One connection to the platform, nobody logged in."""

    transport: Transport
    caller: Caller
    discovery: Discovery


def build(
    profile: PlatformProfile,
    base_url: str,
    scopes: Scopes,
    network: Network,
    server_clock: ServerClock,
    *,
    ca_file: str | None,
    system_store: bool,
    proxies: Mapping[str, str],
    software_version: str,
) -> Channel:
    """Nothing is sent yet. OSError when the trust anchors cannot be read."""
    addresses = Addresses.of(base_url, profile.origins)
    transport = Transport(
        addresses,
        scopes,
        network,
        server_clock,
        ca_file=ca_file,
        system_store=system_store,
        proxies=proxies,
        user_agent=f"DSP-Desktop/{software_version}",
    )
    caller = Caller(transport, addresses)
    return Channel(transport, caller, Discovery(caller, profile))
