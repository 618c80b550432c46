"""One child is kept ready: replaced when it is spent, given away and taken back."""

from desktop.children.standby import Standby


class FakeChild:
    def __init__(self) -> None:
        self.living = True
        self.closed = False

    def alive(self) -> bool:
        return self.living

    def close(self) -> None:
        self.closed, self.living = True, False


def test_one_child_until_it_is_replaced() -> None:
    standby = Standby(FakeChild)
    first = standby.child()
    assert standby.child() is first
    standby.replace()
    assert first.closed
    assert standby.child() is not first
    last = standby.child()
    standby.close()
    assert last.closed


def test_who_ended_while_it_waited_is_let_go_of() -> None:
    standby = Standby(FakeChild)
    first = standby.child()
    first.living = False
    assert standby.child() is not first
    assert first.closed


def test_given_away_and_taken_back() -> None:
    standby = Standby(FakeChild)
    first = standby.take()
    second = standby.take()
    assert second is not first
    assert standby.put_back(first)
    assert not standby.put_back(second), "one is kept already"
    assert standby.take() is first
    second.living = False
    assert not standby.put_back(second)
    standby.close()
    assert not first.closed, "who was given away is its taker's"
