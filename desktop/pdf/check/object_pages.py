"""On which page an object is used."""

import pikepdf

MOST_STEPS = 200_000
_ELSEWHERE = ("/Parent", "/P", "/Dest")


class ObjectPages:
    """Finds the first page (1-based) that reaches an object; built only when somebody asks."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._pdf = pdf
        self._pages: dict[tuple[int, int], int] | None = None

    def page_of(self, place: tuple[int, int]) -> int | None:
        """The page, or None for what belongs to the whole document."""
        if self._pages is None:
            self._pages = self._walk()
        return self._pages.get(place)

    def _walk(self) -> dict[tuple[int, int], int]:
        found: dict[tuple[int, int], int] = {}
        steps = 0
        for number, page in enumerate(self._pdf.pages, 1):
            waiting: list[object] = [page.obj]
            while waiting and steps < MOST_STEPS:
                thing = waiting.pop()
                steps += 1
                if isinstance(thing, pikepdf.Object) and thing.is_indirect:
                    if thing.objgen in found:
                        continue
                    found[thing.objgen] = number
                if isinstance(thing, pikepdf.Array):
                    waiting.extend(list(thing))
                elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
                    own = thing.get("/Type") == pikepdf.Name.Page and thing is not page.obj
                    if not own or thing.objgen == page.obj.objgen:
                        waiting.extend(value for key, value in thing.items() if key not in _ELSEWHERE)
        return found
