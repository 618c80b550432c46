"""Windows: the input desktop cannot be opened while the screen is locked; never run on another system."""

import ctypes
import sys

from desktop.system.events_polled import DesktopState

if sys.platform == "win32":
    _user32 = ctypes.WinDLL("user32")
    _kernel32 = ctypes.WinDLL("kernel32")
    _READ = 0x0001
    _REMOTE_SESSION = 0x1000
    _user32.OpenInputDesktop.restype = ctypes.c_void_p
    _user32.CloseDesktop.argtypes = [ctypes.c_void_p]
    _kernel32.GetTickCount64.restype = ctypes.c_uint64

    class WindowsProbe:
        """Asks user32 and kernel32."""

        def look(self) -> DesktopState:
            """The present state."""
            return DesktopState(_locked(), _on_console(), _asleep())

    def _locked() -> bool:
        desktop = _user32.OpenInputDesktop(0, False, _READ)
        if not desktop:
            return True
        _user32.CloseDesktop(desktop)
        return False

    def _on_console() -> bool:
        """A remote session has no console to leave."""
        if _user32.GetSystemMetrics(_REMOTE_SESSION):
            return True
        session = ctypes.c_uint32()
        _kernel32.ProcessIdToSessionId(_kernel32.GetCurrentProcessId(), ctypes.byref(session))
        return bool(session.value == _kernel32.WTSGetActiveConsoleSessionId())

    def _asleep() -> float:
        awake = ctypes.c_uint64()
        _kernel32.QueryUnbiasedInterruptTime(ctypes.byref(awake))
        return float(_kernel32.GetTickCount64()) / 1000 - awake.value / 1e7
