"""The summary on paper for the patient, in the language of the summary (CF-068)."""

from desktop.domain.texts import text
from desktop.features.summary.cells import preview_rows
from desktop.features.summary.domain.draft import Draft
from desktop.features.summary.domain.wording import spoken
from desktop.kernel.workbench import PrintedTable


def printed(draft: Draft) -> PrintedTable:
    """What would be published, as it stands now."""
    language = spoken(draft.language)

    def say(key: str) -> str:
        return text(key, language=language)

    rows, title = [], ""
    for row in preview_rows(draft):
        title = row.words if row.title else title
        if not row.title:
            rows.append((title, row.words))
    columns = (say("summary.edit_print_section"), say("summary.edit_print_words"))
    notes = (say("summary.edit_print_draft"),)
    return PrintedTable(say("summary.edit_print_title"), notes, columns, tuple(rows))
