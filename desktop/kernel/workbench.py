"""What a feature's page works with; nothing else of the window is its business."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeAlias

from desktop.domain.account import Account
from desktop.domain.errors import Failure, Result
from desktop.domain.record import Patient
from desktop.domain.texts import Language
from desktop.kernel.document import OnDocument
from desktop.kernel.errand import BeginErrand
from desktop.kernel.overview import OnOverview
from desktop.kernel.signing import Signing
from desktop.ports.code_pictures import CodePicturesPort
from desktop.ports.kept import KeptPort
from desktop.services.kept_rights import ToldRights
from desktop.services.known_names import KnownNames
from desktop.services.record import OpenRecord

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from desktop.ui.ask import Ask, Asks


@dataclass(frozen=True, slots=True)
class PrintedTable:
    """A table in the words of the screen; ``notes`` are sentences above it."""

    title: str
    notes: tuple[str, ...]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class PrintedPaper:
    """A document in the language of who gets it; shapes of ``data``: :mod:`desktop.pdf.write`."""

    template: str
    language: Language
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class PrintedOriginal:
    """A document that the page itself made, on its way to the patient: no copy, and no mark of one."""

    content: bytes = field(repr=False)


Printed: TypeAlias = PrintedTable | PrintedPaper | PrintedOriginal


class PrintCopy(Protocol):
    """Prints a copy of what is shown."""

    def __call__(self, what: Printed, on: "Asks", done: Callable[[], object]) -> object:
        """Ask for a printer. Each page carries professional, date and « copie du DSP » (CF-068), but for an
        original.

        Nothing when what was asked for may not be shown any more before a printer is chosen. *on* waits and
        is told failures (CANCELLED: no page was asked for); *done* once the printer has it.
        """
        ...


class WritePdf(Protocol):
    """Writes a document of the program's own."""

    def __call__(self, template: str, language: str, data: Mapping[str, object]) -> Result[bytes]:
        """PDF/A, in memory; call it in a worker. Shapes of *data*: :mod:`desktop.pdf.write`."""
        ...


class OpenPatient(Protocol):
    """Shows the identity of a patient, from where his record is opened as after a search."""

    def __call__(self, patient: Patient, then: str = "") -> object:
        """*then*: the page of his record that stands in front once it is open, where he has it.

        Leaving the record leads back to the page that called.
        """
        ...


class OnHome(Protocol):
    """Puts a part of a feature on the home page, under the search."""

    def __call__(self, panel: "QWidget", came: Callable[[], object]) -> object:
        """*came* is called each time that home comes in front of somebody who may see the page.

        Whether the panel is shown is the page's: it empties and hides it with the rest of its content.
        """
        ...


@dataclass(frozen=True, slots=True)
class Workbench:
    """Made by the window for one page.

    ``account`` and ``session_start`` are None while nobody may see anything, ``record`` while no record is
    open before the user's eyes. ``session_start`` is the time of the login; an unlock begins no session.
    ``keeps``: whether ``rows`` outlive a lock; a session that keeps nothing on the disk loses them.
    ``tell`` says a failure over whatever page is in front: of an act whose page was left (``unseen`` of
    ``ask``).
    ``leave_behind`` tells the lock screen of so many acts of the page that were confirmed, whose outcome is
    unknown, and of which nothing outlives this lock: no names.
    ``rows`` are the feature's own tables; ``known`` names patients and documents (both in a worker);
    ``rights`` lets what a list told of several patients be kept while their rights run.
    ``on_listed`` calls back, in the GUI thread, each time that the open record's list was kept: ``known`` may
    know more then; ``published`` says that the page put something into the record, whose list is read again,
    ``recheck`` that it changed until when the record's right runs, which is asked for at once.
    ``on_right_ended`` calls back when somebody's right may have ended, and what was kept of him have gone.
    ``print_copy`` (of the open record, with its patient) and ``print_list`` (of this session,
    of no record, and never into a file: CF-067) are the ways to a printer; ``write_pdf`` makes a document.
    ``open_patient`` leads to a patient, ``on_home`` puts a part of it on home, ``on_overview`` adds to
    « À savoir » of the record, ``on_document`` gives it
    documents of the record, ``open_document`` opens one of its list by the platform's id, as the list would;
    ``come_in_front`` shows the page itself, ``code_pictures`` reads the codes of a foreign picture or PDF (in
    a worker; a child opens it), and ``signing`` signs documents with the session's card. ``errand`` brings to
    its end what was begun, whatever page is in front. ``parent`` is where the view is made.
    """

    ask: "Ask"
    account: Callable[[], Account | None]
    session_start: Callable[[], datetime | None]
    keeps: Callable[[], bool]
    tell: Callable[[Failure], object]
    leave_behind: Callable[[int], object]
    record: Callable[[], OpenRecord | None]
    now: Callable[[], datetime]
    rows: KeptPort
    known: KnownNames
    rights: ToldRights
    on_listed: Callable[[Callable[[], object]], object]
    published: Callable[[], object]
    recheck: Callable[[], object]
    on_right_ended: Callable[[Callable[[], object]], object]
    go_back: Callable[[], object]
    print_copy: PrintCopy
    print_list: PrintCopy
    write_pdf: WritePdf
    open_patient: OpenPatient
    on_home: OnHome
    on_overview: OnOverview
    on_document: OnDocument
    open_document: Callable[[str], object]
    come_in_front: Callable[[], object]
    code_pictures: CodePicturesPort
    signing: Signing
    errand: BeginErrand
    parent: "QWidget"
