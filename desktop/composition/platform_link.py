"""The platform of one run and the way to it."""

from dataclasses import dataclass

from desktop import __version__
from desktop.common.resource_files import resource
from desktop.composition.options import Options
from desktop.ports.clock import ClockPort
from desktop.sync.platform import Platform
from desktop.sync.profile import load_profile
from desktop.system.proxy import ProxyMode, ProxySource, choose_proxy


@dataclass(frozen=True, slots=True)
class PlatformLink:
    """``proxy`` says why this way was taken, for the diagnostics."""

    platform: Platform
    clock: ClockPort
    proxy: ProxySource


def link_platform(options: Options, clock: ClockPort) -> PlatformLink:
    """Nothing is sent; the demo's platform is waited for. Call it in a worker. Raises TimeoutError."""
    profile = load_profile(resource("profiles", f"{options.profile}.toml"))
    base_url, ca_file = profile.base_url, profile.ca_file
    if options.demo is not None:
        from desktop.demo.platform import await_platform

        base_url, ca_file = await_platform(options.demo.ready)
    chosen = choose_proxy(base_url, ProxyMode.SYSTEM)
    proxy = chosen.url
    platform = Platform(
        profile,
        clock,
        software_version=__version__,
        base_url=base_url,
        ca_file=ca_file,
        proxies={"https": proxy, "http": proxy} if proxy else {},
    )
    return PlatformLink(platform, clock, chosen.source)
