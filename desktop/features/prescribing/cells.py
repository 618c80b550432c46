"""Lines, alerts and states in the words of the screen."""

from desktop.domain.account import Practice
from desktop.domain.drugs.amounts import number_words
from desktop.domain.drugs.findings import AlertLevel, DrugFinding, mark
from desktop.domain.local_time import day_words, hour_words
from desktop.domain.prescription.lifecycle import LineAct, LineState, OrdonnanceState
from desktop.domain.prescription.ordonnance import (
    DISPENSED,
    Amount,
    Line,
    Nature,
    Override,
    Product,
    RenewalClass,
)
from desktop.domain.prescription.quantities import decimal_words, quantity_words
from desktop.domain.prescription.standing import Dispense, DispenseState, StandingLine, StandingOrdonnance
from desktop.domain.texts import counted, text
from desktop.features.prescribing.domain.favourites import Favourite
from desktop.features.prescribing.domain.filling import Field, Understood
from desktop.features.prescribing.domain.following import NATURES, delivered_lines
from desktop.features.prescribing.domain.obstacles import Obstacle, ObstacleKind
from desktop.ui.dates import day

NOT_SAID = "?"
CLASSES = {
    RenewalClass.UNKNOWN: "prescribing.class_unknown",
    RenewalClass.FREE: "prescribing.class_free",
    RenewalClass.R: "prescribing.class_r",
    RenewalClass.RR: "prescribing.class_rr",
    RenewalClass.S: "prescribing.class_s",
}
STATES = {
    LineState.DRAFT: "prescribing.state_draft",
    LineState.ACTIVE: "prescribing.state_active",
    LineState.RESERVED: "prescribing.state_reserved",
    LineState.PARTIAL: "prescribing.state_partial",
    LineState.DELIVERED: "prescribing.state_delivered",
    LineState.SUSPENDED: "prescribing.state_suspended",
    LineState.CANCELLED: "prescribing.state_cancelled",
    LineState.STOPPED: "prescribing.state_stopped",
    LineState.REFUSED: "prescribing.state_refused",
    LineState.EXPIRED: "prescribing.state_expired",
    LineState.ERASED: "prescribing.state_erased",
    LineState.UNKNOWN: "prescribing.state_unknown",
}
_WHOLE = {
    OrdonnanceState.DRAFT: "prescribing.whole_draft",
    OrdonnanceState.ISSUED: "prescribing.whole_issued",
    OrdonnanceState.IN_PROGRESS: "prescribing.whole_in_progress",
    OrdonnanceState.EXECUTED: "prescribing.whole_executed",
    OrdonnanceState.CANCELLED: "prescribing.whole_cancelled",
    OrdonnanceState.EXPIRED: "prescribing.whole_expired",
    OrdonnanceState.CLOSED: "prescribing.whole_closed",
    OrdonnanceState.UNKNOWN: "prescribing.whole_unknown",
}
ACTS = {
    LineAct.CANCEL: "prescribing.act_cancel",
    LineAct.STOP: "prescribing.act_stop",
    LineAct.SUSPEND: "prescribing.act_suspend",
    LineAct.RESUME: "prescribing.act_resume",
}
_FIELDS = {
    Field.PRODUCT: "prescribing.field_product",
    Field.STRENGTH: "prescribing.field_strength",
    Field.FORM: "prescribing.field_form",
    Field.RHYTHM: "prescribing.field_rhythm",
    Field.DURATION: "prescribing.field_duration",
    Field.QUANTITY: "prescribing.field_quantity",
}
_GAPS = {
    ObstacleKind.EMPTY: "prescribing.gap_empty",
    ObstacleKind.UNFINISHED: "prescribing.gap_unfinished",
    ObstacleKind.STOPPED: "prescribing.gap_stopped",
    ObstacleKind.PAPER_FORM: "prescribing.gap_paper_form",
    ObstacleKind.SHORT_REASON: "prescribing.gap_short_reason",
    ObstacleKind.PAST: "prescribing.gap_past",
    ObstacleKind.NO_DAY: "prescribing.gap_no_day",
    ObstacleKind.NO_RENEWAL: "prescribing.gap_no_renewal",
    ObstacleKind.TOO_MANY: "prescribing.gap_too_many",
}


