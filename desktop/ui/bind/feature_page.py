"""One page of a feature in the window: made when it is needed, opened, and emptied by the session machine."""

from collections.abc import Generator, Iterator
from dataclasses import dataclass

from desktop.domain.texts import current_language
from desktop.kernel.page import EVERYBODY, AtLock, Audience, Entry, FeaturePage, PluggedPage, nothing
from desktop.kernel.workbench import Workbench
from desktop.services.session import Effect
from desktop.ui.ask import Ask
from desktop.ui.desk.machine import Machine
from desktop.ui.page_words import retranslate
from desktop.ui.shell import Shell
from desktop.ui.views.keys import PageHelp


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page is mounted, and what makes its :class:`Workbench`."""

    shell: Shell
    machine: Machine
    ask: Ask
    bench: Workbench


class MountedPage:
    """Registers its part of a lock at once; the page itself is made by :meth:`make`."""

    def __init__(self, plugged: PluggedPage, place: Place) -> None:
        self.plugged = plugged
        self._place = place
        self._page: FeaturePage | None = None
        self._making = self._make()
        self._in_front = False
        self._readable = False
        machine = place.machine
        machine.on(Effect.HIDE_CONTENT, self._hide)
        machine.on(Effect.HIDE_RECORD, self._hide)
        machine.on(Effect.KEEP_DRAFTS, self._keep_drafts)
        machine.on(Effect.WIPE_DOCUMENTS, self._wipe)

    @property
    def name(self) -> str:
        """The page's name in the window."""
        return self.plugged.name

    @property
    def is_made(self) -> bool:
        """Whether all of it is there."""
        return self._page is not None

    @property
    def of_record(self) -> bool:
        """Whether it belongs to the patient whose record is open."""
        return self.plugged.entry.of_record

    @property
    def of_some_records(self) -> bool:
        """Whether only records that were opened by certain mandates have its tab."""
        return self.plugged.entry is Entry.RECORD and self.plugged.audience.mandates is not EVERYBODY

    @property
    def takes_documents(self) -> bool:
        """Whether a row of the record may lead to it, and says so."""
        return self.plugged.entry is Entry.DOCUMENT

    @property
    def is_for_everybody(self) -> bool:
        """Whether whoever logs in sees it."""
        return self.plugged.audience == Audience(EVERYBODY, EVERYBODY)

    def make(self) -> None:
        """Make what is missing of the page, in its place."""
        for _ in self.parts():
            pass

    def parts(self) -> Iterator[None]:
        """The same, as much as a turn of the event loop can hold at a time."""
        return self._making

    def _make(self) -> Iterator[None]:
        plugged, language = self.plugged, current_language()
        made = plugged.make(self._place.bench)
        page = (yield from made) if isinstance(made, Generator) else made
        if language is not current_language():  # chosen between two parts
            retranslate(page.view)
        self._page = page
        keys = tuple((hint.key, hint.act) for hint in plugged.keys)
        self._place.shell.add_page(
            self.name, page.view, PageHelp(plugged.title, plugged.help, keys), in_record=self.of_record
        )

    def show_state(self, *, in_front: bool, readable: bool) -> None:
        """Whether it is the page before the user's eyes, and whether it may show anything there."""
        before = self._in_front and self._readable
        self._in_front, self._readable = in_front, readable
        now = in_front and readable
        if before and not now:
            self._place.ask.drop()
        if now and not before and self._page is not None:
            self._page.opened()

    def forget(self) -> None:
        """Its content goes for good."""
        self._place.ask.drop()
        self._at_lock().forget()

    def _hide(self) -> None:
        if self._is_concerned():
            self._place.ask.drop()
            self._readable = False
            self._at_lock().hide()

    def _keep_drafts(self) -> None:
        if self._is_concerned():
            self._at_lock().keep_drafts()

    def _wipe(self) -> None:
        if self._is_concerned():
            self._at_lock().wipe()

    def _is_concerned(self) -> bool:
        """A lock empties every page, the end of a record only those of its patient."""
        return self.of_record or not self._place.machine.situation.may_show_content

    def _at_lock(self) -> AtLock:
        return _NOT_MADE if self._page is None else self._page.at_lock


_NOT_MADE = AtLock(nothing, nothing, nothing, nothing)  # no page, nothing to hide
