"""The client side of vpcd: one card in one virtual reader, over TCP on loopback.

Insert = connect, pull = close. The reader has no time limit of its own: what does not answer here blocks
every program that uses the reader, until the connection closes (measured with vsmartcard 3.3).
"""

import contextlib
import logging
import socket
import threading
from collections.abc import Callable

from desktop.smartcard.emulator.piv_card import PivCard, Stopped

log = logging.getLogger("dsp.emulator")
_ATR = 4
# Longer than any ATR: pcscd sees a card and cannot power it up. (An empty one would count as a removal.)
_NO_ATR = bytes(40)


class CardInReader:
    """A card while it is in a reader; its thread ends when the card is pulled or the service stops."""

    def __init__(self, card: PivCard, port: int, *, mute: bool, delay: Callable[[], float]) -> None:
        """*delay*: seconds before each answer, asked anew each time. OSError when no reader listens."""
        self._card = card
        self._mute = mute
        self._delay = delay
        self._pulled = threading.Event()
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=1)
        self._socket.settimeout(None)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._thread = threading.Thread(target=self._serve, name=f"card-{port}", daemon=True)
        self._thread.start()

    @property
    def connected(self) -> bool:
        """False once the service is gone."""
        return self._thread.is_alive()

    def swap(self, card: PivCard) -> None:
        """Another card, so fast that the reader does not notice."""
        self._card = card

    def pull(self) -> None:
        """Take the card out, in the middle of whatever it does."""
        self._pulled.set()
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        try:
            while True:
                size = int.from_bytes(self._receive(2), "big")
                message = self._receive(size)
                if size != 1:
                    answer = self._apdu(message)
                elif message[0] == _ATR:
                    answer = _NO_ATR if self._mute else self._card.atr
                else:
                    self._card.reset()  # power off, power on, reset
                    continue
                if self._pulled.is_set():
                    return
                self._socket.sendall(len(answer).to_bytes(2, "big") + answer)
        except OSError:
            return

    def _apdu(self, message: bytes) -> bytes:
        if self._mute:
            self._pulled.wait()
        # In small steps: the tester may change the delay while the card thinks.
        waited = 0.0
        while waited < self._delay() and not self._pulled.wait(0.02):
            waited += 0.02
        if self._pulled.is_set():
            return b""
        try:
            return self._card.transmit(message)
        except Stopped:
            self._pulled.wait()
            return b""

    def _receive(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            # vpcd 3.3 sends length and body apart: without this each command waits 40 ms for an ACK.
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            part = self._socket.recv(count - len(data))
            if not part:
                raise ConnectionError
            data += part
        return data
