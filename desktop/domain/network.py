"""What the way to the platform can be, and who vouches for its end. Light: the first screen asks for it."""

from enum import StrEnum


class NetworkState(StrEnum):
    """Closed list of what the way to the platform can be (contract §1)."""

    UNKNOWN = "unknown"
    ONLINE = "online"
    OFFLINE = "offline"
    CAPTIVE_PORTAL = "captive-portal"
    PROXY_AUTH = "proxy-auth"
    PROXY_FAILED = "proxy-failed"
    TLS_INTERCEPTED = "tls-intercepted"
    NOT_PINNED = "not-pinned"
    MAINTENANCE = "maintenance"


class TrustKind(StrEnum):
    """Whose certificates vouch for the platform."""

    PINNED = "pinned"
    SYSTEM_TOO = "system-too"
