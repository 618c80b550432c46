"""The emulated cards say which ``reader.json`` they have followed: nobody guesses how long it takes."""

from pathlib import Path

_FOLLOWED = "reader-followed.json"


def tell_followed(readers: Path, said: bytes) -> None:
    """What *said*, the content of the file *readers*, asks is done; a card goes in when its reader was empty
    long enough, which the reader itself tells."""
    made = readers.with_name(f"{_FOLLOWED}.new")
    made.write_bytes(said)
    made.replace(readers.with_name(_FOLLOWED))


def is_followed(readers: Path) -> bool:
    """Whether the present content of *readers* was followed."""
    try:
        return readers.with_name(_FOLLOWED).read_bytes() == readers.read_bytes()
    except OSError:
        return False
