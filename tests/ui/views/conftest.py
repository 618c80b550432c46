"""French is the language of every test unless it says otherwise."""

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from desktop.domain.texts import Language, set_language
from desktop.ui.theme import Scheme, apply_theme


@pytest.fixture(scope="session")
def _themed(qapp: QApplication) -> None:
    apply_theme(qapp, Scheme.LIGHT)


@pytest.fixture(autouse=True)
def _french(_themed: None) -> Iterator[None]:
    set_language(Language.FR)
    yield
    set_language(Language.FR)
