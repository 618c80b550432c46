"""A box under the scanner: read, matched with its line, judged; asked about if nobody knows it (CF-113)."""

from collections.abc import Callable

from desktop.domain.drugs.data import WithdrawnBatch
from desktop.domain.prescription.box import Ambiguous, BoxCode
from desktop.domain.prescription.ordonnance import Product
from desktop.domain.prescription.unread import ScanFault
from desktop.domain.texts import text
from desktop.features.counter.cells.boxes import box_lines, put_aside_words, verdict_tone, verdict_words
from desktop.features.counter.cells.says import spoken_box
from desktop.features.counter.domain.act import LineWork, ReadBox, with_box
from desktop.features.counter.domain.batches import is_divided
from desktop.features.counter.domain.matching import line_for
from desktop.features.counter.page.desk import Desk
from desktop.features.counter.service.products import named_in, offered
from desktop.features.counter.service.withdrawals import withdrawal
from desktop.features.counter.view.model import LastBox, Question
from desktop.ui.tasks import Lane

_UNKNOWN = Product("?")


class Boxes:
    """One box at a time."""

    def __init__(self, desk: Desk, ask_portions: Callable[[LineWork], None]) -> None:
        self._desk = desk
        self._ask_portions = ask_portions

    def read(self, code: BoxCode | Ambiguous) -> None:
        """A box that belongs to the open ordonnance."""
        desk = self._desk
        if desk.act is None:
            desk.say(text("counter.box_first"), tone="warning")
        elif isinstance(code, Ambiguous):
            readings = code.readings
            choices = tuple(" · ".join(box_lines(one)) for one in readings)
            keyboard = code.cause is ScanFault.KEYBOARD
            prompt = text("counter.ask_reading_keyboard" if keyboard else "counter.ask_reading")
            question = Question("reading", prompt, choices=choices)
            desk.ask_user(question, lambda answer: self._look_up(readings[answer.choice]))
        else:
            self._look_up(code)

    def _look_up(self, code: BoxCode) -> None:
        number, desk = code.product_number, self._desk
        if number is None:
            self._judge(code, None)
            return

        def known(product: Product | None) -> None:
            product = product or (named_in(desk.act, number) if desk.act is not None else None)
            if product is None:
                self._ask_product(code, number)
            else:
                self._judge(code, product)

        desk.ask(lambda: desk.products.known(number), known, lane=Lane.STORE)

    def _ask_product(self, code: BoxCode, number: str) -> None:
        """« GTIN inconnu : quel produit ? », once; « aucun de ceux-ci » is not learnt."""
        desk, act = self._desk, self._desk.act
        products = offered(act) if act is not None else ()
        if not products:
            self._judge(code, None)
            return
        choices = (*(product.label for product in products), text("counter.none_of_these"))
        question = Question("product", text("counter.ask_product", number=number), choices=choices)

        def answered(choice: int) -> None:
            if choice >= len(products):
                self._judge(code, None)
                return
            told = products[choice]
            desk.bench.ask.keep(lambda: desk.products.learn(number, told), desk.show_failure)
            self._judge(code, told)

        desk.ask_user(question, lambda answer: answered(answer.choice))

    def _judge(self, code: BoxCode, product: Product | None) -> None:
        """The list of withdrawn batches is looked at first, in a worker."""
        self._desk.ask(
            lambda: (withdrawal(code),), lambda found: self._judged(code, product, *found), lane=Lane.PDF
        )

    def _judged(self, code: BoxCode, product: Product | None, withdrawn: WithdrawnBatch | None) -> None:
        desk, act = self._desk, self._desk.act
        if act is None:
            return
        if any(code == box.code and code.serial for work in act.lines for box in work.boxes):
            desk.say(text("counter.box_again"), tone="warning")
            return
        found = line_for(act, code, product, desk.model.current, withdrawn, desk.now())
        if found is None:
            desk.say(text("counter.box_no_line"), tone="danger")
            return
        work, verdict = found
        number = work.line.line.number
        read = ReadBox(code, product or _UNKNOWN, verdict)
        last = LastBox(read, number)
        words, then = "\n".join(verdict_words(act, read, work)), ""
        if verdict.stops:
            desk.put(act, box=last, current=number)
            desk.say(words, put_aside_words(verdict), verdict_tone(verdict))
        else:
            with_it = with_box(work, read)
            act = act.with_work(with_it)
            desk.put(act, box=last, current=number, said=None)
            if not is_divided(with_it):
                self._ask_portions(with_it)
            tone = verdict_tone(verdict)
            then = spoken_box(act, number)
            if tone:
                desk.say(words, then, tone)
        desk.view.counter.speak(f"{words} {then}")
