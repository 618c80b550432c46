"""One reader, two names: PC/SC's own, and what a PKCS#11 module tells of its slot."""

from collections.abc import Iterable

_SLOT = 64  # bytes of a slot's description in PKCS#11
_DOTS = "..."  # OpenSC's, at the end of a name that it cut


def meant(slot: str, readers: Iterable[str]) -> list[str]:
    """Which of *readers* a slot's description may mean: the very name, else each that it may be cut from."""
    names = list(readers)
    if slot in names:
        return [slot]
    whole = slot[: -len(_DOTS)] if slot.endswith(_DOTS) and len(slot.encode()) >= _SLOT - 1 else None
    return [
        name
        for name in names
        if name.encode()[:_SLOT].decode(errors="ignore").strip() == _uncut(slot)
        or (whole is not None and name.startswith(_uncut(whole)))
    ]


def _uncut(described: str) -> str:
    """Without the half of a sign at its end, which python-pkcs11 tells as U+FFFD."""
    return described.rstrip("\ufffd").rstrip()
