"""What the pharmacist decides of the line that is current, each by its key."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial

from desktop.domain.prescription.deadlines import DeliveryObstacle
from desktop.domain.prescription.ordonnance import SHORTEST_REASON, Amount, RenewalClass
from desktop.domain.prescription.quantities import decimal_words, quantity_words
from desktop.domain.prescription.standing import Substitution
from desktop.domain.texts import text
from desktop.features.counter.cells.lines import batch_name, closed_words, held_words
from desktop.features.counter.domain.act import (
    CounterAct,
    Decision,
    LineWork,
    as_prescribed,
    handed_over,
    left_alone,
    overridden,
    owed,
    refused,
)
from desktop.features.counter.domain.amounts import amount_read, amounts_read
from desktop.features.counter.domain.batches import batches, divided, proposed
from desktop.features.counter.domain.boxes import SubstitutionCause, may_be_substituted
from desktop.features.counter.domain.delivery import Insurance
from desktop.features.counter.page.desk import Desk
from desktop.features.counter.view.model import Answer, Question

_SAME_COMPOSITION = "G"  # v3-substanceAdminSubstitution: no other substance goes over the counter


class Deciding:
    """Every act is of the current line, but for identity, « tout comme prescrit », proxy and alerts."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.acts: dict[str, Callable[[], None]] = {
            "compare": self._compare,
            "quantity": partial(self._of_line, self._quantity),
            "portions": partial(self._of_line, self.ask_portions),
            "owing": partial(self._of_line, self._owe),
            "substitution": partial(self._of_line, self._substitute),
            "call": partial(self._of_line, self._call),
            "refusal": partial(self._of_line, self._refuse),
            "outside": partial(self._of_line, self._outside),
            "paper-form": partial(self._of_line, self.ask_paper_form),
            "proxy": self._proxy,
            "as-prescribed": self._as_prescribed,
            "override": self._override,
        }

    def ask_paper_form(self, work: LineWork) -> None:
        """The number of an S line's secured form (CF-103)."""
        label = work.line.line.product.label
        question = Question(
            "paper-form", text("counter.ask_paper_form", product=label), text("counter.number")
        )

        def answered(answer: Answer) -> None:
            number = " ".join(answer.typed.split())
            if number:
                self._change(work, lambda one: replace(one, paper_form=number))

        self._desk.ask_user(question, answered)

    def _compare(self) -> None:
        act = self._desk.act
        if act is not None:
            self._desk.put(replace(act, compared=not act.compared), said=None)

    def _of_line(self, decide: Callable[[LineWork], None]) -> None:
        desk, act = self._desk, self._desk.act
        work = act.work(desk.model.current) if act is not None else None
        if act is None or work is None:
            return
        if not work.deliverable:
            desk.say(closed_words(act, work), tone="warning")
        elif work.held_elsewhere(desk.now()):
            desk.say(held_words(work), text("counter.reserved_next"), "warning")
        else:
            decide(work)

    def _change(self, work: LineWork, change: Callable[[LineWork], LineWork]) -> None:
        """The same line as it is by now: an answer may have come meanwhile."""
        act = self._desk.act
        now = act.work(work.line.line.number) if act is not None else None
        if act is not None and now is not None:
            self._desk.put(act.with_work(change(now)), said=None)

    def ask_portions(self, work: LineWork) -> None:
        """How much of each batch goes over the counter: what is proposed stands there, and Enter takes it."""
        names = " + ".join(batch_name(boxes) for boxes in batches(work))
        prompt = text(
            "counter.ask_portions", product=work.line.line.product.label, batches=names, left=_left(work)
        )
        typed = " + ".join(map(decimal_words, proposed(work)))

        def answered(answer: Answer) -> None:
            act, portions = self._desk.act, amounts_read(answer.typed)
            now = act.work(work.line.line.number) if act is not None else None
            if answer.typed.strip() == "0":
                self._change(work, left_alone)
            elif now is None or portions is None or divided(now, portions) is None:
                count = len(batches(now or work))
                words = text("counter.portions_wrong", count=count, left=_left(work))
                self._desk.say(words, tone="warning")
            else:
                self._change(work, lambda one: divided(one, portions) or one)
                self._ask_missing_form(work)

        self._desk.ask_user(Question("portions", prompt, text("counter.quantity"), typed=typed), answered)

    def _ask_missing_form(self, work: LineWork) -> None:
        if work.line.line.renewal is RenewalClass.S and not work.paper_form:
            self.ask_paper_form(work)

    def _quantity(self, work: LineWork) -> None:
        if len(batches(work)) > 1:
            self.ask_portions(work)
            return
        left = work.line.left
        prompt = text("counter.ask_quantity", product=work.line.line.product.label, left=_left(work))
        typed = decimal_words(work.quantity or left or Decimal(0)) if work.quantity or left else ""

        def answered(answer: Answer) -> None:
            if answer.typed.strip() == "0":
                self._change(work, left_alone)
                return
            quantity = amount_read(answer.typed)
            if quantity is None or (left is not None and quantity > left):
                self._desk.say(text("counter.quantity_wrong", left=_left(work)), tone="warning")
            else:
                self._change(work, lambda one: handed_over(one, quantity))
                self._ask_missing_form(work)

        self._desk.ask_user(Question("quantity", prompt, text("counter.quantity"), typed=typed), answered)

    def _owe(self, work: LineWork) -> None:
        left = work.line.left
        short = work.decision is Decision.HAND_OVER and left is not None and work.quantity < left
        if short:
            self._change(work, owed)
        else:
            self._desk.say(text("counter.owing_first"), tone="warning")

    def _substitute(self, work: LineWork) -> None:
        """Its kind first: in the two groups a generic or a shortage, outside them a shortage to which the
        prescriber agreed (CF-105)."""
        line = work.line.line
        if line.not_substitutable:
            self._desk.say(text("counter.not_substitutable", reason=line.not_substitutable), tone="warning")
        elif may_be_substituted(line):
            kinds = (SubstitutionCause.GENERIC, SubstitutionCause.SHORTAGE)
            choices = (text("counter.kind_generic"), text("counter.kind_shortage"))
            prompt = text("counter.ask_kind", product=line.product.label)
            self._desk.ask_user(
                Question("substitution-kind", prompt, choices=choices),
                lambda answer: self._ask_substitution(work, kinds[answer.choice]),
            )
        elif work.calls:
            self._ask_substitution(work, SubstitutionCause.SHORTAGE)
        else:
            self._desk.say(text("counter.outside_group"), text("counter.outside_group_next"), "warning")

    def _ask_substitution(self, work: LineWork, cause: SubstitutionCause) -> None:
        label = work.line.line.product.label
        short = cause is SubstitutionCause.SHORTAGE
        prompt = text("counter.ask_shortage" if short else "counter.ask_substitution", product=label)
        question = Question(
            "substitution", prompt, text("counter.reason"), check=text("counter.patient_informed")
        )
        self._desk.ask_user(question, partial(self._substituted, work, cause))

    def _substituted(self, work: LineWork, cause: SubstitutionCause, answer: Answer) -> None:
        if not answer.checked:
            self._desk.say(text("counter.inform_first"), tone="warning")
        elif self._is_reason(answer.typed):
            done = Substitution(_SAME_COMPOSITION, answer.typed.strip(), patient_informed=True)
            self._change(work, lambda one: replace(one, substitution=done, cause=cause))
            if not work.another_brand:
                self._desk.say(text("counter.substitution_noted"), tone="")

    def _call(self, work: LineWork) -> None:
        author = self._desk.act.standing.ordonnance.prescriber if self._desk.act else None
        call = " ".join(filter(None, (author.name, author.phone))) if author else ""
        question = Question("call", text("counter.ask_call", name=call), text("counter.call_note"))

        def answered(answer: Answer) -> None:
            note = answer.typed.strip()
            if note:
                self._change(work, lambda one: replace(one, calls=(*one.calls, note)))

        self._desk.ask_user(question, answered)

    def _refuse(self, work: LineWork) -> None:
        prompt = text("counter.ask_refusal", product=work.line.line.product.label)
        question = Question("refusal", prompt, text("counter.reason"), check=text("counter.refuse_for_all"))

        def answered(answer: Answer) -> None:
            if self._is_reason(answer.typed):
                decision = Decision.FORBID if answer.checked else Decision.REFUSE
                self._change(work, lambda one: refused(one, answer.typed.strip(), decision))

        self._desk.ask_user(question, answered)

    def _outside(self, work: LineWork) -> None:
        """CF-104: at the patient's own cost, by a choice of its own."""
        if work.outlook.obstacle is DeliveryObstacle.NOT_OPPOSABLE:
            turned = Insurance.WITHIN if work.insurance is Insurance.OUTSIDE else Insurance.OUTSIDE
            self._change(work, lambda one: replace(one, insurance=turned))
            outside = turned is Insurance.OUTSIDE
            words = text("counter.insurance_outside") if outside else text("counter.insurance_within")
            self._desk.say(words, tone="warning")

    def _proxy(self) -> None:
        act = self._desk.act
        if act is None:
            return
        question = Question(
            "proxy", text("counter.ask_proxy"), text("counter.proxy_name"), typed=act.receiver
        )

        def answered(answer: Answer) -> None:
            now = self._desk.act
            if now is not None:
                self._desk.put(replace(now, receiver=" ".join(answer.typed.split())))

        self._desk.ask_user(question, answered)

    def _as_prescribed(self) -> None:
        act = self._desk.act
        if act is not None:
            self._desk.put(as_prescribed(act))

    def _override(self) -> None:
        """The first alert that stops, with a reason that is kept (CF-114)."""
        act, account = self._desk.act, self._desk.bench.account()
        unmet = act.unmet() if act is not None else ()
        if not unmet or account is None:
            return
        alert, by = unmet[0], account.name
        question = Question(
            "override", text("counter.ask_override", alert=alert.words), text("counter.reason")
        )

        def answered(answer: Answer) -> None:
            now: CounterAct | None = self._desk.act
            if now is not None and self._is_reason(answer.typed):
                self._desk.put(overridden(now, alert, answer.typed.strip(), by, self._desk.now()), said=None)

        self._desk.ask_user(question, answered)

    def _is_reason(self, typed: str) -> bool:
        if len(typed.strip()) >= SHORTEST_REASON:
            return True
        self._desk.say(text("counter.reason_short", count=SHORTEST_REASON), tone="warning")
        return False


def _left(work: LineWork) -> str:
    left, quantity = work.line.left, work.line.line.quantity
    return quantity_words(Amount(left, quantity.unit)) if left is not None and quantity is not None else "–"
