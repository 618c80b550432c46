"""What a product number means: as this pharmacy said once; asked when nobody said (domain §C.7)."""

from dataclasses import replace

from desktop.domain.errors import Result
from desktop.domain.prescription.ordonnance import DISPENSED, Product
from desktop.features.counter.domain.act import CounterAct
from desktop.features.counter.service.kept_rows import product, put_product
from desktop.ports.kept import KeptPort


class Products:
    """Call it in the store's lane."""

    def __init__(self, rows: KeptPort) -> None:
        self._rows = rows

    def known(self, number: str) -> Result[Product | None]:
        """None: « GTIN inconnu : quel produit ? »."""
        return self._rows.read(lambda rows: product(rows, number))

    def learn(self, number: str, told: Product) -> Result[None]:
        """The answer, for the next time."""
        return self._rows.write(lambda rows: put_product(rows, number, told))


def named_in(act: CounterAct, number: str) -> Product | None:
    """What the prescriber himself named by that number."""
    products = (work.line.line.product for work in act.lines)
    return next((one for one in products if number in one.codes), None)


def offered(act: CounterAct) -> tuple[Product, ...]:
    """What a box may hold: each line's product, and the same under another brand.

    Also of lines that take no box any more, and where the law permits no other brand: what the box holds is
    told first, and then what may become of it.
    """
    found: dict[Product, None] = {}
    for work in act.lines:
        line = work.line.line
        if line.nature not in DISPENSED or not line.product.coded:
            continue
        found[line.product] = None
        if line.product.brand:
            found[generic_of(line.product)] = None
    return tuple(found)


def generic_of(prescribed: Product) -> Product:
    """The same substance, strength and form under no brand."""
    label = " ".join(filter(None, (", ".join(prescribed.inns), prescribed.strength, prescribed.form)))
    return replace(prescribed, label=label or prescribed.label, brand="", codes=())
