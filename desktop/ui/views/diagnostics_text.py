"""The diagnostics report in words: plain text, in the language of the screen."""

from collections.abc import Sequence

from desktop.domain.card import KeypadSetting, PinAsker, SlotState
from desktop.domain.diagnostics import (
    CardPart,
    CertificateUse,
    Closed,
    Installation,
    ModulePart,
    ModulePlace,
    ProxyKind,
    ReaderPart,
    Report,
)
from desktop.domain.network import NetworkState, TrustKind
from desktop.domain.texts import counted, text
from desktop.ui.dates import day, moment
from desktop.ui.state_bar import NETWORK

_PROXY = {
    ProxyKind.DIRECT: "diagnostics.proxy_direct",
    ProxyKind.BYPASS: "diagnostics.proxy_bypass",
    ProxyKind.SYSTEM: "diagnostics.proxy_system",
    ProxyKind.MANUAL: "diagnostics.proxy_manual",
}
_TRUST = {
    TrustKind.PINNED: "diagnostics.trust_pinned",
    TrustKind.SYSTEM_TOO: "diagnostics.trust_system",
}
_CLOSED = {
    Closed.FILES: "diagnostics.confined_files",
    Closed.NETWORK: "diagnostics.confined_network",
    Closed.PROGRAMS: "diagnostics.confined_programs",
}
_SLOT = {
    SlotState.EMPTY: "diagnostics.slot_empty",
    SlotState.PRESENT: "diagnostics.slot_present",
    SlotState.MUTE: "diagnostics.slot_mute",
    SlotState.EXCLUSIVE: "diagnostics.slot_exclusive",
}
_KEYPAD = {
    KeypadSetting.AUTO: "diagnostics.keypad_auto",
    KeypadSetting.YES: "diagnostics.keypad_yes",
    KeypadSetting.NO: "diagnostics.keypad_no",
    KeypadSetting.NONE: "diagnostics.keypad_none",
}
_ELSEWHERE = {PinAsker.KEYPAD: "diagnostics.pin_keypad", PinAsker.MODULE: "diagnostics.pin_window"}
_USE = {
    CertificateUse.AUTHENTICATION: "diagnostics.use_authentication",
    CertificateUse.SIGNATURE: "diagnostics.use_signature",
}


def report_text(report: Report) -> str:
    """The whole report; ends with a newline."""
    sections = (
        ("diagnostics.program", [*_installation(report.installation), _closed(report.closed)]),
        ("diagnostics.network", _network(report.network, report.installation)),
        ("diagnostics.service", _service(report)),
        ("diagnostics.readers", _readers(report.readers)),
        ("diagnostics.module", [*_module(report.module), text(_KEYPAD[report.keypad])]),
        ("diagnostics.cards", _cards(report)),
    )
    lines = [
        text("diagnostics.heading", when=moment(report.made_at)),
        text("diagnostics.no_person"),
    ]
    for title, content in sections:
        lines += ["", text(title), *(f"   {line}" for line in content)]
    return "\n".join(lines) + "\n"


def _installation(made: Installation) -> list[str]:
    program = "diagnostics.line_program_demo" if made.demo else "diagnostics.line_program"
    return [
        text(program, version=str(made.program)),
        text(
            "diagnostics.line_system",
            system=made.system.value,
            release=str(made.system_version),
            python=str(made.python),
            qt=str(made.qt),
        ),
    ]


def _closed(parts: Sequence[Closed]) -> str:
    if not parts:
        return text("diagnostics.confined_nothing")
    return text("diagnostics.confined", closed=", ".join(text(_CLOSED[part]) for part in parts))


def _network(state: NetworkState, made: Installation) -> list[str]:
    return [text(NETWORK[state][0]), text(_PROXY[made.proxy]), text(_TRUST[made.trust])]


def _service(report: Report) -> list[str]:
    running = "diagnostics.service_running" if report.service_running else "diagnostics.service_stopped"
    lines = [text(running)]
    if report.remote_session:
        lines.append(text("diagnostics.remote"))
    if report.shown is not None:
        lines.append(text("diagnostics.shown", code=report.shown.value))
    return lines


def _readers(readers: Sequence[ReaderPart]) -> list[str]:
    lines = []
    for number, reader in enumerate(readers, 1):
        slot = text(_SLOT[reader.slot])
        lines.append(text("diagnostics.reader", number=number, name=str(reader.name), slot=slot))
        if reader.atr.octets:
            kind = str(reader.suggests)
            hint = text("diagnostics.atr_suggests", kind=kind) if kind else text("diagnostics.atr_unknown")
            lines += [f"   {text('diagnostics.atr', atr=str(reader.atr))}", f"   {hint}"]
    return lines or [text("diagnostics.no_readers")]


def _module(module: ModulePart) -> list[str]:
    if module.place is ModulePlace.NONE:
        return [text("diagnostics.module_none")]
    known = module.place is ModulePlace.KNOWN
    product = text("diagnostics.module_known", product=str(module.product))
    lines = [product if known else text("diagnostics.module_chosen")]
    if module.problem is not None:
        return [*lines, text("diagnostics.module_problem", code=module.problem.value)]
    tokens = ", ".join(str(token) for token in module.tokens) or text("cards.module_no_token")
    library, version = str(module.library), str(module.version)
    return [
        *lines,
        text("diagnostics.module_says", library=library, version=version),
        text("diagnostics.module_slots", slots=module.slots, tokens=tokens),
    ]


def _cards(report: Report) -> list[str]:
    if report.card_problem is not None:
        return [text("diagnostics.card_problem", code=report.card_problem.value)]
    lines: list[str] = []
    for card in report.cards:
        place = "diagnostics.card_simulated" if card.simulated else "diagnostics.card"
        lines.append(text(place, number=card.reader))
        lines += [f"   {line}" for line in _card(card)]
    return lines or [text("diagnostics.no_cards")]


def _card(card: CardPart) -> list[str]:
    lines = [_pin(card)]
    if card.asker in _ELSEWHERE:
        lines.append(text(_ELSEWHERE[card.asker]))
    if not card.can_change_pin:
        lines.append(text("diagnostics.pin_change_missing"))
    if not card.can_unblock:
        lines.append(text("diagnostics.pin_unblock_missing"))
    for certificate in card.certificates:
        line = text(
            "diagnostics.certificate",
            use=text(_USE[certificate.use]),
            issuer=str(certificate.issuer),
            start=day(certificate.valid_from),
            end=day(certificate.valid_until),
        )
        lines.append(line)
    return lines


def _pin(card: CardPart) -> str:
    if card.pin_blocked:
        return text("diagnostics.pin_blocked")
    if card.pin_last_try:
        return text("diagnostics.pin_last")
    if card.tries_left is not None:
        return counted("diagnostics.pin_tries", card.tries_left)
    return text("diagnostics.pin_low") if card.pin_low else text("diagnostics.pin_ok")
