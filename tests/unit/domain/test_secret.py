"""A PIN or presence code leaves no copy where it stood."""

from desktop.domain.secret import Secret


class Watched(bytearray):
    """Remembers what stood in it when it was let go."""

    let_go = b""

    def clear(self) -> None:
        self.let_go = bytes(self)
        super().clear()


def test_cf002_cf018_a_wiped_secret_is_overwritten_before_it_is_let_go() -> None:
    buffer = Watched(b"123456")
    with Secret(buffer) as secret:
        assert secret
    assert buffer.let_go == bytes(6)
    assert not buffer
