"""The one folder with all data: ``DSP_DESKTOP_HOME``, else the system's own place; private to the user."""

import errno
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop.domain.errors import Failure

VARIABLE = "DSP_DESKTOP_HOME"
_NAME = "dsp-desktop"
_FULL = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
_ROOM = 64 * 1024  # bytes; a start writes less than that, a first login about as much


@dataclass(frozen=True, slots=True)
class DataFolder:
    """Where things lie below the data folder."""

    home: Path

    @property
    def logs(self) -> Path:
        """Rotating technical logs."""
        return self.home / "logs"

    @property
    def crash_file(self) -> Path:
        """What the interpreter wrote when it crashed: function names and lines, no values."""
        return self.logs / "crash.txt"

    @property
    def window_file(self) -> Path:
        """Where the window stood last."""
        return self.home / "window"

    def trouble(self) -> "Failure | None":
        """DISK_FULL or FOLDER_UNUSABLE where the folder takes nothing more; call it in a worker.

        It is tried: quotas and broken disks are not seen otherwise.
        """
        trial = self.home / "room.tmp"
        try:
            trial.write_bytes(bytes(_ROOM))
        except OSError as error:
            return folder_failure(error)
        finally:
            with suppress(OSError):
                trial.unlink(missing_ok=True)
        return None


def folder_failure(error: OSError) -> "Failure":
    """What is said of a data folder that cannot be used: DISK_FULL, FOLDER_UNUSABLE."""
    from desktop.domain.errors import Code, Failure

    if error.errno in _FULL:
        return Failure.of(Code.DISK_FULL)
    return Failure.of(Code.FOLDER_UNUSABLE, path=str(error.filename or ""))


def data_folder() -> DataFolder:
    """The data folder, made if need be with rights for its owner only. Raises OSError."""
    given = os.environ.get(VARIABLE)
    if given:
        home = Path(given).expanduser().absolute()
    else:
        import platformdirs

        home = Path(platformdirs.user_data_dir(_NAME, appauthor=False, roaming=False))
    folder = DataFolder(home)
    for path in (folder.home, folder.logs):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.name != "nt":  # a folder that was there may be open to others
            path.chmod(0o700)
    return folder
