"""What the administrator of this computer decided for all its users.

``/etc/dsp-desktop/policy.toml`` (macOS: ``/Library/Application Support/DSP Desktop/policy.toml``)::

    [trust]
    system_store = true            # add the system's anchors to the profile's: a network that inspects TLS
    [network]
    proxy = "http://proxy:3128"    # instead of the system's setting
    [handover]
    matricule_in_url = true        # links and command lines may name a patient: other programs see them

Windows: ``HKLM\\SOFTWARE\\Policies\\DSP Desktop``, values ``SystemStore`` (DWORD 1), ``Proxy`` and
``MatriculeInUrl`` (DWORD 1).
Nothing that a user may write is believed.
"""

import logging
import os
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

_log = logging.getLogger("dsp.policy")
_LARGEST = 64 * 1024
_KEY = r"SOFTWARE\Policies\DSP Desktop"
PLACE = Path(
    "/Library/Application Support/DSP Desktop/policy.toml"
    if sys.platform == "darwin"
    else "/etc/dsp-desktop/policy.toml"
)


@dataclass(frozen=True, slots=True)
class Policy:
    """``system_store``: the system's anchors are believed beside the profile's.

    ``proxy``: "" = the system's. ``matricule_in_url``: a link of the practice software may hold a matricule.
    """

    system_store: bool = False
    proxy: str = ""
    matricule_in_url: bool = False


def read_policy(place: Path = PLACE, owner: int = 0) -> Policy:
    """What is in force: nothing where no file is, or where others than *owner* could have written it."""
    if sys.platform == "win32":
        return _registered()
    import tomllib

    try:
        said = _own_file(place, owner)
        told = tomllib.loads(said.decode("utf-8"))
        trust, network, handover = (told.get(part, {}) for part in ("trust", "network", "handover"))
        return Policy(
            trust.get("system_store") is True,
            str(network.get("proxy", "")),
            handover.get("matricule_in_url") is True,
        )
    except FileNotFoundError:
        return Policy()
    except (OSError, ValueError, AttributeError) as error:
        _log.warning("the policy is not followed: %s", type(error).__name__)
        return Policy()


def _own_file(place: Path, owner: int) -> bytes:
    """Its bytes; PermissionError where another user could have written them, or led there."""
    for folder in place.parents:
        if not _is_only(owner, folder.stat()):
            raise PermissionError
    descriptor = os.open(place, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        told = os.fstat(descriptor)
        if not stat.S_ISREG(told.st_mode) or not _is_only(owner, told):
            raise PermissionError
        return file.read(_LARGEST)


def _is_only(owner: int, told: os.stat_result) -> bool:
    """Root's or *owner*'s, and nobody else may write there."""
    return told.st_uid in (0, owner) and not told.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _registered() -> Policy:
    """Windows: only administrators may write below this key."""
    if sys.platform == "win32":
        import winreg

        try:
            with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, _KEY) as key:
                values = {}
                for name in ("SystemStore", "Proxy", "MatriculeInUrl"):
                    try:
                        values[name] = winreg.QueryValueEx(key, name)[0]
                    except OSError:
                        continue
                return Policy(
                    values.get("SystemStore") == 1,
                    str(values.get("Proxy", "")),
                    values.get("MatriculeInUrl") == 1,
                )
        except OSError:
            return Policy()
    return Policy()
