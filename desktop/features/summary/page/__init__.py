"""The page « Résumé » of a record: brings view, draft, search and publication together."""

from desktop.features.summary.page.editor import SummaryPage

__all__ = ["SummaryPage"]
