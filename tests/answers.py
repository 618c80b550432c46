"""What a test is sure of, said in a way that mypy believes: a value, a failure, something that is there."""

from typing import TypeVar

from desktop.domain.errors import ErrorCode, Failure

T = TypeVar("T")


def good(result: T | Failure) -> T:
    """The value; a failure fails the test."""
    assert not isinstance(result, Failure), result
    return result


def failed(result: object) -> Failure:
    """The failure; a value fails the test."""
    assert isinstance(result, Failure), result
    return result


def code_of(result: object) -> ErrorCode:
    """The failure's code."""
    return failed(result).code


def present(value: T | None) -> T:
    """What must not be None."""
    assert value is not None
    return value
