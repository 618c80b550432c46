"""Qt's own words (file chooser, menus of fields, calendar) in the program's language.

From the catalogues that PySide6 brings. Qt has none in Luxembourgish: ours comes before the French one there.
"""

import tomllib

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from desktop.common.resource_files import resource
from desktop.domain.texts import Language, current_language

_FOLDER = QLibraryInfo.LibraryPath.TranslationsPath
_CATALOGUES = {
    Language.FR: "qtbase_fr", Language.DE: "qtbase_de", Language.LB: "qtbase_fr", Language.EN: "qtbase_en",
}  # fmt: skip
_LOCALES = {Language.FR: "fr_LU", Language.DE: "de_LU", Language.LB: "lb_LU", Language.EN: "en_GB"}
_NAME = "qt-words"


class _OwnWords(QTranslator):
    """Before what it loads: by the English source. An empty answer would be shown, so it never gives one."""

    def __init__(self, parent: QCoreApplication, language: Language) -> None:
        super().__init__(parent)
        with resource("qt-words", f"{language.value}.toml").open("rb") as file:
            self._words: dict[str, str] = tomllib.load(file)

    def isEmpty(self) -> bool:
        return False

    def translate(
        self,
        context: bytes | bytearray | memoryview | str,
        source: bytes | bytearray | memoryview | str,
        disambiguation: bytes | bytearray | memoryview | str | None = None,
        n: int = -1,
    ) -> str:
        own = self._words.get(str(source), "")
        return own or super().translate(context, source, disambiguation, n) or str(source)  # type: ignore[arg-type]


def spoken_locale() -> QLocale:
    """Of the language in force: the names of months and days in a calendar."""
    return QLocale(_LOCALES[current_language()])


def speak_qt(application: QCoreApplication) -> None:
    """Qt speaks the language in force.

    Reading a catalogue takes a millisecond, telling all widgets more, and each paints itself anew: before
    there are any, or in a turn of its own.
    """
    QLocale.setDefault(spoken_locale())
    former = application.findChild(QTranslator, _NAME)
    if former is not None:
        application.removeTranslator(former)
        former.setParent(None)  # it ends here: a later call would find it again
    chosen = current_language()
    spoken = _OwnWords(application, chosen) if chosen is Language.LB else QTranslator(application)
    spoken.setObjectName(_NAME)
    spoken.load(_CATALOGUES[chosen], QLibraryInfo.path(_FOLDER))
    application.installTranslator(spoken)
