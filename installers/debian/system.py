"""Which packages of Debian bring the libraries that a tree asks of the system."""

from collections.abc import Mapping, Sequence

# By the library's name; the newer releases' packages provide these names too.
PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libX11.so.6": "libx11-6",
    "libbrotlicommon.so.1": "libbrotli1",
    "libbrotlidec.so.1": "libbrotli1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libgcc_s.so.1": "libgcc-s1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libstdc++.so.6": "libstdc++6",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}
LIBC_PACKAGE = "libc6 (>= 2.36)"
LIBC = (
    "ld-linux-x86-64.so.2",
    "libc.so.6",
    "libdl.so.2",
    "libm.so.6",
    "libpthread.so.0",
    "libresolv.so.2",
    "librt.so.1",
)
# Loaded by name at run time: the way to readers, and a font where the desktop has none.
LOADED = ("libpcsclite1", "fontconfig-config")
# Plug-ins that Qt does without where their libraries are missing.
OPTIONAL = ("platformthemes/libqgtk3.so", "printsupport/libcupsprintersupport.so")


def depends(asked: Mapping[str, Sequence[str]], python: str) -> tuple[str, ...]:
    """What a package must depend on; *asked*: libraries, and who asks for each.

    Raises ValueError for a library that no known package brings.
    """
    found = {LIBC_PACKAGE, f"python{python}", *LOADED}
    for library, files in asked.items():
        if library in LIBC or all(file.endswith(OPTIONAL) for file in files):
            continue
        if library not in PACKAGES:
            raise ValueError(f"{library} is asked for by {', '.join(files)}: which package brings it?")
        found.add(PACKAGES[library])
    return tuple(sorted(found))
