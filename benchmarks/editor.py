"""The summary editor over a record of 400 documents: from what store and list gave to painted rows."""

import sys
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from uuid import uuid4

from PySide6.QtWidgets import QApplication

from desktop.domain.record import Author, Document, DocumentStatus, Level
from desktop.domain.texts import Language
from desktop.features.summary.cells import preview_rows, source_rows
from desktop.features.summary.domain.candidates import could_bring
from desktop.features.summary.domain.check import problems_of
from desktop.features.summary.domain.draft import Draft, Form, Source, SourceKind
from desktop.features.summary.domain.editing import accept
from desktop.features.summary.domain.entries import ENTRY_TYPES, Entry
from desktop.features.summary.domain.proposals import Given, propose
from desktop.features.summary.domain.sections import RULES, SectionKey
from desktop.features.summary.feature import SUMMARY
from desktop.features.summary.service.drafts import pack, unpack
from desktop.features.summary.service.terminology import code_search, known_substances
from desktop.features.summary.view.editor import EditorView
from desktop.features.summary.view.model import EditorModel, Side
from desktop.kernel.feature import add_words
from desktop.ui.theme import Scheme, apply_theme

DOCUMENTS, TIMES = 400, 7
_LINES = {
    SectionKey.PROBLEMS: 40,
    SectionKey.ALLERGIES: 12,
    SectionKey.MEDICATION: 25,
    SectionKey.RESULTS: 60,
}
_DAY = date(2026, 6, 10)
_NOW = datetime(2026, 6, 10, 10, tzinfo=UTC)
_SOURCE = Source(SourceKind.PREVIOUS, "d0", "Résumé patient", _DAY, "Dr Weber")


def rows(_against: Path | None = None) -> list[tuple[str, str, str]]:
    """Medians of :data:`TIMES`; the tables of codes are read once a session, and measured by themselves."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    apply_theme(application, Scheme.LIGHT)
    add_words((SUMMARY,))
    began = time.perf_counter()
    search, known = code_search(), known_substances()
    tables = (time.perf_counter() - began) * 1000
    documents, content = _documents(), pack(_draft())
    view = EditorView()
    view.resize(1334, 516)
    view.show()
    opened, turns = list[float](), list[float]()
    for _ in range(TIMES):
        view.show_state(EditorModel())
        application.processEvents()
        began = time.perf_counter()
        draft = unpack(content)
        candidates = could_bring(documents, "")
        problems_of(draft, _DAY, search, known)
        beside = source_rows(None, None, candidates, Language.FR)
        model = EditorModel(draft, SectionKey.PROBLEMS, today=_DAY, side=Side.SOURCE, beside=beside)
        view.show_state(model)
        view.grab()
        opened.append((time.perf_counter() - began) * 1000)
        changed = accept(draft, SectionKey.PROBLEMS, draft.section(SectionKey.PROBLEMS).lines[3].id)
        began = time.perf_counter()
        view.show_state(replace(model, draft=changed, beside=preview_rows(changed)))
        application.processEvents()
        turns.append((time.perf_counter() - began) * 1000)
    view.close()
    return [
        (f"summary editor, {DOCUMENTS} documents, to painted rows", "≤ 500 ms", f"{median(opened):.0f} ms"),
        ("one decision in it, to painted rows", "≤ 50 ms", f"{median(turns):.0f} ms"),
        ("tables of codes, once a session, in a worker", "", f"{tables:.0f} ms"),
    ]


def _entry(key: SectionKey, number: int) -> Entry:
    """Long enough for a second line."""
    words = f"{key.value} {number}, avec des mots qui vont à la ligne suivante comme chez un patient âgé"
    return ENTRY_TYPES[RULES[key].kind](text=words)


def _draft() -> Draft:
    empty = Draft("draft", "p1", Form.ADULT, "fr", None, (), _NOW)
    given = [Given(_SOURCE, key, tuple(_entry(key, n) for n in range(most))) for key, most in _LINES.items()]
    return propose(empty, given, known_substances(), _DAY, lambda: str(uuid4()))


def _documents() -> tuple[Document, ...]:
    """Each with its data beside it, as a platform that is ahead of ours would have them."""
    made = []
    for number in range(DOCUMENTS // 2):
        row = Document(
            f"d{number}", f"urn:uuid:{number}", "p1", "resultats-biologie", f"Bilan {number}",
            _NOW - timedelta(days=number), _NOW, Author("pr1", "Laboratoire"), Level.STANDARD,
            DocumentStatus.CURRENT, "application/pdf", 1000, "0" * 40, "",
        )  # fmt: skip
        data = replace(row, id=f"x{number}", transforms=row.id, content_type="application/fhir+json")
        made += [row, data]
    return tuple(made)
