"""Frames and deadlines on a real pipe, by a clock that passes only where the test says so."""

import io
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

import pytest

from desktop.children.framing import PipeClosed, read_frame, write_frame
from desktop.children.pipe_deadline import OutOfTime, PipeDeadline, never_block

LARGEST = 1 << 20


@dataclass
class Ends:
    """Both ends of one pipe; neither blocks."""

    reader: io.FileIO = field(init=False)
    writer: io.FileIO = field(init=False)

    def __post_init__(self) -> None:
        reader, writer = os.pipe()
        self.reader, self.writer = io.FileIO(reader, "rb"), io.FileIO(writer, "wb")
        never_block(self.reader)
        never_block(self.writer)

    def close(self) -> None:
        self.reader.close()
        self.writer.close()


@pytest.fixture
def pipe() -> Iterator[Ends]:
    ends = Ends()
    yield ends
    ends.close()


class Clock:
    """*moments*: what it says, one after the other; the last stays."""

    def __init__(self, *moments: float) -> None:
        self.moments = list(moments)

    def __call__(self) -> float:
        return self.moments.pop(0) if len(self.moments) > 1 else self.moments[0]


def reading(pipe: Ends, limit: PipeDeadline) -> bytearray:
    return read_frame(partial(limit.read, pipe.reader), LARGEST)


@pytest.mark.parametrize("payload", [b"", b"x", bytearray(b"a pin"), b"y" * 30_000])
def test_a_frame_comes_as_it_went(pipe: Ends, payload: bytes | bytearray) -> None:
    write_frame(pipe.writer.write, payload)
    frame = reading(pipe, PipeDeadline(1, lambda: False, Clock(0)))
    assert frame == payload
    assert isinstance(frame, bytearray), "a secret's own buffer, to be wiped by who takes it"


def test_a_secret_is_written_from_its_own_buffer() -> None:
    seen: list[memoryview] = []

    def write(data: memoryview) -> int:
        seen.append(data)
        return len(data)

    pin = bytearray(b"123456")
    write_frame(write, pin)
    assert seen[-1].obj is pin


def test_frames_of_any_size_pass_in_any_pieces() -> None:
    sent = bytearray()

    def write(data: memoryview) -> int:
        sent.extend(data[:3])
        return min(3, len(data))

    def read(into: memoryview) -> int:
        count = min(2, len(into), len(sent))
        into[:count] = sent[:count]
        del sent[:count]
        return count

    write_frame(write, b"a longer payload")
    assert read_frame(read, LARGEST) == b"a longer payload"


def test_a_frame_larger_than_allowed_is_refused(pipe: Ends) -> None:
    write_frame(pipe.writer.write, b"1234")
    with pytest.raises(PipeClosed):
        read_frame(pipe.reader.readinto, 3)


def test_the_end_of_the_pipe_inside_a_frame(pipe: Ends) -> None:
    pipe.writer.write(b"\0\0\0")
    pipe.writer.close()
    with pytest.raises(PipeClosed):
        reading(pipe, PipeDeadline(1, lambda: False, Clock(0)))


def test_a_pipe_that_a_kill_closed(pipe: Ends) -> None:
    pipe.close()
    limit = PipeDeadline(1, lambda: False, Clock(0))
    with pytest.raises(PipeClosed):
        write_frame(partial(limit.write, pipe.writer), b"x")
    with pytest.raises(PipeClosed):
        reading(pipe, limit)


@pytest.mark.skipif(sys.platform == "win32", reason="a write blocks there until the child's end is closed")
class TestDeadline:
    def test_nothing_comes(self, pipe: Ends) -> None:
        with pytest.raises(OutOfTime):
            reading(pipe, PipeDeadline(5, lambda: False, Clock(0, 0, 5)))

    def test_nothing_is_taken(self, pipe: Ends) -> None:
        limit = PipeDeadline(5, lambda: False, Clock(0, 0, 5))
        with pytest.raises(OutOfTime):
            write_frame(partial(limit.write, pipe.writer), b"x" * LARGEST)

    def test_what_lies_there_is_taken_however_late(self, pipe: Ends) -> None:
        """This thread may have been kept from looking: a card that answered in time is not called silent."""
        write_frame(pipe.writer.write, b"in time")
        assert reading(pipe, PipeDeadline(5, lambda: False, Clock(99))) == b"in time"

    def test_drops_gain_no_time(self, pipe: Ends) -> None:
        """A byte before every look: the answer is far from whole when its time is over."""
        clock = Clock(0, 1, 2, 3, 4, 5)
        looks: list[float] = []

        def now() -> float:
            looks.append(clock())
            if looks[-1] < 5:
                pipe.writer.write(b"\0")
            return looks[-1]

        with pytest.raises(OutOfTime):
            reading(pipe, PipeDeadline(5, lambda: False, now))
        assert looks == [0, 1, 2, 3, 4, 5]

    def test_last_words_of_a_dead_child_are_read(self, pipe: Ends) -> None:
        """It wrote between our look and its end, and somebody else keeps its pipe open."""
        told: list[bool] = []

        def over() -> bool:
            if not told:
                write_frame(pipe.writer.write, b"last words")
            told.append(True)
            return True

        assert reading(pipe, PipeDeadline(5, over, Clock(9))) == b"last words"
        assert told == [True]

    def test_a_dead_child_that_left_nothing_is_not_waited_for(self, pipe: Ends) -> None:
        """Although its pipe is held open: at the next slice, long before the deadline."""
        with pytest.raises(PipeClosed):
            reading(pipe, PipeDeadline(5, lambda: True, Clock(0)))
