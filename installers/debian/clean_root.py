"""A Debian with nothing but its base, in a folder: where a package is tried as on a computer that is new."""

import os
import shutil
import subprocess
from pathlib import Path

USER = "doctor"


class CleanRoot:
    """Needs root. Each command runs with its own mounts, which end with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def make(self) -> str:
        """Its name. Debootstrap's smallest, of the release that runs here, from apt's source; with one user.

        Raises subprocess.CalledProcessError; ValueError where apt knows no such release.
        """
        name = _codename()
        mirror = _mirror(name)
        tool = ["debootstrap", "--variant=minbase", name, str(self.folder), mirror]
        subprocess.run(tool, check=True, stdout=subprocess.DEVNULL)
        listed = subprocess.run(_TARGETS, check=True, capture_output=True, text=True).stdout
        lines = [line.split("|") for line in listed.splitlines()]
        sources = {f"deb {uri} {release} main" for uri, _, origin, release in lines if origin == "Debian"}
        (self.folder / "etc/apt/sources.list").write_text("\n".join(sorted(sources)) + "\n", encoding="utf-8")
        self.run("apt-get", "update", "-qq")
        self.run("useradd", "--create-home", "--shell", "/bin/sh", USER)
        return name

    def install(self, *packages: Path | str) -> str:
        """What was asked for: Debian's packages by name, others by file; nothing that is only recommended."""
        names = []
        for package in packages:
            if isinstance(package, Path):
                shutil.copyfile(package, self.folder / "var/tmp" / package.name)
                names.append(f"/var/tmp/{package.name}")
            else:
                names.append(package)
        self.run("apt-get", "install", "-y", "-qq", "--no-install-recommends", *names)
        return ", ".join(names)

    def run(self, *command: str, user: str = "root") -> subprocess.CompletedProcess[str]:
        """Run to its end. Raises subprocess.CalledProcessError with what it said."""
        return subprocess.run(
            self.command(*command, user=user), check=True, capture_output=True, text=True, env=_ENVIRONMENT
        )

    def start(self, *command: str, user: str) -> "subprocess.Popen[bytes]":
        """Run beside."""
        quiet = subprocess.DEVNULL
        return subprocess.Popen(
            self.command(*command, user=user), stdout=quiet, stderr=quiet, env=_ENVIRONMENT, stdin=quiet
        )

    def command(self, *command: str, user: str) -> list[str]:
        """*command* inside, as *user*, with /dev and /proc, all of its own."""
        mounts = f"mount --bind /dev '{self.folder}/dev' && mount -t proc proc '{self.folder}/proc'"
        apart = [
            "unshare",
            "--mount",
            "--pid",
            "--fork",
            "--kill-child",
            "sh",
            "-c",
            f'{mounts} && exec "$@"',
        ]
        inside = ["chroot", f"--userspec={user}:{user}", str(self.folder)]
        place = "/root" if user == "root" else f"/home/{user}"
        return [*apart, "-", *inside, "env", f"HOME={place}", f"USER={user}", f"LOGNAME={user}", *command]

    def named(self, part: str) -> list[str]:
        """Everything in it with *part* in its name, but for the user's own data and what was brought in."""
        found = []
        for place, folders, files in os.walk(self.folder):
            inside = Path(place).relative_to(self.folder)
            folders[:] = [name for name in folders if (inside / name).as_posix() not in _NOT_SEARCHED]
            found += [(inside / name).as_posix() for name in (*folders, *files) if part in name]
        return found


_FORMAT = "$(REPO_URI)|$(CODENAME)|$(ORIGIN)|$(RELEASE)"
_TARGETS = ["apt-get", "indextargets", "--format", _FORMAT, "Created-By: Packages"]
_NOT_SEARCHED = ("dev", "proc", "sys", "home", "var/tmp")
_KEPT = ("http_proxy", "https_proxy", "no_proxy")
_ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if name.lower() in _KEPT},
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
    "DEBIAN_FRONTEND": "noninteractive",
    "LANG": "C.UTF-8",
}


def _codename() -> str:
    lines = Path("/etc/os-release").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line).get("VERSION_CODENAME", "").strip('"')


def _mirror(name: str) -> str:
    listed = subprocess.run(_TARGETS, check=True, capture_output=True, text=True).stdout
    for line in listed.splitlines():
        uri, code, origin, _ = line.split("|")
        if (code, origin) == (name, "Debian"):
            return uri
    raise ValueError(f"apt has no source of Debian's {name}")
