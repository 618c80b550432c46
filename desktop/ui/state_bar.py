"""The bar at the bottom: card, platform, outbox and lock, always the truth, always in words."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, Signal, SignalInstance
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from desktop.domain.network import NetworkState
from desktop.domain.texts import counted, text
from desktop.ui.theme import GRID, Role, color
from desktop.ui.views.base import clock
from desktop.ui.views.situation import WORDS, CardSituation
from desktop.ui.widgets.announce import announce
from desktop.ui.widgets.badge import Badge
from desktop.ui.widgets.text import link, muted

_DOT = 10
_ROLES = {"": Role.MUTED, "accent": Role.ACCENT, "warning": Role.WARNING, "danger": Role.DANGER}
NETWORK = {
    NetworkState.UNKNOWN: ("shell.network_unknown", ""),
    NetworkState.ONLINE: ("shell.network_online", "accent"),
    NetworkState.OFFLINE: ("shell.network_offline", "danger"),
    NetworkState.CAPTIVE_PORTAL: ("shell.network_portal", "warning"),
    NetworkState.PROXY_AUTH: ("shell.network_proxy_auth", "warning"),
    NetworkState.PROXY_FAILED: ("shell.network_proxy_failed", "danger"),
    NetworkState.TLS_INTERCEPTED: ("shell.network_intercepted", "danger"),
    NetworkState.NOT_PINNED: ("shell.network_not_pinned", "danger"),
    NetworkState.MAINTENANCE: ("shell.network_maintenance", "warning"),
}


@dataclass(frozen=True, slots=True)
class StateModel:
    """``pending`` deposits wait or travel, ``stuck`` ones need the user.

    ``idle_left``: seconds until the idle lock, shown in the last two minutes; None = not counting.
    ``memory_only``: nothing is kept on this disk; ``offline_session``: only the cache can be read.
    ``system_trust``: the administrator lets the system's certificates vouch for the platform too.
    """

    card: CardSituation = CardSituation.STARTING
    network: NetworkState = NetworkState.UNKNOWN
    pending: int = 0
    stuck: int = 0
    outbox_known: bool = False
    locked: bool = False
    idle_left: int | None = None
    memory_only: bool = False
    offline_session: bool = False
    demo: bool = False
    system_trust: bool = False


class StateBar(QFrame):
    """Signals: ``outbox_asked`` (the outbox word is a button while somebody is logged in),
    ``reconnect_asked`` (offered to an offline session once the platform can be reached).
    """

    outbox_asked = Signal()
    reconnect_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("state-bar")
        self.setProperty("kind", "bar")
        self._model = StateModel()
        self.card = _StatusIndicator("state-card")
        self.network = _StatusIndicator("state-network")
        self.reconnect = link("", "state-reconnect", self.reconnect_asked.emit)
        self.outbox = _StatusIndicator("state-outbox", self.outbox_asked)
        self.store = _StatusIndicator("state-store")
        self.idle = _StatusIndicator("state-idle")
        self._trust = Badge("", "warning")
        self._trust.setObjectName("state-trust")
        self._demo = Badge("", "warning")
        self._demo.setObjectName("state-demo")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * GRID, 4, 2 * GRID, 4)
        layout.setSpacing(3 * GRID)
        for lamp in (self.card, self.network, self.reconnect, self.outbox, self.store):
            layout.addWidget(lamp)
        layout.addStretch(1)
        layout.addWidget(self.idle)
        layout.addWidget(self._trust)
        layout.addWidget(self._demo)
        self.refresh()

    def show_state(self, model: StateModel) -> None:
        """Show *model* and speak what changed for the worse or the better."""
        before, self._model = self._model, model
        self.refresh()
        if before.card is not model.card:
            announce(self, self.card.words())
        if before.network is not model.network:
            announce(self, self.network.words())

    def refresh(self) -> None:
        """Say the model again, in the language in force."""
        model = self._model
        card = WORDS[model.card]
        self.card.say(text(card.lamp), card.tone)
        key, tone = NETWORK[model.network]
        words = text("shell.offline_session") if model.offline_session else text(key)
        self.network.say(words, "warning" if model.offline_session else tone)
        back = model.offline_session and model.network is NetworkState.ONLINE
        if back and self.reconnect.isHidden():
            announce(self, text("shell.reconnect"))
        self.reconnect.setText(text("shell.reconnect"))
        self.reconnect.setAccessibleName(text("shell.reconnect"))
        self.reconnect.setVisible(back)
        self._say_outbox(model)
        self.store.setVisible(model.memory_only)
        self.store.say(text("shell.memory_only"), "warning")
        shown = model.idle_left is not None and not model.locked
        self.idle.setVisible(shown or model.locked)
        if model.locked:
            self.idle.say(text("shell.locked"), "warning")
        elif model.idle_left is not None:
            self.idle.say(text("shell.idle", left=clock(model.idle_left)), "warning")
        self._trust.set(text("shell.system_trust") if model.system_trust else "", "warning")
        self._trust.setToolTip(text("shell.system_trust_tip"))
        self._demo.set(text("shell.demo") if model.demo else "", "warning")

    def _say_outbox(self, model: StateModel) -> None:
        self.outbox.setVisible(model.outbox_known)
        if model.stuck:
            self.outbox.say(counted("shell.outbox_stuck", model.stuck), "danger")
        elif model.pending:
            self.outbox.say(counted("shell.outbox_pending", model.pending), "warning")
        else:
            self.outbox.say(text("shell.outbox_empty"), "")


class _StatusIndicator(QWidget):
    """A dot and a word; with *pressed* the word is a button."""

    def __init__(self, name: str, pressed: SignalInstance | None = None) -> None:
        super().__init__()
        self.setObjectName(name)
        self._role = Role.MUTED
        self._word: QLabel | QPushButton = muted("") if pressed is None else link("", f"{name}-button")
        if isinstance(self._word, QLabel):
            self._word.setWordWrap(False)
        elif pressed is not None:
            self._word.clicked.connect(lambda: pressed.emit())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(_DOT + GRID, 0, 0, 0)
        layout.addWidget(self._word)

    def say(self, words: str, tone: str) -> None:
        """Show *words*; the dot's colour only supports them."""
        if self._word.text() == words and self._role is _ROLES[tone]:
            return  # the bar is told of every change of the session, and most change nothing here
        self._role = _ROLES[tone]
        self._word.setText(words)
        for widget in (self, self._word):
            widget.setAccessibleName(words)
            widget.setToolTip(words)
        self.update()

    def words(self) -> str:
        """What the lamp says."""
        return self._word.text()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(color(self._role), 2))
        hollow = self._role is Role.MUTED
        painter.setBrush(Qt.BrushStyle.NoBrush if hollow else color(self._role))
        painter.drawEllipse(QRectF(1, (self.height() - _DOT) / 2 + 1, _DOT - 2, _DOT - 2))
        painter.end()
