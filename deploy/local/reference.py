"""Pages and tables that are made from the code: `python -m deploy.local.reference` writes them, a test compares them.

The code is what counts; whoever changes it runs this, and the pages follow. `referencing/` has a module a page.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import holidays

from deploy.local.referencing import duties, events, policy, reactions, refusals, topics
from deploy.local.referencing.markdown import MADE, ROOT
from deploy.local.referencing.suite import services
from shared import settings
from shared.http import rights
from shared.http.duties import opening
from shared.http.every_service import queries_of, reckonings_of, views_of
from shared.parts import Parts
from shared.persons import fields

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


def settings_page() -> str:
    """Return the page with every setting of a service."""
    return MADE + settings.reference()


def personal_fields() -> str:
    """Return the page with every field that can name a person."""
    written = {name: parts.rules.events for name, parts in services().items()}
    return MADE + fields.reference(written)


def rights_page() -> str:
    """Return the page of who may do and ask what by HTTP."""
    return MADE + rights.reference({name: rows(parts) for name, parts in services().items()})


def rows(parts: Parts) -> tuple[rights.Row, ...]:
    """Give all rows of a service's HTTP: its tables, and what may be asked of its duties."""
    *owed, kept = views_of(parts)
    opened = [opening(view, parts.role) for view in owed]
    asked = [query for view in owed for query in queries_of(parts, view, kept)]
    return (*parts.operations, *opened, *parts.uploads, *parts.queries, *asked, *reckonings_of(parts))


PAGES: dict[str, Callable[[], str]] = {
    "docs/reference/clauses.md": policy.clauses,
    "docs/reference/duties.md": duties.page,
    "docs/reference/events.md": events.page,
    "docs/reference/local-deadlines.md": policy.deadlines_in_force,
    "docs/reference/personal-fields.md": personal_fields,
    "docs/reference/reactions.md": reactions.page,
    "docs/reference/refusals.md": refusals.page,
    "docs/reference/rights.md": rights_page,
    "docs/reference/settings.md": settings_page,
    "docs/reference/topics.md": topics.page,
    "shared/policy/swedish_holidays.py": swedish_holidays,
}


def write(root: Path = ROOT) -> None:
    """Write every page below the root."""
    for path, page in PAGES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    write()