def chips(said: Understood) -> tuple[tuple[str, bool], ...]:
    """Each field and its words, « forme ? » where it is missing; True: it is missing."""
    typed, missing = said.typed, said.missing
    rhythm = typed.rhythm.words if typed.rhythm else ""
    if typed.as_needed:
        rhythm = " ".join(filter(None, (rhythm, text("prescribing.as_needed"))))
    product = typed.product or " / ".join(one.name for one in typed.candidates)
    free = bool(typed.product) and not said.coded
    told = {
        Field.PRODUCT: text("prescribing.uncoded", words=product) if free else product,
        Field.STRENGTH: typed.strength,
        Field.FORM: typed.form.label if typed.form else "",
        Field.RHYTHM: rhythm,
        Field.DURATION: counted("prescribing.days", typed.duration.days) if typed.duration else "",
        Field.QUANTITY: number_words(said.quantity) if said.quantity else "",
    }
    shown = []
    for field, words in told.items():
        if field in missing:
            name = text(_FIELDS[field])
            shown.append((f"{name} {words} {NOT_SAID}" if words else f"{name} {NOT_SAID}", True))
        elif words:
            shown.append((words if field is not Field.QUANTITY else f"{text(_FIELDS[field])} {words}", False))
    return tuple(shown)


def product_words(line: Line) -> str:
    """What is asked for, and what is added to it."""
    form = _kind(line.nature, line.product)
    coded = (
        "" if line.nature is not Nature.MEDICATION or line.product.coded else text("prescribing.not_coded")
    )
    indication = text("prescribing.for_indication", words=line.indication) if line.indication else ""
    paper = text("prescribing.secured", number=line.paper_form or NOT_SAID)
    secured = paper if line.renewal is RenewalClass.S else ""
    return " · ".join(filter(None, (line.product.label, form, coded, indication, secured)))


def favourite_row(one: Favourite) -> tuple[str, ...]:
    """What is kept of it: product, posology, duration, quantity, renewals."""
    return (
        " · ".join(filter(None, (one.product.label, _kind(one.nature, one.product)))),
        one.posology.text if one.posology else "–",
        counted("prescribing.days", one.days) if one.days else "–",
        amount_words(one.quantity),
        "–" if one.repeats is None else str(one.repeats),
    )


def _kind(nature: Nature, product: Product) -> str:
    """The form of a medicine, or what else is asked for."""
    return product.form_apart if nature is Nature.MEDICATION else text(NATURES[nature])


def missing_letterhead(practice: Practice) -> str:
    """What the paper leaves a place for; "" where the platform told all of it."""
    parts = {
        "prescribing.practice_name": practice.name,
        "prescribing.practice_address": practice.address,
        "prescribing.practice_phone": practice.phone,
    }
    missing = ", ".join(text(key) for key, told in parts.items() if not told)
    return text("prescribing.letterhead_missing", words=missing) if missing else ""


def draft_row(
    line: Line, findings: tuple[DrugFinding, ...], waiting: tuple[DrugFinding, ...]
) -> tuple[str, ...]:
    """One row of what is written; *waiting* are those of its findings that nobody passed over."""
    handed_over = line.nature in DISPENSED
    substitution = text("prescribing.no_for", words=line.not_substitutable) if line.not_substitutable else ""
    return (
        str(line.number),
        product_words(line),
        line.posology.text if line.posology else "–",
        counted("prescribing.days", line.days) if line.days else "–",
        amount_words(line.quantity),
        "–" if not handed_over or line.repeats is None else str(line.repeats),
        (substitution or text("prescribing.yes")) if handed_over else "–",
        control(line, findings, waiting),
    )


