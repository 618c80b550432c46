"""Gathers the diagnostics report, without a PIN: no try is at stake."""

from collections.abc import Sequence

from desktop.domain.card import CardInfo, CardSource, Certificate, KeypadSetting, Reader, ReaderSnapshot
from desktop.domain.diagnostics import (
    Atr,
    CardPart,
    CertificatePart,
    CertificateUse,
    IssuerName,
    ModulePart,
    ModulePlace,
    ProductName,
    ReaderName,
    ReaderPart,
    Report,
    Version,
)
from desktop.domain.errors import ErrorCode, Failure
from desktop.domain.local_time import local_day
from desktop.ports.card import CardReadingPort
from desktop.ports.clock import ClockPort
from desktop.ports.platform import NetworkPort
from desktop.ports.system import SupportPort


class DiagnosticsService:
    """One report, gathered when it is asked for."""

    def __init__(
        self, card: CardReadingPort, network: NetworkPort, support: SupportPort, clock: ClockPort
    ) -> None:
        self._card = card
        self._network = network
        self._support = support
        self._clock = clock

    def report(self, snapshot: ReaderSnapshot, keypad: KeypadSetting, shown: ErrorCode | None) -> Report:
        """Ask module and cards now; takes seconds where one of them hangs. *shown*: the screen's code."""
        cards = self._card.cards()
        found = () if isinstance(cards, Failure) else cards
        return Report(
            made_at=self._clock.now(),
            installation=self._support.installation(),
            service_running=snapshot.service_running,
            remote_session=snapshot.remote_session,
            readers=tuple(self._reader(reader) for reader in snapshot.readers),
            module=self._module(),
            keypad=keypad,
            cards=tuple(_card(card, snapshot.readers) for card in found),
            card_problem=cards.code if isinstance(cards, Failure) else None,
            network=self._network.network_state(),
            shown=shown,
            closed=self._support.closed_to_children(),
        )

    def _reader(self, reader: Reader) -> ReaderPart:
        return ReaderPart(
            ReaderName.of(reader.name),
            reader.slot,
            Atr.of(reader.atr),
            ProductName.of(self._support.card_kind(reader.atr)),
        )

    def _module(self) -> ModulePart:
        path = self._support.module_in_use()
        nothing = ProductName()
        if path is None:
            return ModulePart(ModulePlace.NONE, nothing, nothing, Version(), 0, (), None)
        product = self._support.product(path)
        place = ModulePlace.KNOWN if product else ModulePlace.CHOSEN
        tested = self._card.test_module(path)
        if isinstance(tested, Failure):
            return ModulePart(place, ProductName.of(product), nothing, Version(), 0, (), tested.code)
        return ModulePart(
            place,
            ProductName.of(product),
            ProductName.of(tested.library),
            Version.of(tested.version),
            tested.slots,
            tuple(ProductName.of(token) for token in tested.tokens),
            None,
        )


def _card(card: CardInfo, readers: Sequence[Reader]) -> CardPart:
    place = next((n for n, reader in enumerate(readers, 1) if reader.name == card.reader), 0)
    certificates = [_certificate(CertificateUse.AUTHENTICATION, card.authentication)]
    if card.signature is not None:
        certificates.append(_certificate(CertificateUse.SIGNATURE, card.signature))
    pin = card.pin
    return CardPart(
        reader=place,
        simulated=card.source is not CardSource.PKCS11,
        tries_left=pin.tries_left,
        pin_low=pin.low,
        pin_last_try=pin.last_try,
        pin_blocked=pin.blocked,
        asker=pin.asker,
        can_change_pin=card.can_change_pin,
        can_unblock=card.can_unblock,
        unlock=card.unlock_method,
        certificates=tuple(certificates),
    )


def _certificate(use: CertificateUse, certificate: Certificate) -> CertificatePart:
    return CertificatePart(
        use,
        IssuerName.of(certificate.issuer),
        local_day(certificate.not_before),
        local_day(certificate.not_after),
    )
