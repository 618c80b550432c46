"""A first look at the way to the platform, before anything is loaded that could ask it."""

import socket
from urllib.parse import urlsplit


def is_out_of_reach(base_url: str) -> bool:
    """True when the platform has no name, or one that cannot be resolved: a call would be ``OFFLINE`` too.

    Blocks as long as the system's resolver does. Of no meaning where a proxy resolves the name instead.
    """
    parts = urlsplit(base_url)
    if parts.hostname is None:
        return True
    try:
        socket.getaddrinfo(parts.hostname, parts.port or parts.scheme)
    except OSError:
        return True
    return False
