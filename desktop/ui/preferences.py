"""What this workstation remembers: language, colours, card module, keypad. Never a name, never a secret."""

import json
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from desktop.common.foreign_files import read_start
from desktop.domain.texts import Language


@dataclass(frozen=True, slots=True)
class Settings:
    """``scheme``: system, light or dark. ``module``: path of a PKCS#11 module, "" = search.

    ``keypad``: auto, yes or no. ``idle_minutes``: 1 to 15 (CF-017). ``scan_folder``: watched by the deposit
    form, "" = none.
    """

    language: str = Language.FR.value
    scheme: str = "system"
    module: str = ""
    keypad: str = "auto"
    idle_minutes: int = 10
    scan_folder: str = ""


_LARGEST = 64 * 1024


class Preferences:
    """Settings in one small file; an unreadable one means the defaults."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.settings = _read(path)

    def change(self, **values: str | int) -> None:
        """Set and write at once."""
        self.settings = replace(self.settings, **values)  # type: ignore[arg-type]
        temporary = self._path.with_name(f"{self._path.name}.{os.getpid()}")
        try:
            temporary.write_text(json.dumps(asdict(self.settings)), encoding="utf-8")
            temporary.replace(self._path)
        except OSError:
            temporary.unlink(missing_ok=True)  # a full disk must not stop a change of language


def _read(path: Path) -> Settings:
    try:
        kept = json.loads(read_start(path, _LARGEST).decode("utf-8"))
        known = {k: v for k, v in kept.items() if k in Settings.__slots__}
        made = Settings(**known)
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return Settings()
    return made if _is_sound(made) else Settings()


def _is_sound(settings: Settings) -> bool:
    words = (settings.language, settings.scheme, settings.module, settings.keypad, settings.scan_folder)
    minutes = settings.idle_minutes
    return (
        all(isinstance(w, str) for w in words)
        and settings.language in set(Language)
        and settings.scheme in ("system", "light", "dark")
        and settings.keypad in ("auto", "yes", "no")
        and isinstance(minutes, int)
        and 1 <= minutes <= 15
    )
