"""The user's choice of who asks for the PIN, for a module and, where that is not enough, for a kind of card.

The same module may ask in a window of its own for one card and want the PIN of us for another: what kind a
card is its ATR says, which is no person's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from desktop.domain.card import KeypadSetting


@dataclass(frozen=True, slots=True)
class AskerRule:
    """``choice`` for the module at the path ``module`` ("" = every one), for cards of ``atr`` (b"" = all)."""

    choice: KeypadSetting
    module: str = ""
    atr: bytes = b""


@dataclass(frozen=True, slots=True)
class PinAskers:
    """At most one rule for each module and kind."""

    rules: tuple[AskerRule, ...] = ()

    @classmethod
    def of(cls, stored: Mapping[str, str]) -> Self:
        """What :meth:`stored` gave; ValueError for anything else."""
        rules = []
        for place, choice in stored.items():
            atr, colon, module = place.partition(":")
            if not colon:
                raise ValueError("a place without a colon")
            rules.append(AskerRule(KeypadSetting(choice), module, bytes.fromhex(atr)))
        return cls(tuple(rules))

    def stored(self) -> dict[str, str]:
        """``ATR:MODULE`` (hex, path; either may be "") and its choice."""
        return {f"{rule.atr.hex()}:{rule.module}": rule.choice.value for rule in self.rules}

    def choice(self, module: str, atr: bytes = b"") -> KeypadSetting:
        """That of the narrowest rule: for this kind of card, for this module, for every one; else AUTO."""
        for place in ((module, atr), (module, b""), ("", b"")):
            for rule in self.rules:
                if (rule.module, rule.atr) == place:
                    return rule.choice
        return KeypadSetting.AUTO

    def has_rule(self, module: str, atr: bytes) -> bool:
        """Whether that kind of card has a rule of its own there."""
        return any((rule.module, rule.atr) == (module, atr) for rule in self.rules)

    def with_rule(self, choice: KeypadSetting, module: str, atr: bytes = b"") -> "PinAskers":
        """With *choice* there from now on."""
        return PinAskers((*self.without_rule(module, atr).rules, AskerRule(choice, module, atr)))

    def without_rule(self, module: str, atr: bytes) -> "PinAskers":
        """What holds for the module, holds for that kind again."""
        return PinAskers(tuple(r for r in self.rules if (r.module, r.atr) != (module, atr)))
