"""The pages of the policy: its clauses, and an authority's local deadlines and interpretations."""

from deploy.local.referencing.at_work import at_work, reasons
from deploy.local.referencing.markdown import MADE, codes, link, table
from deploy.local.referencing.suite import authority as ours
from shared.policy.authority import Authority, Interpretation, LocalDeadline
from shared.policy.clause import CLAUSES, Clause, Modality
from shared.policy.duty.definition import Duty

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

PARTS = {
    "duties": "skyldigheter / duties",
    "events": "händelser / events",
    "tests": "prov / tests",
    "views": "frågor / views",
}
CLAUSES_HEAD = """# Policyns bestämmelser / The policy's clauses

Med våra egna ord; för var och en står vad som är i arbete.
Policyn själv anger inga dagar; de lokala fristerna står i [local-deadlines.md](local-deadlines.md).
In our own words; for each stands what is at work.
The policy itself names no days; the local deadlines are in [local-deadlines.md](local-deadlines.md).

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
    """Return the page with every clause, its modality and role, and what of the software is at work for it."""
    return MADE + CLAUSES_HEAD + "".join(map(_clause_row, CLAUSES)) + "".join(map(_section, CLAUSES))


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


def _section(clause: Clause) -> str:
    found = at_work(clause)
    why: dict[str, str] = {reason.part: f"– {reason.sv} / {reason.en}" for reason in reasons(clause)}
    shown = {
        "duties": ", ".join(duty_link(duty) for duty in found.duties),
        "events": ", ".join(f"[`{event}`](events.md#{event.lower()})" for event in found.events),
        "tests": "; ".join(f"{link(path, path)}: {codes(names)}" for path, names in found.tests.items()),
        "views": codes(found.views) if found.views else "",
    }
    rows = [(title, shown[part] or why.get(part, "")) for part, title in PARTS.items()]
    return f"\n## {clause.id}\n\n" + table(("", ""), rows).rstrip("\n") + "\n"


def duty_link(duty: Duty) -> str:
    """Link to a duty's section of the page of duties: `GS-4 first`."""
    name = f"{duty.clause.id} {duty.kind}"
    return f"[{name}](duties.md#{name.lower().replace(' ', '-')})"


def _deadline_row(row: LocalDeadline, reading: Interpretation) -> str:
    return f"| `{row.key}` | {reading.clause.id} | {term(row)} | {_in_force(reading)} | {_texts(reading)} |\n"


def term(row: LocalDeadline) -> str:
    """Give a deadline as a person reads it: `90 dagar / 90 days`, `12-31`."""
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


def deadlines_in_force() -> str:
    """Return the page of the authority whose file is in the tree."""
    return local_deadlines(ours())
