"""Where the PKCS#11 modules of Luxembourg's middleware lie, and what an ATR suggests.

Paths and ATRs from public sources: Web eID's libelectronic-id, OpenSC's installers, pcsc-tools' list.

A path moves between versions, so this is a search list; the user's own choice always goes first. An ATR
is a hint for the order only (other countries share these cards): the certificate's issuer decides.
"""

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Middleware:
    """One product and where each system keeps its module; ``%NAME%`` is an environment variable."""

    name: str
    windows: tuple[str, ...] = ()
    macos: tuple[str, ...] = ()
    linux: tuple[str, ...] = ()


GEMALTO = Middleware(
    "LuxTrust (Gemalto Classic Client)",
    (r"%ProgramFiles%\Gemalto\Classic Client\BIN\gclib.dll",),
    ("/Library/Frameworks/Pkcs11ClassicClient.framework/Versions/A/Pkcs11ClassicClient/libgclib.dylib",),
    ("/usr/lib/pkcs11/libgclib.so", "/usr/lib/ClassicClient/libgclib.so"),
)
THALES = Middleware(
    "Thales Classic Client",
    (r"%ProgramFiles%\Thales\Classic Client\BIN\gclib.dll",),
    (),
    ("/usr/lib/pkcs11/libgclib.so",),
)
IDPRIME = Middleware(
    "Thales SafeNet / IDPrime",
    (
        r"%ProgramFiles%\SafeNet\Authentication\SAC\x64\IDPrimePKCS1164.dll",
        r"%ProgramFiles%\Gemalto\IDGo 800 PKCS#11\IDPrimePKCS1164.dll",
        r"%SystemRoot%\System32\eTPKCS11.dll",
    ),
    (
        "/Library/Frameworks/eToken.framework/Versions/A/libIDPrimePKCS11.dylib",
        "/usr/local/lib/libeTPkcs11.dylib",
    ),
    ("/usr/lib/pkcs11/libIDPrimePKCS11.so", "/usr/lib/libIDPrimePKCS11.so", "/usr/lib/libeTPkcs11.so"),
)
OPENSC = Middleware(
    "OpenSC",
    (r"%ProgramFiles%\OpenSC Project\OpenSC\pkcs11\opensc-pkcs11.dll",),
    ("/Library/OpenSC/lib/opensc-pkcs11.so", "/usr/local/lib/opensc-pkcs11.so"),
    (
        "/usr/lib/x86_64-linux-gnu/opensc-pkcs11.so",
        "/usr/lib/aarch64-linux-gnu/opensc-pkcs11.so",
        "/usr/lib64/opensc-pkcs11.so",
        "/usr/lib/opensc-pkcs11.so",
    ),
)
ALL = (GEMALTO, THALES, IDPRIME, OPENSC)


@dataclass(frozen=True, slots=True)
class AtrHint:
    """An ATR (hex, ``x`` = any digit), the card it suggests and the middleware to try first."""

    pattern: str
    card: str
    first: tuple[Middleware, ...]
    own_dialog: bool = False  # that middleware asks for the PIN in a window of its own (Web eID's list)

    def fits(self, atr: bytes) -> bool:
        """Digit by digit."""
        digits, pattern = atr.hex(), self.pattern.replace(" ", "").lower()
        return len(digits) == len(pattern) and all(
            p in ("x", d) for p, d in zip(pattern, digits, strict=True)
        )


_CLASSIC = (GEMALTO, THALES, IDPRIME)
_LUXTRUST_V2 = AtrHint("3B 7D xx 00 00 80 31 80 65 B0 xx xx xx xx 83 xx 90 00", "LuxTrust", _CLASSIC)
ATR_HINTS = (
    AtrHint("3B 6D 00 00 80 31 80 65 B0 83 02 04 7E 83 00 90 00", "LuxTrust", _CLASSIC),
    _LUXTRUST_V2,
    AtrHint("3B 7F xx 00 00 80 31 80 65 B0 xx 03 xx xx 12 0F FF 82 90 00", "LuxTrust eID", _CLASSIC, True),
    AtrHint("3B 7F xx 00 00 80 31 80 65 B0 xx 04 xx xx 12 0F FF 82 90 00", "LuxTrust eID", _CLASSIC, True),
    AtrHint("3B 7F xx 00 00 80 31 80 65 B0 xx 05 xx xx 12 0F FF 82 90 00", "LuxTrust eID", _CLASSIC, True),
    AtrHint("3B 7F 96 00 00 80 31 80 65 B0 85 05 00 11 12 0F FF 82 90 00", "LuxTrust", _CLASSIC),
    AtrHint("3B 8F 80 01 80 31 80 65 B0 85 0x xx xx 12 0F FF 82 90 00 xx", "LuxTrust eID", _CLASSIC, True),
    AtrHint("3B 88 80 01 00 88 3C 1F 77 81 00 5F 0B", "eID Luxembourg", _CLASSIC, True),
)


def hint(atr: bytes) -> AtrHint | None:
    """What an ATR suggests; None for an unknown one."""
    return next((h for h in ATR_HINTS if h.fits(atr)), None)


def takes_letters(atr: bytes) -> bool:
    """True for the older LuxTrust cards, whose PIN may hold letters (Web eID's list)."""
    return _LUXTRUST_V2.fits(atr)


def asks_in_its_own_window(atr: bytes, module: Path) -> bool:
    """True where the card's own middleware asks for the PIN by itself, without a login: the Luxembourg eID
    with the Classic Client. Other modules know nothing of that window."""
    found = hint(atr)
    return found is not None and found.own_dialog and product_at(module) in (GEMALTO.name, THALES.name)


def product_at(path: Path) -> str:
    """The product that keeps its module at *path*; "" for a place that is in no list."""
    known = {Path(p): m.name for m in reversed(ALL) for p in _places(m)}
    return known.get(path, "")


def _places(
    middleware: Middleware, system: str = sys.platform, environment: Mapping[str, str] = os.environ
) -> tuple[Path, ...]:
    kind = {"win32": "windows", "darwin": "macos"}.get(system, "linux")
    expanded = (_expand(pattern, environment) for pattern in getattr(middleware, kind))
    return tuple(Path(path) for path in expanded if path is not None)


def search_list(
    atrs: Iterable[bytes] = (), *, system: str = sys.platform, environment: Mapping[str, str] = os.environ
) -> tuple[Path, ...]:
    """All known module paths of this system, those that the cards suggest first."""
    suggested = [m for atr in atrs if (h := hint(atr)) is not None for m in h.first]
    ordered = dict.fromkeys([*suggested, *ALL])
    return tuple(dict.fromkeys(path for m in ordered for path in _places(m, system, environment)))


def installed(atrs: Sequence[bytes] = ()) -> tuple[Path, ...]:
    """The modules that are really there, each file once however many names it has."""
    found: dict[Path, Path] = {}
    for path in search_list(atrs):
        if path.is_file():
            found.setdefault(path.resolve(), path)
    return tuple(found.values())


def _expand(pattern: str, environment: Mapping[str, str]) -> str | None:
    if not pattern.startswith("%"):
        return pattern
    name, rest = pattern[1:].split("%", 1)
    folded = {key.upper(): value for key, value in environment.items()}
    root = folded.get(name.upper())
    return None if root is None else root + rest
