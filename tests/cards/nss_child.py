"""The program's PKCS#11 child, before whose p11-kit stands one module alone: NSS's softokn on NSS_STORE.

p11-kit reads no list of a user's own where root runs it: its folder of modules is another one in here, in a
mount namespace of this process.
"""

import ctypes
import os
import tempfile
from pathlib import Path

from desktop.smartcard import pkcs11_child

MODULES = Path("/usr/share/p11-kit/modules")
SOFTOKN = "libsoftokn3.so"
_NEW_MOUNTS, _NEW_USER = 0x20000, 0x10000000
_PRIVATE, _RECURSIVE, _BIND = 0x40000, 0x4000, 4096


def main() -> None:
    """Bind the folder, then be the child."""
    with tempfile.TemporaryDirectory(prefix="dsp-p11-") as name:
        store = os.environ["NSS_STORE"]
        reserved = f"configDir='sql:{store}' certPrefix='' keyPrefix='' secmod='secmod.db' flags="
        Path(name, "softokn.module").write_text(f"module: {_softokn()}\nx-init-reserved: {reserved}\n")
        libc = ctypes.CDLL(None, use_errno=True)
        _done(libc.unshare(_NEW_MOUNTS | (0 if os.geteuid() == 0 else _NEW_USER)))
        _done(libc.mount(b"none", b"/", None, _PRIVATE | _RECURSIVE, None))
        _done(libc.mount(name.encode(), str(MODULES).encode(), None, _BIND, None))
        pkcs11_child.main()


def _softokn() -> Path:
    return next(path for path in sorted(Path("/usr/lib").glob(f"*/**/{SOFTOKN}")))


def _done(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


if __name__ == "__main__":
    main()
