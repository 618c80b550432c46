"""The pages of the patient summary: the editor « Mon résumé », and the summaries of others."""

from desktop.features.summary.page.drafts import DraftsPage
from desktop.features.summary.page.editor import SummaryPage
from desktop.features.summary.page.reading import ReadingPage

__all__ = ["DraftsPage", "ReadingPage", "SummaryPage"]
