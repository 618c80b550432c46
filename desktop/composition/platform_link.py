"""The platform of one run and the way to it."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop import __version__
from desktop.composition.options import Options
from desktop.composition.profiles import profile_file
from desktop.domain.network import TrustKind
from desktop.sync.name_lookup import is_out_of_reach
from desktop.sync.profile import PlatformProfile, load_profile
from desktop.system.policy import Policy, read_policy
from desktop.system.proxy import ProxyChoice, ProxyMode, ProxySource, choose_proxy

if TYPE_CHECKING:
    from desktop.ports.clock import ClockPort
    from desktop.sync.platform import Platform


@dataclass(frozen=True, slots=True)
class PlatformLink:
    """``proxy`` says why this way was taken, ``trust`` who vouches for the platform; for the diagnostics.

    ``card_authorities``: a file of those that issue professional cards, where the profile names them.
    """

    platform: "Platform"
    clock: "ClockPort"
    proxy: ProxySource
    trust: TrustKind
    card_authorities: Path | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """Where the platform is, through what, and whose certificates vouch for it."""

    profile: PlatformProfile
    base_url: str
    ca_file: str | None
    proxy: ProxyChoice
    trust: TrustKind = TrustKind.PINNED
    card_authorities: str | None = None

    def is_closed(self) -> bool:
        """True when nothing can be reached on it: known at once, by the platform's name. Call in a worker."""
        return not self.proxy.url and is_out_of_reach(self.base_url)


def way_to_platform(options: Options) -> Way:
    """Light; the demo's platform is waited for. Call it in a worker. Raises TimeoutError."""
    profile = load_profile(profile_file(options))
    base_url, ca_file = profile.base_url, profile.ca_file
    authorities = profile.card_authorities
    if options.demo is not None:
        demo = options.demo.stage.platform(options.demo)
        base_url, ca_file, authorities = demo.base_url, demo.ca_file, demo.card_authorities
    policy = read_policy()
    mode = ProxyMode.MANUAL if policy.proxy else ProxyMode.SYSTEM
    proxy = choose_proxy(base_url, mode, manual=policy.proxy)
    return Way(profile, base_url, ca_file, proxy, _trust(options, policy), authorities)


def _trust(options: Options, policy: Policy) -> TrustKind:
    """The demo's platform is this computer's own."""
    asked = policy.system_store and options.demo is None
    return TrustKind.SYSTEM_TOO if asked else TrustKind.PINNED


def link_platform(options: Options, clock: "ClockPort") -> PlatformLink:
    """Nothing is sent; the demo's platform is waited for. Call it in a worker. Raises TimeoutError."""
    from desktop.sync.platform import Platform

    way = way_to_platform(options)
    proxy = way.proxy.url
    platform = Platform(
        way.profile,
        clock,
        software_version=__version__,
        base_url=way.base_url,
        ca_file=way.ca_file,
        system_store=way.trust is TrustKind.SYSTEM_TOO,
        proxies={"https": proxy, "http": proxy} if proxy else {},
    )
    authorities = None if way.card_authorities is None else Path(way.card_authorities)
    return PlatformLink(platform, clock, way.proxy.source, way.trust, authorities)