def control(line: Line, findings: tuple[DrugFinding, ...], waiting: tuple[DrugFinding, ...]) -> str:
    """« ■ 1 », « ▲ 2 », « ○ », « ✓ motif noté », or that no rule spoke; never « aucune interaction ».

    An alert that was passed over with a reason is counted no more (CF-114).
    """
    if line.nature is not Nature.MEDICATION:
        return "–"
    level = mark(waiting, line.number)
    answered = any(line.number in one.lines and one not in waiting for one in findings)
    if answered and level in (None, AlertLevel.UNCHECKED):
        return text("prescribing.answered")
    if level is None:
        return text("prescribing.no_alert")
    if level is AlertLevel.UNCHECKED:
        return f"{level.sign} {level.words()}"
    count = sum(1 for one in waiting if line.number in one.lines and one.level is level)
    return f"{level.sign} {count}"


def amount_words(amount: Amount | None) -> str:
    """« 180 », « 2 flacons »."""
    return "–" if amount is None else quantity_words(amount)


def whole_state(standing: StandingOrdonnance) -> str:
    """« partiellement exécutée : 1 ligne sur 3 » (CF-075)."""
    state = standing.state
    if state is OrdonnanceState.PARTLY_EXECUTED:
        done, every = delivered_lines(standing)
        return counted("prescribing.whole_partly", done, every=every)
    return text(_WHOLE[state])


def line_state(standing: StandingLine, dispenses: tuple[Dispense, ...] = ()) -> str:
    """Where it stands, who has it, what was asked, and what was handed over (of *dispenses*)."""
    words = [text(STATES[standing.state])]
    quantity = standing.line.quantity
    if quantity is not None and standing.delivered:
        words.append(
            text(
                "prescribing.delivered",
                done=decimal_words(standing.delivered),
                of=quantity_words(quantity),
            )
        )
    if standing.deliveries:
        words.append(counted("prescribing.deliveries", standing.deliveries))
    if any(_outside(one) and one.line == standing.id for one in dispenses):
        words.append(text("prescribing.outside_insurance"))
    if standing.lease is not None and standing.state is LineState.RESERVED:
        words.append(standing.lease.pharmacy)
    if standing.asked_back:
        words.append(text("prescribing.asked_back", words=standing.asked_back))
    elif standing.reason:
        words.append(standing.reason)
    passed = [*standing.line.overrides]
    passed += [told for one in dispenses if one.line == standing.id for told in one.overrides]
    return "\n".join((" · ".join(words), *map(_passed, dict.fromkeys(passed))))


def _passed(one: Override) -> str:
    """An alert that the author or a pharmacist passed over: rule, reason, name and time (CF-114)."""
    return text(
        "prescribing.passed_told", rule=one.rule, alert=one.alert, reason=one.reason, name=one.by,
        day=day_words(one.at), time=hour_words(one.at),
    )  # fmt: skip


def _outside(one: Dispense) -> bool:
    """At the patient's own cost (CF-104), and not undone."""
    return one.outside_insurance and one.state is DispenseState.HANDED_OVER


def grouped(code: str) -> str:
    """``K7QM-2HXA-…``."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def mine_rows(mine: tuple[StandingOrdonnance, ...]) -> tuple[tuple[str, ...], ...]:
    """A row a line; the ordonnance stands on its first."""
    rows = []
    for one in mine:
        for place, standing in enumerate(one.lines):
            head = (day(one.ordonnance.authored), f"{grouped(one.ordonnance.code)}\n{whole_state(one)}")
            dosage = standing.line.posology.text if standing.line.posology else ""
            words = " · ".join(filter(None, (product_words(standing.line), dosage)))
            rows.append((*(head if place == 0 else ("", "")), words, line_state(standing, one.dispenses)))
    return tuple(rows)


def gap_words(gap: Obstacle) -> str:
    """What is missing, with its line."""
    words = text(_GAPS[gap.kind])
    return text("prescribing.of_line", number=gap.line, words=words) if gap.line else words


def spoken_alert(finding: DrugFinding) -> str:
    """« Alerte, ligne 2, … »: said once to a screen reader."""
    lines = ", ".join(map(str, finding.lines))
    return text("prescribing.spoken_alert", lines=lines, words=finding.words())
