"""Live announcements for screen readers (Qt ≥ 6.8); harmless where nobody listens."""

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget


def announce(widget: QWidget, content: str) -> None:
    """Speak *content* without moving the focus."""
    if content:
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, content))
