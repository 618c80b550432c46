"""Everything of the adapter that needs requests, msgspec and cryptography, put together once."""

from collections.abc import Mapping
from dataclasses import dataclass

from desktop.ports.clock import ClockPort
from desktop.sync.caller import Caller
from desktop.sync.cancel import Scopes
from desktop.sync.discovery import Discovery
from desktop.sync.documents import Documents
from desktop.sync.login import Login
from desktop.sync.network import Network, ServerClock
from desktop.sync.patients import Patients
from desktop.sync.profile import Profile
from desktop.sync.publishing import Publishing
from desktop.sync.record_access import RecordAccess
from desktop.sync.traces import Traces
from desktop.sync.transport import Transport
from desktop.sync.wire import Addresses


@dataclass(frozen=True, slots=True)
class Client:
    """The working parts of one platform connection."""

    transport: Transport
    caller: Caller
    discovery: Discovery
    login: Login
    access: RecordAccess
    patients: Patients
    documents: Documents
    publishing: Publishing
    traces: Traces


def build(
    profile: Profile,
    base_url: str,
    scopes: Scopes,
    network: Network,
    clock: ClockPort,
    server_clock: ServerClock,
    *,
    ca_file: str | None,
    proxies: Mapping[str, str],
    software_version: str,
) -> Client:
    """Wire the parts; nothing is sent yet. OSError when the trust anchors cannot be read."""
    addresses = Addresses.of(base_url, profile.origins)
    transport = Transport(
        addresses,
        scopes,
        network,
        server_clock,
        ca_file=ca_file,
        proxies=proxies,
        user_agent=f"DSP-Desktop/{software_version}",
    )
    caller = Caller(transport, addresses)
    discovery = Discovery(caller, profile)
    login = Login(transport, discovery, profile, clock, server_clock, software_version=software_version)
    access = RecordAccess(transport, discovery, login, profile, clock)
    documents = Documents(caller, login, access, profile)
    return Client(
        transport,
        caller,
        discovery,
        login,
        access,
        Patients(caller, login, profile),
        documents,
        Publishing(caller, discovery, login, access, documents, profile),
        Traces(caller, login, profile, software_version),
    )
