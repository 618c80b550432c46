"""macOS: the session dictionary of CoreGraphics; never run on another system."""

import ctypes
import sys
import time

from desktop.system.events_polled import DesktopState

if sys.platform == "darwin":
    _foundation = ctypes.CDLL("/System/Library/Frameworks/CoreFoundation.framework/CoreFoundation")
    _graphics = ctypes.CDLL("/System/Library/Frameworks/CoreGraphics.framework/CoreGraphics")
    _UTF8 = 0x08000100
    _graphics.CGSessionCopyCurrentDictionary.restype = ctypes.c_void_p
    _foundation.CFStringCreateWithCString.restype = ctypes.c_void_p
    _foundation.CFStringCreateWithCString.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_uint32]
    _foundation.CFDictionaryGetValue.restype = ctypes.c_void_p
    _foundation.CFDictionaryGetValue.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
    _foundation.CFBooleanGetValue.argtypes = [ctypes.c_void_p]
    _foundation.CFRelease.argtypes = [ctypes.c_void_p]

    class MacProbe:
        """Asks CoreGraphics."""

        def look(self) -> DesktopState:
            """The present state; no dictionary (no window server) counts as locked."""
            session = _graphics.CGSessionCopyCurrentDictionary()
            asleep = time.clock_gettime(time.CLOCK_MONOTONIC_RAW) - time.clock_gettime(time.CLOCK_UPTIME_RAW)
            if not session:
                return DesktopState(screen_locked=True, on_console=False, asleep=asleep)
            try:
                locked = _flag(session, b"CGSSessionScreenIsLocked")
                return DesktopState(locked, _flag(session, b"kCGSSessionOnConsoleKey"), asleep)
            finally:
                _foundation.CFRelease(session)

    def _flag(session: int, name: bytes) -> bool:
        key = _foundation.CFStringCreateWithCString(None, name, _UTF8)
        try:
            value = _foundation.CFDictionaryGetValue(session, key)
            return bool(value and _foundation.CFBooleanGetValue(value))
        finally:
            _foundation.CFRelease(key)
