"""Whether this is a remote desktop session, where readers are redirected or missing (DSP-130)."""

import os
import sys
from collections.abc import Mapping

_SM_REMOTESESSION = 0x1000
_MARKS = ("XRDP_SESSION", "X2GO_SESSION", "NXSESSIONID", "CHROME_REMOTE_DESKTOP_SESSION")


def is_remote_session(environment: Mapping[str, str] = os.environ) -> bool:
    """Asked anew each time: a Windows session can move between console and remote desktop."""
    if sys.platform == "win32":
        import ctypes

        return bool(ctypes.windll.user32.GetSystemMetrics(_SM_REMOTESESSION))
    if any(environment.get(mark) for mark in _MARKS):
        return True
    # A display forwarded by ssh: the readers of the other machine are not here.
    return bool(environment.get("SSH_CONNECTION")) and environment.get("DISPLAY", "").startswith("localhost:")
