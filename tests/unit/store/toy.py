"""A feature that keeps something of every fate, and what may be done with it."""

import shutil
from pathlib import Path

from desktop.domain.errors import Result
from desktop.ports.kept import Fate, Kept, KeptPort, Rows, Table

STEPS = Path(__file__).with_name("toy_steps")
TABLES = (
    Table("toy_notes", Fate.MANDATE, "patient"),
    Table("toy_words", Fate.MANDATE, None, follows="toy_notes"),
    Table("toy_letters", Fate.OWN_WORK, None),
    Table("toy_codes", Fate.NO_PATIENT, None),
)
TOY = Kept(TABLES, STEPS)
PLUGGED = {"toy": TOY}


def of_steps(folder: Path, *own: str, upto: int = 99, tables: tuple[Table, ...] = TABLES) -> Kept:
    """The toy with only some of its steps, and *own* ones after them."""
    folder.mkdir()
    released = [step for step in sorted(STEPS.iterdir()) if int(step.name[:3]) <= upto]
    for step in released:
        shutil.copy(step, folder)
    for number, sql in enumerate(own, len(released) + 1):
        (folder / f"{number:03}_own.sql").write_text(sql)
    return Kept(tables, folder)


def note(port: KeptPort, patient_id: str, words: str) -> Result[None]:
    """Something that came under a mandate."""

    def work(rows: Rows) -> None:
        ((number,),) = rows.execute(
            "INSERT INTO toy_notes (patient, note) VALUES (?, ?) RETURNING id", (patient_id, words)
        )
        rows.execute("INSERT INTO toy_words (rowid, note) VALUES (?, ?)", (number, words))

    return port.write(work)


def letter(port: KeptPort, words: str) -> Result[None]:
    """Something that the user wrote."""
    return port.write_durably(
        lambda rows: rows.executemany("INSERT INTO toy_letters (words) VALUES (?)", [(words,)])
    )


def notes(port: KeptPort) -> Result[list[tuple[str, str]]]:
    """All of them, with the patient."""
    return port.read(lambda rows: rows.execute("SELECT patient, note FROM toy_notes ORDER BY id"))


def found(port: KeptPort, word: str) -> Result[list[str]]:
    """The notes with that word."""
    sql = "SELECT n.note FROM toy_words JOIN toy_notes n ON n.id = toy_words.rowid WHERE toy_words MATCH ?"
    return port.read(lambda rows: [row[0] for row in rows.execute(sql, (word,))])


def letters(port: KeptPort) -> Result[list[str]]:
    """All of them."""
    return port.read(lambda rows: [r[0] for r in rows.execute("SELECT words FROM toy_letters ORDER BY id")])
