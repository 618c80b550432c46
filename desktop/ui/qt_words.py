"""Qt's own words (file chooser, menus of fields) in the program's language, from what PySide6 brings."""

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QTranslator

from desktop.domain.texts import Language, current_language

_FOLDER = QLibraryInfo.LibraryPath.TranslationsPath
# Qt has none in Luxembourgish; French is the program's reference.
_CATALOGUES = {
    Language.FR: "qtbase_fr", Language.DE: "qtbase_de", Language.LB: "qtbase_fr", Language.EN: "qtbase_en",
}  # fmt: skip
_NAME = "qt-words"


def speak_qt(application: QCoreApplication) -> None:
    """Qt speaks the language in force.

    Reading a catalogue takes a millisecond, telling all widgets more, and each paints itself anew: before
    there are any, or in a turn of its own.
    """
    former = application.findChild(QTranslator, _NAME)
    if former is not None:
        application.removeTranslator(former)
        former.setParent(None)  # it ends here: a later call would find it again
    spoken = QTranslator(application)
    spoken.setObjectName(_NAME)
    spoken.load(_CATALOGUES[current_language()], QLibraryInfo.path(_FOLDER))
    application.installTranslator(spoken)
