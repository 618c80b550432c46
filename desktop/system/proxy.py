"""Which proxy goes to which host, and why; no traffic here. Automatic configuration scripts are not read.

Nor is the environment: whoever can set a variable must not choose what stands between.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit


class ProxyMode(StrEnum):
    """What the user or the administrator chose."""

    SYSTEM = "system"
    MANUAL = "manual"
    NONE = "none"


class ProxySource(StrEnum):
    """Where the choice came from, for the diagnosis page."""

    DIRECT = "direct"
    BYPASS = "bypass"
    SYSTEM = "system"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class ProxyChoice:
    """The proxy of one host; ``url`` is "" for a direct connection."""

    source: ProxySource
    url: str = ""

    @property
    def shown(self) -> str:
        """Host and port without the user's name and password."""
        parts = urlsplit(self.url)
        return f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname or ""


def _known() -> Mapping[str, str]:
    """What the system's settings say; elsewhere than on Windows and macOS, nothing can."""
    if sys.platform == "win32":
        from urllib.request import getproxies_registry

        return getproxies_registry()
    if sys.platform == "darwin":
        from urllib.request import getproxies_macosx_sysconf

        return getproxies_macosx_sysconf()
    return {}  # without loading an HTTP library for it: the first screen waits for the answer


def _bypassed(host: str) -> object:
    if sys.platform == "win32":
        from urllib.request import proxy_bypass_registry

        return proxy_bypass_registry(host)
    if sys.platform == "darwin":
        from urllib.request import proxy_bypass_macosx_sysconf

        return proxy_bypass_macosx_sysconf(host)
    return False


def choose_proxy(
    url: str,
    mode: ProxyMode,
    *,
    manual: str = "",
    known: Callable[[], Mapping[str, str]] = _known,
    bypassed: Callable[[str], object] = _bypassed,
) -> ProxyChoice:
    """The proxy for *url*; loopback is always direct. *known* and *bypassed* ask the system."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if mode is ProxyMode.NONE or host in ("localhost", "::1") or host.startswith("127."):
        return ProxyChoice(ProxySource.DIRECT)
    if mode is ProxyMode.MANUAL:
        return (
            ProxyChoice(ProxySource.MANUAL, _with_scheme(manual))
            if manual
            else ProxyChoice(ProxySource.DIRECT)
        )
    proxies = known()
    found = proxies.get(parts.scheme) or proxies.get("all", "")
    if not found:
        return ProxyChoice(ProxySource.DIRECT)
    if bypassed(f"{host}:{parts.port}" if parts.port else host):
        return ProxyChoice(ProxySource.BYPASS)
    return ProxyChoice(ProxySource.SYSTEM, _with_scheme(found))


def _with_scheme(proxy: str) -> str:
    return proxy if "://" in proxy else f"http://{proxy}"
