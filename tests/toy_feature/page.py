"""The pages: my notes, those of the open record, and a document of it."""

from collections.abc import Callable
from dataclasses import replace

from desktop.domain.errors import Failure, Result
from desktop.kernel.document import ChosenDocument
from desktop.kernel.page import AtLock
from desktop.kernel.workbench import Workbench
from tests.toy_feature.port import NotesPort
from tests.toy_feature.service import NotesService
from tests.toy_feature.view import NotesModel, NotesView


class _Page:
    """What both do; each part of a lock does something of its own, so that none can be left out unseen.

    What the user looks for comes back with the screen after an unlock, and is forgotten with the patient.
    """

    def __init__(self, name: str, bench: Workbench, port: NotesPort) -> None:
        self.bench = bench
        self.service = NotesService(port, bench.rows)
        self.view = NotesView(name, bench.parent)
        self.model = NotesModel()
        self.at_lock = AtLock(self._hide, self._keep, self.view.line.clear, self._forget)
        self._looked_for = ""

    def show_waiting(self, *, waiting: bool) -> None:
        self.show(replace(self.model, waiting=waiting))

    def show_failure(self, failure: Failure) -> None:
        self.show(NotesModel(failure=failure))

    def ask(self, work: Callable[[], Result[tuple[str, ...]]]) -> None:
        self.bench.ask(work, lambda notes: self.show(NotesModel(notes)), self)

    def show(self, model: NotesModel) -> None:
        self.model = model
        self.view.show_state(model)

    def came(self) -> None:
        self.view.filter.setText(self._looked_for)

    def _hide(self) -> None:
        self._looked_for = self.view.filter.text()
        self.view.filter.clear()
        self.show(NotesModel())

    def _keep(self) -> None:
        words = self.view.line.text()
        if words:
            self.bench.ask.keep(lambda: self.service.keep_draft(words), self.show_failure)

    def _forget(self) -> None:
        self._looked_for = ""


class MyNotesPage(_Page):
    """FeaturePage: what I wrote."""

    def __init__(self, bench: Workbench, port: NotesPort) -> None:
        super().__init__("toy-view", bench, port)

    def opened(self) -> None:
        self.came()
        self.ask(self.service.mine)


class PatientNotesPage(_Page):
    """FeaturePage: what stands in the open record."""

    def __init__(self, bench: Workbench, port: NotesPort) -> None:
        super().__init__("toy-notes-view", bench, port)
        self.view.added.connect(self._add)

    def opened(self) -> None:
        self.came()
        record = self.bench.record()
        if record is not None:
            self.ask(lambda: self.service.of_patient(record.patient.id))

    def _add(self, words: str) -> None:
        record = self.bench.record()
        if record is not None:
            service, patient_id = self.service, record.patient.id
            self.bench.ask(lambda: service.add(patient_id, words), lambda _: self.opened(), self)


class NotedDocumentPage(_Page):
    """FeaturePage: a document with data beside it, whose words are shown as notes."""

    def __init__(self, bench: Workbench, port: NotesPort) -> None:
        super().__init__("toy-document-view", bench, port)
        self.chosen: ChosenDocument | None = None
        bench.on_document(lambda document, data: data is not None, self._came)

    def opened(self) -> None:
        """Nothing is read before a document comes."""

    def _came(self, chosen: ChosenDocument) -> None:
        self.chosen, data = chosen, chosen.data or chosen.document

        def words() -> Result[tuple[str, ...]]:
            content = chosen.read(data)
            return content if isinstance(content, Failure) else (content.decode(),)

        self.bench.ask(words, self._arrived, self)

    def _arrived(self, notes: tuple[str, ...]) -> None:
        if self.chosen is not None:
            self.chosen.was_read(())
        self.show(NotesModel(notes))
