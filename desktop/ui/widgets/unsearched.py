"""Lists and tables without Qt's own search by letters."""


class Unsearched:
    """To stand before a Qt view: letters find no row, for Qt would keep them for good (CF-017)."""

    def keyboardSearch(self, search: str) -> None:
        """Nothing: what is typed here is kept nowhere."""
