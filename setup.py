"""Packages and data files of the wheel; everything else stands in pyproject.toml."""

from setuptools import find_packages, setup

setup(
    packages=[*find_packages(include=["desktop", "desktop.*"]), "desktop.resources"],
    package_dir={"desktop.resources": "resources"},
    package_data={
        "desktop.resources": ["**/*"],
        "desktop.store": ["migrations/*.sql"],
        "desktop.features": ["*/words/*.toml", "*/migrations/*.sql"],
    },
)
