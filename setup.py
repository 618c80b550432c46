"""Packages and data files of the wheel; everything else stands in pyproject.toml."""

from setuptools import find_packages, setup

setup(
    # Not entry points: what pip would write for those could not start Python isolated.
    scripts=["launchers/dsp-desktop", "launchers/dsp-desktop.cmd"],
    packages=[*find_packages(include=["desktop", "desktop.*"]), "desktop.resources"],
    package_dir={"desktop.resources": "resources"},
    package_data={
        "desktop.resources": ["**/*"],
        "desktop.store": ["migrations/*.sql"],
        "desktop.features": ["*/words/*.toml", "*/migrations/*.sql"],
    },
)
