"""The one folder with all data: ``DSP_DESKTOP_HOME``, else the system's own place; private to the user."""

import os
from dataclasses import dataclass
from pathlib import Path

VARIABLE = "DSP_DESKTOP_HOME"
_NAME = "dsp-desktop"


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
