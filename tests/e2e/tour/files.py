"""The letter that the tour deposits: written by the program's own writer, conforming to PDF/A-1b."""

from desktop.pdf.write import DocumentWriter


def conforming_letter() -> bytes:
    """A one-page letter in French."""
    data = {
        "date": "2026-11-20",
        "author": {"name": "Dr Claire Weber", "profession": "Médecin généraliste"},
        "place": "Luxembourg",
        "recipient": {"name": "Dr Anne Klein", "address": "Luxembourg"},
        "subject": "Consultation cardiologique",
        "paragraphs": [
            "Cher confrère, chère consœur,",
            "Je vous remercie d'avoir reçu ce patient en consultation.",
        ],
        "demo": True,
    }
    written = DocumentWriter().write("lettre", "fr", data)
    assert isinstance(written, bytes), written
    return written
