"""What the pages of ALD statements say, in words."""

from desktop.domain.icd10 import code_of, title_of
from desktop.domain.referent import Due, Mark, StatementState
from desktop.domain.texts import counted, text
from desktop.features.ald.domain import (
    DIABETES,
    OFF_LIST,
    SEVERAL,
    Answer,
    Course,
    Detail,
    Form,
    Gap,
    Item,
    KeptSent,
    Sent,
    label_of,
    newest,
)
from desktop.features.ald.service import Mine, Standing
from desktop.ui.dates import day, moment
from desktop.ui.views.describe import born_on

ANSWERS = {
    Answer.STILL: "ald.answer_still",
    Answer.OVER: "ald.answer_over",
    Answer.UNSURE: "ald.answer_unsure",
}
COURSES = {
    Course.SEVERE: "ald.course_severe",
    Course.PROGRESSIVE: "ald.course_progressive",
    Course.DISABLING: "ald.course_disabling",
}
STATES = {
    StatementState.TO_DO: "ald.state_to_do",
    StatementState.BEGUN: "ald.state_begun",
    StatementState.SIGNED: "ald.state_signed",
    StatementState.SENT: "ald.state_sent",
    StatementState.RECEIVED: "ald.state_received",
    StatementState.ACCEPTED: "ald.state_accepted",
    StatementState.RETURNED: "ald.state_returned",
}
_GAPS = {
    Detail.ITEMS: "ald.gap_items",
    Detail.ANSWER: "ald.gap_answer",
    Detail.SINCE: "ald.gap_since",
    Detail.TYPE: "ald.gap_type",
    Detail.CONDITION: "ald.gap_condition",
    Detail.CONDITIONS: "ald.gap_conditions",
    Detail.SIX_MONTHS: "ald.gap_six_months",
    Detail.COURSE: "ald.gap_course",
    Detail.ICD10: "ald.gap_icd10",
}


def period(form: Form) -> str:
    """« 15.12.2024 – 14.12.2026 »."""
    return text("ald.period", first=day(form.first), last=day(form.last))


def name_of(code: int) -> str:
    """« 8 Diabète de type 1 et de type 2 »: the number and its official label."""
    return f"{code} {label_of(code)}".strip()


def icd10_words(typed: str) -> str:
    """A code and the title of its category, which is English and says so; a code that is none, as it is."""
    title = title_of(typed)
    return text("ald.icd10_words", code=code_of(typed), title=title) if title else typed.strip()


def gap_words(gap: Gap) -> str:
    """What is missing, as what to do."""
    return text(_GAPS[gap.detail])


def first_gap(missing: tuple[Gap, ...]) -> str:
    """Of which condition the first thing is missing, and what."""
    gap = missing[0]
    said = gap_words(gap)
    return text("ald.field_of", name=name_of(gap.code), field=said) if gap.code else said


def details_name(code: int) -> str:
    """What the words beside a condition are."""
    if code == OFF_LIST:
        return text("ald.condition")
    return text("ald.conditions" if code == SEVERAL else "ald.remark")


def due_words(due: Due | None) -> str:
    """When the next statement is due."""
    if due is None:
        return ""
    if due.mark is Mark.LATE:
        return text("ald.due_late", day=day(due.on), days=abs(due.days or 0))
    return text("ald.due", day=day(due.on))


def state_of(standing: Standing) -> StatementState:
    """Where the present statement stands: the draft first, then what was sent last."""
    if standing.begun:
        return StatementState.BEGUN
    last = newest(standing.statements or ())
    calm = standing.due is not None and standing.due.mark is Mark.NOTHING
    if last is None or (last.state is StatementState.ACCEPTED and not calm):
        return StatementState.TO_DO
    return last.state


def waiting_words(standing: Standing) -> tuple[str, str]:
    """What was sent, and that its clock has not moved (CF-096)."""
    sent = standing.waiting
    if sent is None:
        return "", ""
    if sent.receipt is not None:
        said = text("ald.received_on", number=sent.receipt.number, when=moment(sent.receipt.at))
    elif standing.due is not None and standing.due.mark is Mark.AWAITED:
        said = text("ald.awaited_since", when=moment(sent.sent))
    else:
        said = text("ald.sent_on", when=moment(sent.sent))
    return said, text("ald.clock_unmoved")


def confirm_words(standing: Standing) -> tuple[str, str]:
    """Whose statement, of which period, with how many conditions, is about to leave."""
    person, draft = standing.person, standing.draft
    assert draft is not None
    count = counted("ald.conditions_count", len(draft.form.items))
    born = born_on(person.born, person.sex)
    said = text("ald.confirm", name=person.name, born=born, period=period(draft.form), count=count)
    return said, text("ald.confirm_next")


def former_row(sent: Sent) -> tuple[str, ...]:
    """When, which period, where it stands, its receipt."""
    receipt = sent.receipt
    said = text("ald.receipt", number=receipt.number, when=moment(receipt.at)) if receipt else "–"
    return moment(sent.sent), period(sent.form), _stands(sent), said


def mine_rows(mine: Mine) -> tuple[tuple[str, ...], ...]:
    """Drafts first: patient, born, period, state, receipt."""
    drafts = tuple(
        (
            draft.person.name,
            day(draft.person.born),
            period(draft.form),
            text("ald.lost") if draft.sending else text("ald.draft_of", when=moment(draft.saved)),
            "–",
        )
        for draft in mine.drafts
    )
    return drafts + tuple(_kept_row(known) for known in mine.sent)


def form_lines(form: Form) -> str:
    """A form in plain words, a condition a line: what is kept can be read after every right is over."""
    return "\n".join(_line(item) for item in form.items) or text("ald.nothing_said")


def _kept_row(known: KeptSent) -> tuple[str, ...]:
    when, days, state, receipt = former_row(known.sent)
    return (
        known.person.name,
        day(known.person.born),
        days,
        text("ald.of_day", state=state, when=when),
        receipt,
    )


def _stands(sent: Sent) -> str:
    if sent.state is StatementState.ACCEPTED and sent.accepted is not None:
        return text("ald.accepted_on", day=day(sent.accepted))
    if sent.state is StatementState.RETURNED and sent.returned:
        return text("ald.returned_because", reason=sent.returned)
    return text(STATES[sent.state])


def _line(item: Item) -> str:
    parts = [
        name_of(item.code),
        text(ANSWERS[item.answer]) if item.answer else text("ald.unanswered"),
        text("ald.since_words", since=item.since) if item.since.strip() else "",
        text("ald.type_words", kind=item.kind) if item.code == DIABETES and item.kind else "",
        text("ald.six_months") if item.long else "",
        text(COURSES[item.course]) if item.course else "",
        icd10_words(item.icd10),
        item.text.strip(),
    ]
    return " · ".join(part for part in parts if part)
