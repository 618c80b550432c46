"""The draft under the doctor's hands: what he does on the screen becomes an act of the draft, and a step."""

from collections.abc import Callable
from datetime import date, datetime
from uuid import uuid4

from desktop.features.summary.cells import choice_of, row_of
from desktop.features.summary.domain import editing
from desktop.features.summary.domain.draft import Decision, Draft, Form, Line
from desktop.features.summary.domain.editing import Editing
from desktop.features.summary.domain.entries import Entry, Medication
from desktop.features.summary.domain.from_code import entry_of, entry_of_words
from desktop.features.summary.domain.medication_line import MedicationLine
from desktop.features.summary.domain.sections import SectionKey, SectionState
from desktop.features.summary.domain.terminology import Concept
from desktop.features.summary.view.editor import EditorView
from desktop.features.summary.view.model import Written


class DraftActs:
    """Holds the draft and where the doctor stands in it.

    *changed* is called after each act, *moved* where the draft is the same one.
    """

    def __init__(
        self,
        view: EditorView,
        changed: Callable[[], object],
        moved: Callable[[], object],
        now: Callable[[], datetime],
        today: Callable[[], date],
        author: Callable[[], str],
    ) -> None:
        """*today* is the platform's day, *author* the name of the card holder."""
        self._changed, self._moved = changed, moved
        self._now, self._today, self._author = now, today, author
        self.empty()
        self._connect(view)

    def empty(self) -> None:
        """Nothing of a patient stays."""
        self.editing: Editing | None = None
        self.section = SectionKey.ALERTS
        self.cursor = ""
        self.written: Written | None = None
        self.asking: SectionState | None = None
        self.searched = ""
        self._searched_id = _new_id()
        self._begun: Entry | None = None
        self._medication: MedicationLine | None = None

    def begin(self, draft: Draft, line: MedicationLine) -> None:
        """Go on with *draft*, at the first section where something is to be decided."""
        self.empty()
        self._medication = line
        self.editing = Editing(draft)
        self.section = editing.next_to_review(draft, SectionKey.ALERTS) or SectionKey.ALLERGIES

    @property
    def draft(self) -> Draft | None:
        """As it stands; without what is being typed."""
        return self.editing.draft if self.editing else None

    def to_keep(self) -> Draft | None:
        """As it stands, with what is being typed: the store may be all that is left of it."""
        draft = self.draft
        if draft is None:
            return None
        for line in self._unfinished():
            draft = editing.begun(draft, self.section, line)
        return draft

    def at_stake(self) -> tuple[Line, ...]:
        """The lines that the state which is asked for would take out."""
        if self.draft is None or self.asking is None:
            return ()
        return editing.at_stake(self.draft.section(self.section), self.asking)

    def do(self, act: Callable[[Draft], Draft]) -> None:
        """One step, which can be undone."""
        if self.editing is not None:
            self.editing = self.editing.then(act(self.editing.draft))
            self._changed()

    def in_every_step(self, change: Callable[[Draft], Draft]) -> None:
        """Something outside changed: the draft, and what a step back would bring again."""
        if self.editing is not None:
            past = tuple(change(one) for one in self.editing.past)
            self.editing = Editing(change(self.editing.draft), past)

    def go_to_first_open(self) -> None:
        """The first section where something is to be decided."""
        if self.draft is not None:
            found = editing.next_to_review(self.draft, SectionKey.ALERTS)
            self.go_to(found or self.section)

    def go_to(self, key: SectionKey, cursor: str = "") -> None:
        """Another section, at the row *cursor*; what was begun in this one stays in the draft."""
        if self._unfinished():
            self.leave_form()
        self.section, self.cursor, self.asking, self.searched = key, cursor, None, ""
        self._moved()

    def leave_form(self) -> None:
        """Esc: back to the lines. What was typed is not wanted, and one step back brings it again."""
        begun, draft = self.to_keep(), self.draft
        self.written, self._begun = None, None
        self.searched, self._searched_id = "", _new_id()
        if self.editing is not None and begun is not None and draft is not None and begun != draft:
            self.editing = self.editing.then(begun).then(draft)
        self._moved()

    def _connect(self, view: EditorView) -> None:
        lines = view.lines
        lines.toggled.connect(self._toggle)
        lines.refused.connect(self._refuse)
        lines.objected.connect(self._object)
        lines.moved.connect(lambda line_id, by: self.do(lambda d: editing.move(d, self.section, line_id, by)))
        lines.chosen.connect(self._choose)
        lines.opened.connect(self._open)
        lines.written.connect(self._write)
        lines.typed.connect(self._type)
        lines.form_left.connect(self.leave_form)
        lines.state_chosen.connect(self._ask_state)
        lines.lines_dropped.connect(lambda: self._set_state(self.asking))
        lines.lines_kept.connect(lambda: self._set_state(None))
        lines.search.taken.connect(self._take)
        lines.search.kept.connect(lambda words: self._add(self._said(words)))
        lines.search.left.connect(self.leave_form)
        view.section_chosen.connect(lambda key: self.go_to(key))
        view.form_chosen.connect(self._set_form)
        view.reviewed.connect(self._review)
        view.undo_asked.connect(self._undo)

    def _line(self, line_id: str) -> Line | None:
        lines = self.draft.section(self.section).lines if self.draft else ()
        return next((line for line in lines if line.id == line_id), None)

    def _toggle(self, line_id: str) -> None:
        line = self._line(line_id)
        if line is not None and line.decision is Decision.ACCEPTED:
            self.do(lambda d: editing.take_back(d, self.section, line_id))
        else:
            self._decide(line_id, editing.accept)

    def _refuse(self, line_id: str) -> None:
        line = self._line(line_id)
        if line is not None and line.decision in (Decision.REFUSED, Decision.OBJECTED):
            self.do(lambda d: editing.take_back(d, self.section, line_id))
        else:
            self._decide(line_id, editing.refuse)

    def _object(self, line_id: str) -> None:
        """Of the line; in a section without any, of the section."""
        if line_id:
            self._decide(line_id, editing.object_to)
        else:
            self._ask_state(SectionState.REFUSED)

    def _choose(self, line_id: str, entry: Entry) -> None:
        self._decide(line_id, lambda d, key, name: editing.choose(d, key, name, entry))

    def _decide(self, line_id: str, decide: Callable[[Draft, SectionKey, str], Draft]) -> None:
        """And on to the next line that waits, so that each decision is one key."""
        if self.editing is None:
            return
        draft = decide(self.editing.draft, self.section, line_id)
        following = editing.next_waiting(draft.section(self.section), line_id)
        self.cursor = row_of(following) if following else line_id
        self.do(lambda _: draft)

    def _open(self, row_id: str) -> None:
        line = self._line(choice_of(row_id)[0])
        if line is not None:
            self.written = Written(line.id, line.entry)
            self._moved()

    def _take(self, concept: Concept) -> None:
        typed = self._said(self.searched)
        self._add(entry_of(self.section, concept, typed if isinstance(typed, Medication) else None))

    def _said(self, words: str) -> Entry:
        """What free words say in the section; a treatment is typed with its dose in one line."""
        if self.section is SectionKey.MEDICATION and self._medication is not None:
            return self._medication.read(words)
        return entry_of_words(self.section, words)

    def _add(self, entry: Entry) -> None:
        """A code or words were chosen for a new line: its form asks for the rest."""
        self.searched, self._searched_id = "", _new_id()
        self.written = Written(_new_id(), entry)
        self._moved()

    def _type(self, entry: Entry) -> None:
        self._begun = entry
        self._changed()

    def _write(self, entry: Entry) -> None:
        written, author, today = self.written, self._author(), self._today()
        if written is None:
            return
        self.written, self._begun = None, None
        self.cursor = written.line_id
        if self._line(written.line_id) is not None:
            self.do(lambda d: editing.edit(d, self.section, written.line_id, entry, author, today))
        else:
            line = editing.typed(entry, written.line_id, author, today)
            self.do(lambda d: editing.add(d, self.section, line))

    def _ask_state(self, state: SectionState) -> None:
        """A state that contradicts lines is asked about first."""
        self.asking = state
        if not self.at_stake():
            self._set_state(state)
        else:
            self._moved()

    def _set_state(self, state: SectionState | None) -> None:
        self.asking = None
        if state is None:
            self._moved()
        else:
            self.do(lambda d: editing.set_state(d, self.section, state))

    def _set_form(self, form: Form) -> None:
        self.do(lambda d: editing.set_form(d, form))

    def _review(self) -> None:
        if self.draft is None:
            return
        self.do(lambda d: editing.review(d, self.section, self._now()))
        following = editing.next_to_review(self.draft, self.section)
        if following is not None:
            self.go_to(following)

    def _undo(self) -> None:
        if self.editing is not None:
            self.editing = self.editing.undone()
            self._changed()

    def _unfinished(self) -> tuple[Line, ...]:
        """The line in the form, and the words in the field for new ones."""
        author, today = self._author(), self._today()
        found = []
        if self.written is not None and self._begun is not None and self._begun.text:
            found.append(editing.typed(self._begun, self.written.line_id, author, today))
        if self.searched.strip():
            entry = self._said(self.searched.strip())
            found.append(editing.typed(entry, self._searched_id, author, today))
        return tuple(found)


def _new_id() -> str:
    return str(uuid4())
