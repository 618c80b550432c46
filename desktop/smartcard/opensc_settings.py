"""The private OpenSC configuration of our child: unblocking by PUK, keypad, and (for QA) the card driver."""

from collections.abc import Sequence
from pathlib import Path

_SLOTS = 64  # sixteen readers, the most that pcsc-lite has


def write_settings(folder: Path, *, keypad: bool, drivers: Sequence[str] = ()) -> Path:
    """Write the file into *folder* and return its path (for OPENSC_CONF).

    Without ``set_pin_in_unlogged_session`` OpenSC refuses the PUK (its unblock style is "none"). Its 16 slots
    are four readers (four slots a card): a card in the fifth would not be seen.
    """
    chosen = f"  card_drivers = {', '.join(drivers)};\n" if drivers else ""
    text = (
        "app default {\n"
        f"{chosen}"
        f"  reader_driver pcsc {{ enable_pinpad = {'true' if keypad else 'false'}; }}\n"
        "}\n"
        "app opensc-pkcs11 {\n"
        "  pkcs11 {\n"
        f"    max_virtual_slots = {_SLOTS};\n"
        "    user_pin_unblock_style = set_pin_in_unlogged_session;\n"
        "  }\n"
        "}\n"
    )
    path = folder / f"opensc-{'keypad' if keypad else 'plain'}.conf"  # two modules may want two of them
    path.write_text(text, encoding="ascii")
    return path
