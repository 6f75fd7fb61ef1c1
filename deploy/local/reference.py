"""Pages and tables that are made from the code: `python -m deploy.local.reference` writes them, a test compares them.

The code is what counts; whoever changes it runs this, and the page follows.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import holidays

ROOT = Path(__file__).parents[2]
FIRST_YEAR, LAST_YEAR = 2015, 2100  # the policy's adoption, and as far as `holidays` knows

HOLIDAYS_HEAD = '''"""Swedish holidays from Monday to Friday, a line a year: made by `python -m deploy.local.reference`.

They are the answer of the library `holidays` (SE, categories public and de_facto), written down because the library
itself takes 36 MiB in every process (docs/decisions/0020-working-days-are-a-table.md).
"""

from typing import Final

WEEKDAY_HOLIDAYS: Final = """
'''


def weekday_holidays(year: int) -> Iterator[str]:
    """Yield the days of one year, as `06-19`, that are no working days although they are no Saturday or Sunday."""
    found = holidays.country_holidays("SE", years=year, categories=("public", "de_facto"))
    return (f"{day:%m-%d}" for day in sorted(found) if day.weekday() < 5)  # noqa: PLR2004 Saturday is 5


def swedish_holidays() -> str:
    """Return the module with every year's holidays."""
    years = (f"{year} {' '.join(weekday_holidays(year))}" for year in range(FIRST_YEAR, LAST_YEAR + 1))
    return HOLIDAYS_HEAD + "\n".join(years) + '\n"""\n'


PAGES: dict[str, Callable[[], str]] = {
    "shared/policy/swedish_holidays.py": swedish_holidays,
}


def write(root: Path = ROOT) -> None:
    """Write every page below the root."""
    for path, page in PAGES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    write()
