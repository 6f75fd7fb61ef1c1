"""Days that a request may name: what lies before or after all that can be meant is a slip of the pen."""

from collections.abc import Iterator
from datetime import date

from shared.contracts.values import YEARS
from shared.http.language import Text
from shared.persons.walking import LEAVES, parts

FAR = Text(
    f"ska ligga mellan åren {YEARS.start} och {YEARS.stop - 1}",
    f"should lie between {YEARS.start} and {YEARS.stop - 1}",
)


def far(value: object, place: str = "") -> Iterator[tuple[str, Text]]:
    """Give the pointer of each day or instant, however deep, that is out of range."""
    for name, _, part in parts(value):
        if isinstance(part, date):
            if part.year not in YEARS:
                yield f"{place}/{name}", FAR
        elif type(part) not in LEAVES:
            yield from far(part, f"{place}/{name}")
