"""The working parts of one connection to the platform, each made when it is first needed, in a worker."""

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING

from desktop.ports.clock import ClockPort
from desktop.sync.cancel import Scopes
from desktop.sync.network import Network, ServerClock
from desktop.sync.profile import PlatformProfile

if TYPE_CHECKING:
    from desktop.sync.channel import Channel
    from desktop.sync.client import Client


class PlatformConnection:
    """Making it is light; :meth:`channel` and :meth:`client` load requests, msgspec and cryptography."""

    def __init__(
        self,
        profile: PlatformProfile,
        clock: ClockPort,
        *,
        software_version: str,
        base_url: str | None,
        ca_file: str | None,
        system_store: bool,
        proxies: Mapping[str, str] | None,
    ) -> None:
        """Nothing is loaded or sent yet. None = as the profile says."""
        self.profile = profile
        self.scopes = Scopes()
        self.network = Network()
        self.server_clock = ServerClock(clock)
        self._clock = clock
        self._version = software_version
        self._base_url = base_url or profile.base_url
        self._ca_file = ca_file or profile.ca_file
        self._system_store = system_store
        self._proxies = dict(proxies or {})
        self._building = threading.Lock()
        self._channel: Channel | None = None
        self._client: Client | None = None

    @property
    def made(self) -> "Client | None":
        """What :meth:`client` made, if anybody asked."""
        return self._client

    def channel(self) -> "Channel":
        """What it takes to ask whether the platform can be reached."""
        with self._building:
            if self._channel is None:
                from desktop.sync import channel

                self._channel = channel.build(
                    self.profile,
                    self._base_url,
                    self.scopes,
                    self.network,
                    self.server_clock,
                    ca_file=self._ca_file,
                    system_store=self._system_store,
                    proxies=self._proxies,
                    software_version=self._version,
                )
            return self._channel

    def client(self) -> "Client":
        """Everything."""
        channel = self.channel()
        with self._building:
            if self._client is None:
                from desktop.sync import client

                self._client = client.build(
                    channel, self.profile, self._clock, self.server_clock, software_version=self._version
                )
            return self._client

    def close(self) -> None:
        """Cut what runs and refuse new calls."""
        if self._client is not None:
            self._client.login.close()
        self.scopes.close()
        if self._channel is not None:
            self._channel.transport.close()
