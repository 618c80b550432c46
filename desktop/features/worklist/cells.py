"""What a line of the work list says, in words: the columns of the screen, the sentence, the print."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from desktop.domain.referent import DeclarationState, Due, EndCause, Mark, StatementState
from desktop.domain.texts import counted, text
from desktop.features.worklist.domain import Choice, Line, Order, Task, Wish, tasks, tasks_untold
from desktop.features.worklist.service import Worklist
from desktop.ui.dates import day, moment
from desktop.ui.widgets.badged_cell import Badges

NOTHING = "–"
Cell = tuple[str, Badges]


@dataclass(frozen=True, slots=True)
class Column:
    """``width`` in pixels on a screen of 1366; ``printed``: nothing of it needs the DSP to be understood.

    ``cell`` says all, ``brief`` what of it has room in a row: a day or what it means, rarely both. Of nobody
    is a state left out.
    """

    order: Order
    width: int
    printed: bool
    cell: Callable[[Line, date], Cell]
    brief: Callable[[Line, date], Cell] | None = None

    @property
    def title(self) -> str:
        """What stands above it."""
        return text("worklist.todo") if self.order is Order.URGENCY else text(ORDERS[self.order])

    def in_row(self, shown: Line, today: date) -> Cell:
        """What stands in a row."""
        return (self.brief or self.cell)(shown, today)


def count_words(worklist: Worklist | None, shown: int) -> str:
    """How many of how many, as of when."""
    if worklist is None:
        return ""
    total = len(worklist.lines)
    words = counted("worklist.count", shown)
    if shown != total:
        words = text("worklist.of_total", shown=words, total=total)
    return text("worklist.read_at", count=words, when=moment(worklist.read_at))


def choice_words(worklist: Worklist | None, choice: Choice) -> str:
    """A filter and how many it takes: « – » where nobody told, « ≥ » where there may be more (CF-074)."""
    if worklist is None:
        return text(CHOICES[choice], count="").strip()
    count = worklist.counts[choice]
    if count.untold:
        return text(CHOICES[choice], count=f"≥ {count.known}" if count.known else NOTHING)
    return text(CHOICES[choice], count=count.known)


def spoken_choice(worklist: Worklist | None, choice: Choice) -> str:
    """As :func:`choice_words`, for who hears it: what was not told is said as in the table."""
    if worklist is None or not worklist.counts[choice].untold:
        return choice_words(worklist, choice)
    known = worklist.counts[choice].known
    untold = text("worklist.unknown")
    return text(CHOICES[choice], count=f"{known}, {untold}" if known else untold)


def panel_words(worklist: Worklist) -> str:
    """How many are declared, and what of them is due: what is known to be nothing is left out."""
    count = counted("worklist.count", len(worklist.lines))
    said = [text("worklist.read_at", count=count, when=moment(worklist.read_at))]
    for choice in Choice:
        due = worklist.counts[choice]
        if choice is not Choice.ALL and (due.known or due.untold):
            said.append(choice_words(worklist, choice))
    return " · ".join(said)


def spoken(shown: Line, today: date) -> str:
    """A row as one sentence: every column with its title, hidden ones too."""
    parts = []
    for column in COLUMNS:
        words, badges = column.cell(shown, today)
        said = ", ".join((words, *(badge for badge, _ in badges))) if words else badges[0][0]
        parts.append(
            said if column.order is Order.PATIENT else text("worklist.said_of", title=column.title, said=said)
        )
    return " · ".join(parts)


def printed_columns() -> tuple[str, ...]:
    """The titles of a print."""
    return tuple(column.title for column in COLUMNS if column.printed)


def printed_rows(lines: tuple[Line, ...], today: date) -> tuple[tuple[str, ...], ...]:
    """Dates and states only: no count of documents, no annonce stands on paper."""
    columns = [column for column in COLUMNS if column.printed]
    cells = ((column.cell(shown, today) for column in columns) for shown in lines)
    return tuple(
        tuple(" ".join((words, *(badge for badge, _ in badges))).strip() for words, badges in line)
        for line in cells
    )


def print_notes(worklist: Worklist, wish: Wish, shown: int) -> tuple[str, ...]:
    """The purpose rule, and what of the list this is (CF-067)."""
    which = choice_words(worklist, wish.choice)
    order, count = text(ORDERS[wish.order]), count_words(worklist, shown)
    if wish.words:
        said = text("worklist.print_words", count=count, choice=which, words=wish.words, order=order)
    else:
        said = text("worklist.print_filter", count=count, choice=which, order=order)
    return text("worklist.print_purpose"), said


def _patient(shown: Line, today: date) -> Cell:
    patient = shown.told.patient
    age = patient.age(today)
    return (patient.name if age is None else text("worklist.patient_age", name=patient.name, age=age)), ()


def _declaration(shown: Line, _today: date) -> Cell:
    d = shown.told.declaration
    match shown.state:
        case DeclarationState.DRAFT:
            return text("worklist.state_draft"), ()
        case DeclarationState.SIGNED:
            return text("worklist.state_signed", day=day(d.signed_doctor)), ()
        case DeclarationState.NOTIFIED:
            return text("worklist.state_notified", day=day(d.notified)), ()
        case DeclarationState.VALIDATED:
            return text("worklist.state_validated", day=day(d.effective_from())), ()
        case DeclarationState.EFFECTIVE:
            return text("worklist.state_effective", day=day(d.effective_from())), ()
        case DeclarationState.NOTICE:
            badge = text("worklist.state_notice_badge")
            return text("worklist.state_notice", day=day(shown.until)), ((badge, "warning"),)
        case DeclarationState.ENDED:
            cause = text(_CAUSES[shown.cause]) if shown.cause else text("worklist.state_ended")
            closed = shown.cause is EndCause.DSP_CLOSED or shown.ended is None
            return ("" if closed else day(shown.ended)), ((cause, "muted"),)


def _declaration_brief(shown: Line, today: date) -> Cell:
    """The last day of a notice and its word are one thing."""
    if shown.state is not DeclarationState.NOTICE:
        return _declaration(shown, today)
    return "", ((text("worklist.notice_brief", day=day(shown.until)), "warning"),)


def _statement_brief(shown: Line, today: date) -> Cell:
    words, badges = _statement(shown, today)
    told, due = shown.told.statement, shown.statement
    is_sent = told is not None and told.state is StatementState.SENT
    if is_sent and due is not None and due.mark in (Mark.NOTHING, Mark.SOON):
        return words, badges
    return ("" if badges else words), badges


def _summary_brief(shown: Line, today: date) -> Cell:
    """Days late or left say on which day; of what is old the day says how old."""
    told, due = shown.told.summary, shown.summary
    words, badges = _summary(shown, today)
    if not badges or told is None or due is None:
        return words, badges
    return (day(told.last) if due.mark is Mark.OLD else ""), badges


def _prestations_brief(shown: Line, today: date) -> Cell:
    words, badges = _prestations(shown, today)
    return ("" if badges else words), badges


def _todo(shown: Line, _today: date) -> Cell:
    said = [text(_TASKS[task]) for task in tasks(shown)]
    if tasks_untold(shown):
        said.append(text("worklist.unknown"))
    return ", ".join(said) or NOTHING, ()


def _summary(shown: Line, _today: date) -> Cell:
    told, due = shown.told.summary, shown.summary
    if not shown.works:
        return NOTHING, ()
    if told is None or due is None:
        return text("worklist.unknown"), ()
    if told.last is not None:
        return text("worklist.version", day=day(told.last), version=told.versions), _badge(due)
    if due.mark is Mark.NOTHING:
        return text("worklist.expected", day=day(due.on)), ()
    return text("worklist.none"), _badge(due)


def _statement(shown: Line, _today: date) -> Cell:
    told, due = shown.told.statement, shown.statement
    if not shown.works:
        return NOTHING, ()
    if told is None or due is None:
        return text("worklist.unknown"), ()
    said = _badge(due)
    if due.mark in (Mark.NOTHING, Mark.SOON):  # where it stands says more than that it will be due
        if told.state is StatementState.SENT:
            said = ((text("worklist.sent"), "muted"),)
        elif told.state is StatementState.RETURNED:
            said = ((text("worklist.returned"), "warning"),)
    return day(due.on), said


def _prestations(shown: Line, _today: date) -> Cell:
    told, due = shown.told.prestations, shown.prestations
    if not shown.works:
        return NOTHING, ()
    if told is None or due is None:
        return text("worklist.unknown"), ()
    return (str(told.last.year) if told.last else NOTHING), _badge(due)


def _annonces(shown: Line, today: date) -> Cell:
    told = shown.told.annonces
    if not shown.works:
        return NOTHING, ()
    if told is None:
        return text("worklist.unknown"), ()
    if not told.count:
        return text("worklist.none_annonce"), ()
    if told.since is None or told.since > today:  # a day that nobody can have set it on is no day
        return "", ((text("worklist.annonces_undated", count=told.count), "warning"),)
    days = (today - told.since).days
    return "", ((text("worklist.annonces", count=told.count, days=days), "warning"),)


def _counted(shown: Line, count: int | None, words: Callable[[int], str]) -> Cell:
    if not shown.works:
        return NOTHING, ()
    if count is None:
        return text("worklist.unknown"), ()
    return (words(count) if count else text("worklist.none")), ()


def _badge(due: Due) -> Badges:
    """What a clock says, in a word; its tone only supports it."""
    days = abs(due.days or 0)
    match due.mark:
        case Mark.LATE:
            return ((text("worklist.late", days=days), "danger"),)
        case Mark.SOON:
            return ((text("worklist.soon", days=days) if days else text("worklist.today"), "warning"),)
        case Mark.OLD:
            return ((text("worklist.old"), "muted"),)
        case Mark.MISSING:
            return ((text("worklist.missing"), "muted"),)
        case Mark.AWAITED:
            return ((text("worklist.awaited"), "accent"),)
        case Mark.NOTHING:
            return ()


CHOICES = {
    Choice.ALL: "worklist.choice_all",
    Choice.LATE: "worklist.choice_late",
    Choice.SOON: "worklist.choice_soon",
    Choice.ANNONCES: "worklist.choice_annonces",
    Choice.NOTICE: "worklist.choice_notice",
    Choice.OLD: "worklist.choice_old",
}
ORDERS = {
    Order.URGENCY: "worklist.order_urgency",
    Order.PATIENT: "worklist.order_patient",
    Order.BORN: "worklist.order_born",
    Order.DECLARATION: "worklist.order_declaration",
    Order.SUMMARY: "worklist.order_summary",
    Order.NEW: "worklist.order_new",
    Order.PRESTATIONS: "worklist.order_prestations",
    Order.STATEMENT: "worklist.order_statement",
    Order.ANNONCES: "worklist.order_annonces",
    Order.DUPLICATES: "worklist.order_duplicates",
}
_TASKS = {
    Task.SUMMARY: "worklist.task_summary",
    Task.STATEMENT: "worklist.task_statement",
    Task.ANNONCE: "worklist.task_annonce",
}
_CAUSES = {
    EndCause.NOTICE: "worklist.cause_notice",
    EndCause.DSP_CLOSED: "worklist.cause_dsp_closed",
    EndCause.DEATH: "worklist.cause_death",
    EndCause.DOCTOR_LEFT: "worklist.cause_doctor_left",
    EndCause.REPLACED: "worklist.cause_replaced",
}
COLUMNS = (
    Column(Order.PATIENT, 182, True, _patient),
    Column(Order.BORN, 87, True, lambda shown, _: (day(shown.told.patient.birth_date), ())),
    Column(Order.DECLARATION, 165, True, _declaration, _declaration_brief),
    Column(Order.SUMMARY, 151, True, _summary, _summary_brief),
    Column(Order.NEW, 99, False, lambda s, _: _counted(s, s.told.new_documents, str)),
    Column(Order.PRESTATIONS, 120, True, _prestations, _prestations_brief),
    Column(Order.STATEMENT, 158, True, _statement, _statement_brief),
    Column(Order.ANNONCES, 99, False, _annonces),
    Column(Order.DUPLICATES, 99, False, lambda s, _: _counted(
        s, s.told.duplicates, lambda n: counted("worklist.duplicates", n))),
    Column(Order.URGENCY, 152, False, _todo),
)  # fmt: skip
