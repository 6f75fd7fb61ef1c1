"""Pages and tables that are made from the code: `python -m deploy.local.reference` writes them, a test compares them.

The code is what counts; whoever changes it runs this, and the page follows.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import holidays

from shared.policy.authority import Authority, Interpretation, LocalDeadline, load
from shared.policy.clause import CLAUSES, Clause, Modality

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


MADE = "<!-- Gjord ur koden / made from the code: python -m deploy.local.reference -->\n\n"

MODALITIES = {
    Modality.SHALL: ("ska", "shall: binding"),
    Modality.RESP: ("ansvarar för", "is responsible for: binding"),
    Modality.SHOULD: ("bör", "should: comply or explain"),
    Modality.MAY: ("kan", "may: never a breach"),
    Modality.FACT: ("sakuppgift", "fact: never a breach"),
    Modality.CRITERION: ("kriterium", "criterion: assessed on evidence"),
    Modality.LOCAL: ("lokal regel", "local rule: never a breach of the policy"),
}

UNITS = {"days": ("dagar", "days"), "working-days": ("arbetsdagar", "working days"), "months": ("månader", "months")}

CLAUSES_HEAD = """# Policyns bestämmelser / The policy's clauses

Med våra egna ord. Policyn själv anger inga dagar; de lokala fristerna står i [local-deadlines.md](local-deadlines.md).
In our own words. The policy itself names no days; the local deadlines are in [local-deadlines.md](local-deadlines.md).

| | verkan / force | roll / role | svenska | English |
|---|---|---|---|---|
"""

DEADLINES_HEAD = """# Lokala frister och tolkningar / Local deadlines and interpretations: {name}

Policyn anger inga dagar: utom kalenderåret i GS-7 är allt här lokalt, daterat och beslutat av den som anges.
The policy names no days: but for the calendar year of GS-7 all here is local, dated and decided by whom it names.
Källan är `deploy/authority/` / the source is `deploy/authority/`.

EXEMPEL: vårt förslag, inget beslut / our suggestion, no decision.

"""
DEADLINE_COLUMNS = "| nyckel / key | | frist / term | gäller / in force | beslut / decision | svenska | English |\n"
READING_COLUMNS = "| nyckel / key | | gäller / in force | beslut / decision | svenska | English |\n"


def clauses() -> str:
    """Return the page with every clause, its modality and its role."""
    return MADE + CLAUSES_HEAD + "".join(map(_clause_row, CLAUSES))


def local_deadlines(authority: Authority) -> str:
    """Return the page with every local deadline and interpretation of an authority, all their periods."""
    deadlines = [row for rows in authority.deadlines.values() for row in rows]
    readings = [
        row for key, rows in authority.interpretations.items() if key not in authority.deadlines for row in rows
    ]
    return (
        MADE
        + DEADLINES_HEAD.format(name=authority.name)
        + DEADLINE_COLUMNS
        + "|---|---|---|---|---|---|---|\n"
        + "".join(_deadline_row(row, authority.interpretation(row.key, row.from_)) for row in deadlines)
        + "\n## Tolkningar / Interpretations\n\n"
        + READING_COLUMNS
        + "|---|---|---|---|---|---|\n"
        + "".join(map(_reading_row, readings))
    )


def _clause_row(clause: Clause) -> str:
    sv, en = MODALITIES[clause.modality]
    role = f"`{clause.role}`" if clause.role else "–"
    return f"| **{clause.id}** | {sv} / {en} | {role} | {clause.sv} | {clause.en} |\n"


def _deadline_row(row: LocalDeadline, reading: Interpretation) -> str:
    return f"| `{row.key}` | {reading.clause.id} | {_term(row)} | {_in_force(reading)} | {_texts(reading)} |\n"


def _term(row: LocalDeadline) -> str:
    if isinstance(row.value, tuple):
        return "{:02}-{:02}".format(*row.value)
    sv, en = UNITS[row.unit]
    return f"{row.value} {sv} / {row.value} {en}"


def _reading_row(row: Interpretation) -> str:
    return f"| `{row.key}` | {row.clause.id} | {_in_force(row)} | {_texts(row)} |\n"


def _in_force(row: Interpretation) -> str:
    return f"{row.from_} – {row.until or ''}".rstrip()


def _texts(row: Interpretation) -> str:
    return f"{row.dnr} (`{row.decided_by}`) | {row.sv} | {row.en}"


def gotland_deadlines() -> str:
    """Return the page of the authority whose file is in the tree."""
    return local_deadlines(load(ROOT / "deploy/authority/gotland.toml"))


PAGES: dict[str, Callable[[], str]] = {
    "docs/reference/clauses.md": clauses,
    "docs/reference/local-deadlines.md": gotland_deadlines,
    "shared/policy/swedish_holidays.py": swedish_holidays,
}


def write(root: Path = ROOT) -> None:
    """Write every page below the root."""
    for path, page in PAGES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    write()
