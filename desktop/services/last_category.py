"""The category of the deposit before: it stands first in the list of the next one."""

from desktop.domain.catalog import Category
from desktop.domain.errors import Failure, Result
from desktop.ports.store import SettingsPort

_NAME = "last_category"


class LastCategory:
    """Kept among the settings of the store, which is the holder's own and encrypted. In a worker."""

    def __init__(self, settings: SettingsPort) -> None:
        self._settings = settings

    def known(self) -> str:
        """Its slug; "" where none was kept that can be read."""
        kept = self._settings.setting(_NAME)
        return "" if kept is None or isinstance(kept, Failure) else kept

    def keep(self, slug: str) -> Result[None]:
        """From now on, also at the next start."""
        return self._settings.set_setting(_NAME, slug)


def with_first(categories: tuple[Category, ...], slug: str) -> tuple[Category, ...]:
    """*categories* with that one before the others, which keep their order."""
    return tuple(sorted(categories, key=lambda one: one.slug != slug))
