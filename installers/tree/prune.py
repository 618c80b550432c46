"""What of the wheels no release carries. Paths are relative to the packages' folder."""

import re
from pathlib import Path

# Tools of developers, tests of libraries, sources of compiled modules, descriptions for editors.
_FOLDERS = re.compile(
    r"""(^|/)(
        tests? | testing | __pycache__ | \.lock
    )(/|$)
    | ^(bin|share|include)(/|$)
    | ^PySide6/(include|typesystems|glue|doc|scripts|support|lib)(/|$)
    | ^PySide6/(assistant|designer|linguist|lrelease|lupdate|qmlformat|qmllint|qmlls|svgtoqml)$
    | ^PySide6/Qt/(libexec|metatypes|qml)(/|$)
    | ^shiboken6/(include|lib)(/|$)
    | ^lxml/(includes|isoschematron)(/|$)
    | ^pypdfium2_cli(/|$)
    | ^img2pdf(\.py$|-[^/]*\.dist-info/)
    """,
    re.VERBOSE,
)
_FILES = re.compile(
    r"""^PySide6/(libpyside6qml\.|PySide6_Essentials\.json)
    | \.(pyi|pyx|pxd|pxi|c|cpp|h|hpp|pyc|typed|cmake)$
    | ^\.lock$
    | \.dist-info/(RECORD|INSTALLER|REQUESTED|WHEEL|direct_url\.json|top_level\.txt|zip-safe|sboms/.*)$
    | ^qtawesome/fonts/(?!phosphor-)
    """,
    re.VERBOSE,
)
# Packages that a wheel asks for, or only tests use: nothing of the program imports them.
UNUSED = ("img2pdf",)
# Of Qt: what the program draws with, on the screens that desktop/system/environment.py admits.
PLUGINS = {
    "platforms": ("libqxcb.so", "libqwayland.so", "libqoffscreen.so", "libqminimal.so"),
    "xcbglintegrations": ("libqxcb-egl-integration.so", "libqxcb-glx-integration.so"),
    "platforminputcontexts": (
        "libcomposeplatforminputcontextplugin.so",
        "libibusplatforminputcontextplugin.so",
    ),
    "platformthemes": ("libqgtk3.so", "libqxdgdesktopportal.so"),
    "iconengines": ("libqsvgicon.so",),
    "imageformats": ("libqgif.so", "libqico.so", "libqjpeg.so", "libqsvg.so", "libqtiff.so", "libqwebp.so"),
    "printsupport": ("libcupsprintersupport.so",),
    "wayland-decoration-client": ("libadwaita.so", "libbradient.so"),
    "wayland-graphics-integration-client": ("libqt-plugin-wayland-egl.so",),
    "wayland-shell-integration": ("libxdg-shell.so",),
}
MODULES = ("QtCore", "QtDBus", "QtGui", "QtNetwork", "QtPrintSupport", "QtSvg", "QtWidgets")
DEMO_MODULES = ("QtTest",)
_WORDS = re.compile(r"qtbase_(de|fr|en)\.qm")
_PLUGIN = re.compile(r"PySide6/Qt/plugins/(?P<folder>[^/]+)/(?P<name>[^/]+)")
_MODULE = re.compile(r"PySide6/(?P<name>Qt\w+)\.abi3\.so")


def goes(path: str, modules: tuple[str, ...] = MODULES) -> bool:
    """Whether *path* is left out; *modules*: those of PySide6 that stay."""
    if found := _PLUGIN.fullmatch(path):
        return found["name"] not in PLUGINS.get(found["folder"], ())
    if found := _MODULE.fullmatch(path):
        return found["name"] not in modules
    if path.startswith("PySide6/Qt/translations/"):
        return _WORDS.fullmatch(path.rpartition("/")[2]) is None
    if path.startswith("desktop/"):  # the program's own: nothing is superfluous, "test" is a word in it too
        return path.endswith(".pyc")
    return _FOLDERS.search(path) is not None or _FILES.search(path) is not None


def prune(site: Path, modules: tuple[str, ...] = MODULES) -> None:
    """Take away what :func:`goes`, and folders that are empty then."""
    for file in sorted(site.rglob("*")):
        if (file.is_file() or file.is_symlink()) and goes(file.relative_to(site).as_posix(), modules):
            file.unlink()
    remove_empty(site)


def remove_empty(site: Path) -> None:
    """Folders without a file go."""
    for folder in sorted((f for f in site.rglob("*") if f.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()
