"""Traces in words: acts, roles, outcomes by their codes; patients and documents by the names that are known.

A code that nobody knows is shown as it came, and marked: the user sees that something was traced.
"""

from desktop.domain.record import Level
from desktop.domain.texts import code_words, text
from desktop.domain.trace import Trace
from desktop.services.known_names import Names
from desktop.ui.views.describe import document_title, level_word, masked_badge
from desktop.ui.widgets.badged_cell import Badges

NONE = "–"
_LEVELS = {level.value: level for level in Level}


def act_words(trace: Trace) -> str:
    """« Changement de niveau : standard → confidentiel »."""
    act, change = _of_code("acts", trace.action), _change(trace.change)
    return text("traces.with_change", act=act, change=change) if change else act


def role_words(trace: Trace) -> str:
    """« médecin référent »; "–" where no mandate and no role was needed."""
    return _of_code("roles", trace.role)


def outcome_words(trace: Trace) -> str:
    """« fait », or « refusé » and why."""
    if trace.succeeded:
        return text("traces.done")
    if not trace.refusal:
        return text("traces.refused")
    return text("traces.refused_because", reason=_of_code("refusals", trace.refusal))


def patient_words(trace: Trace, names: Names) -> str:
    """The patient's name where this session knows it."""
    number = trace.patient_id
    if not number:
        return NONE
    return names.patients.get(number) or text("traces.patient", id=number)


def document_words(trace: Trace, names: Names) -> str:
    """The document's title where this session's cache knows it."""
    number = trace.document_id
    if not number:
        return NONE
    document = names.documents.get(number)
    return document_title(document) if document is not None else text("traces.document", id=number)


def document_badges(trace: Trace, names: Names) -> Badges:
    """That the document is masked for the patient, as the list says it (CF-042)."""
    document = names.documents.get(trace.document_id)
    masked = document is not None and document.level is Level.ANNONCE
    return (masked_badge(),) if masked else ()


def _of_code(table: str, code: str) -> str:
    if not code:
        return NONE
    return code_words("traces", table, code) or text("traces.unknown", code=code)


def _change(change: str) -> str:
    if change == "local":
        return text("traces.offline")
    before, arrow, after = change.partition("→")
    if not arrow:
        return change
    return text("traces.level_change", before=_level(before), after=_level(after))


def _level(code: str) -> str:
    level = _LEVELS.get(code)
    return text("traces.unknown", code=code) if level is None else level_word(level)
