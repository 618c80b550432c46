"""Everything of the adapter that needs requests, msgspec and cryptography, put together once."""

from dataclasses import dataclass

from desktop.ports.clock import ClockPort
from desktop.sync.caller import Caller
from desktop.sync.channel import Channel
from desktop.sync.discovery import Discovery
from desktop.sync.documents import Documents
from desktop.sync.login import Login
from desktop.sync.network import ServerClock
from desktop.sync.patients import Patients
from desktop.sync.profile import PlatformProfile
from desktop.sync.publishing import Publishing
from desktop.sync.record_access import RecordAccess
from desktop.sync.traces import Traces
from desktop.sync.transport import Transport
from desktop.sync.whose import KnownPatients


@dataclass(frozen=True, slots=True)
class Client:
    """The working parts of one platform connection."""

    profile: PlatformProfile
    transport: Transport
    caller: Caller
    discovery: Discovery
    login: Login
    access: RecordAccess
    patients: Patients
    documents: Documents
    publishing: Publishing
    traces: Traces
    known: KnownPatients


def build(
    channel: Channel,
    profile: PlatformProfile,
    clock: ClockPort,
    server_clock: ServerClock,
    *,
    software_version: str,
) -> Client:
    """Wire the parts; nothing is sent yet."""
    transport, caller, discovery = channel.transport, channel.caller, channel.discovery
    login = Login(transport, discovery, profile, clock, server_clock, software_version=software_version)
    known = KnownPatients(caller.addresses.base, profile.systems.matricule)
    access = RecordAccess(transport, discovery, login, profile, clock, known)
    documents = Documents(caller, login, access, profile, known)
    return Client(
        profile,
        transport,
        caller,
        discovery,
        login,
        access,
        Patients(caller, login, profile, known),
        documents,
        Publishing(caller, discovery, login, access, documents, profile, known),
        Traces(caller, login, profile, software_version),
        known,
    )
