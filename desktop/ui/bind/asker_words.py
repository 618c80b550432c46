"""Which module and which kind of card the choice of « Ma carte » is for, and how it stands."""

from desktop.domain.pin_askers import PinAskers
from desktop.ui.views.card_askers import AskerModel
from desktop.ui.views.card_management import CardModel


def asker_scope(model: CardModel) -> tuple[str, bytes]:
    """Path of the module that reads the card, else of the one that would ("" = not known); the card's ATR."""
    card = model.card
    if card is not None:
        return card.module, card.atr
    found = model.modules[0].path if model.modules else ""
    return model.module or found, b""


def asker_model(model: CardModel, askers: PinAskers) -> AskerModel:
    """Without a module no kind of card can be told apart: then the choice is for all."""
    module, atr = asker_scope(model)
    product = next((choice.product for choice in model.modules if choice.path == module), "")
    kind = atr if module else b""
    return AskerModel(
        choice=askers.choice(module, atr),
        module=product or module,
        atr=kind.hex(" ").upper(),
        only_this_kind=bool(kind) and askers.has_rule(module, kind),
        now=None if model.card is None else model.card.pin.asker,
    )
