"""The narrowest choice holds, and what is kept of them is read again."""

import pytest

from desktop.domain.card import KeypadSetting
from desktop.domain.pin_askers import AskerRule, PinAskers

KIND, OTHER = bytes.fromhex("3b7d"), bytes.fromhex("3b8f")
RULES = PinAskers(
    (
        AskerRule(KeypadSetting.YES),
        AskerRule(KeypadSetting.NO, "/m/a.so"),
        AskerRule(KeypadSetting.NONE, "/m/a.so", KIND),
    )
)


@pytest.mark.parametrize(
    ("module", "atr", "expected"),
    [
        ("/m/a.so", KIND, KeypadSetting.NONE),
        ("/m/a.so", OTHER, KeypadSetting.NO),
        ("/m/a.so", b"", KeypadSetting.NO),
        ("/m/b.so", KIND, KeypadSetting.YES),
    ],
)
def test_the_narrowest_holds(module: str, atr: bytes, expected: KeypadSetting) -> None:
    assert RULES.choice(module, atr) is expected


def test_without_any_it_is_automatic() -> None:
    assert PinAskers().choice("/m/a.so", KIND) is KeypadSetting.AUTO


def test_one_rule_for_each_place() -> None:
    changed = RULES.with_rule(KeypadSetting.AUTO, "/m/a.so", KIND)
    assert len(changed.rules) == 3 and changed.choice("/m/a.so", KIND) is KeypadSetting.AUTO
    assert RULES.without_rule("/m/a.so", KIND).choice("/m/a.so", KIND) is KeypadSetting.NO


def test_what_is_stored_is_read_again() -> None:
    strange = RULES.with_rule(KeypadSetting.NO, r"C:\Program Files\a: b.dll", OTHER)
    assert PinAskers.of(strange.stored()) == strange
