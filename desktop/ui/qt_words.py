"""Qt's own words (file chooser, menus of fields) in the program's language, from what PySide6 brings."""

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QObject, QTranslator

from desktop.domain.texts import Language, current_language
from desktop.ui.turns import next_turn

_FOLDER = QLibraryInfo.LibraryPath.TranslationsPath
# Qt has none in Luxembourgish; French is the program's reference.
_CATALOGUES = {
    Language.FR: "qtbase_fr", Language.DE: "qtbase_de", Language.LB: "qtbase_fr", Language.EN: "qtbase_en",
}  # fmt: skip


class QtWords(QObject):
    """Said in a turn of its own: reading a catalogue takes a millisecond, telling all widgets more."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._spoken: QTranslator | None = None
        self.say_again()

    def say_again(self) -> None:
        """In the language in force, from the next turns on."""
        next_turn(self, self._say)

    def _say(self) -> None:
        if self._spoken is not None:
            QCoreApplication.removeTranslator(self._spoken)
        self._spoken = QTranslator(self)
        self._spoken.load(_CATALOGUES[current_language()], QLibraryInfo.path(_FOLDER))
        QCoreApplication.installTranslator(self._spoken)
