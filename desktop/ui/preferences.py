"""What this workstation remembers: language, colours, module, who asks for the PIN. Never a name or a secret.

A file that is no longer what was written costs only what cannot be read in it: every setting is judged by
itself, the broken file stays beside as ``settings.broken.json``, and the user is told once.
"""

import json
import os
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from desktop.common.foreign_files import read_start
from desktop.domain.card import KeypadSetting
from desktop.domain.errors import Code, Failure
from desktop.domain.pin_askers import AskerRule, PinAskers
from desktop.domain.texts import Language


@dataclass(frozen=True, slots=True)
class Settings:
    """``scheme``: system, light or dark. ``module``: path of a PKCS#11 module, "" = search.

    ``askers``: who asks for the PIN, for each module and kind of card. ``idle_minutes``: 1 to 15 (CF-017).
    ``scan_folder``: watched by the deposit form, "" = none.
    """

    language: str = Language.FR.value
    scheme: str = "system"
    module: str = ""
    askers: PinAskers = field(default_factory=PinAskers)
    idle_minutes: int = 10
    scan_folder: str = ""


_LARGEST = 64 * 1024
_NO_PATH = re.compile("[\0\ufffd]")  # ends a name in the system; stands for bytes that were no letters


def _is_path(value: object) -> bool:
    return isinstance(value, str) and not _NO_PATH.search(value)


def _is_choice(value: object) -> bool:
    return isinstance(value, str) and value in set(KeypadSetting)


def _are_askers(value: object) -> bool:
    if not isinstance(value, dict) or not all(map(_is_path, (*value, *value.values()))):
        return False
    try:
        PinAskers.of(value)
    except ValueError:
        return False
    return True


_SOUND: dict[str, Callable[[object], bool]] = {
    "language": lambda value: isinstance(value, str) and value in set(Language),
    "scheme": lambda value: value in ("system", "light", "dark"),
    "module": _is_path,
    "askers": _are_askers,
    "keypad": _is_choice,  # of an older program: for every module at once
    "idle_minutes": lambda value: type(value) is int and 1 <= value <= 15,
    "scan_folder": _is_path,
}


class Preferences:
    """Settings in one small file. Trouble with it stops nothing: it is told to who listens."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._trouble: Failure | None = None
        self._tell: Callable[[Failure], object] | None = None
        self._told_unwritable = False
        self.settings, sound = _read(path)
        if not sound:
            self._put_aside()

    def report(self, trouble: Failure) -> None:
        """Tell it to who listens, now or later; also other trouble with the settings' folder."""
        self._trouble = trouble
        if self._tell is not None:
            self._tell(trouble)

    def listen(self, tell: Callable[[Failure], object]) -> None:
        """*tell* hears once that the file was broken (SETTINGS_BROKEN), now if it was found so already; and
        once in a run that it cannot be written (SETTINGS_NOT_KEPT)."""
        self._tell = tell
        if self._trouble is not None:
            tell(self._trouble)

    def change(self, **values: str | int | PinAskers) -> None:
        """Set and write at once."""
        self.settings = replace(self.settings, **values)  # type: ignore[arg-type]
        try:
            self._write()
        except OSError:  # a full disk must not stop a change of language
            if not self._told_unwritable:
                self._told_unwritable = True
                self.report(Failure.of(Code.SETTINGS_NOT_KEPT, path=str(self._path)))

    def _put_aside(self) -> None:
        """The broken file goes only when what was read of it is written: else it is found again."""
        beside = self._path.with_name(f"{self._path.stem}.broken{self._path.suffix}")
        try:
            self._write(make_way=lambda: self._path.replace(beside))
        except OSError:
            beside = self._path
        self.report(Failure.of(Code.SETTINGS_BROKEN, path=str(beside)))

    def _write(self, make_way: Callable[[], object] = lambda: None) -> None:
        """The whole or nothing; *make_way* is called when the new file is whole. Raises OSError."""
        temporary = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        try:
            temporary.write_text(
                json.dumps({**asdict(self.settings), "askers": self.settings.askers.stored()}),
                encoding="utf-8",
            )
            make_way()
            temporary.replace(self._path)
        except OSError:
            with suppress(OSError):  # a folder that may not be written, either
                temporary.unlink()
            raise


def _read(path: Path) -> tuple[Settings, bool]:
    """What can be used; whether that is all that the file says."""
    try:
        content = read_start(path, _LARGEST)
    except FileNotFoundError:  # the first start
        return Settings(), True
    except OSError:
        return Settings(), False
    kept, whole = _values(content)
    sound = {name: value for name, value in kept.items() if _SOUND[name](value)}
    fine = whole and len(sound) == len(kept)
    askers = _askers(sound)
    return Settings(**sound, askers=askers), fine  # type: ignore[arg-type]


def _askers(sound: dict[str, object]) -> PinAskers:
    """Takes them out of *sound*; an older program's one choice holds for every module."""
    older, stored = KeypadSetting(str(sound.pop("keypad", "auto"))), sound.pop("askers", None)
    if isinstance(stored, dict):
        return PinAskers.of(stored)
    return PinAskers() if older is KeypadSetting.AUTO else PinAskers((AskerRule(older),))


def _values(content: bytes) -> tuple[dict[str, object], bool]:
    """Each setting that stands in *content*, also where the rest of it is torn; whether nothing is."""
    try:
        kept = json.loads(content.decode("utf-8-sig"))  # an editor may have put its mark before it
    except (ValueError, RecursionError):
        kept = None
    if isinstance(kept, dict):
        return {name: kept[name] for name in _SOUND if name in kept}, True
    torn = content.decode("utf-8", errors="replace")
    return {name: value for name in _SOUND for value in _torn_out(torn, name)}, False


def _torn_out(torn: str, name: str) -> list[object]:
    """The value of *name*, if it is whole: what is cut off behind it may have been a part of it."""
    words = r'"(?:[^"\\]|\\.)*"'
    found = re.search(rf'"{name}"\s*:\s*({words}|\d+|{{(?:{words}|[\s:,])*}})\s*[,}}]', torn)
    try:
        return [] if found is None else [json.loads(found[1])]
    except ValueError:
        return []
