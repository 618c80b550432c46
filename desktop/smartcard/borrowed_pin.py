"""A PIN on its way to a PKCS#11 module."""

from desktop.domain.secret import Secret


class BorrowedPin:
    """Hands a secret's own buffer to python-pkcs11, which asks a PIN to ``encode`` itself: no copy."""

    def __init__(self, secret: Secret) -> None:
        self._secret = secret

    def encode(self, _encoding: str) -> bytearray:
        """The living buffer."""
        return self._secret.buffer
