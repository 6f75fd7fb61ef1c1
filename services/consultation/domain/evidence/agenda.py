"""What a pack finds amiss, and the agenda that this makes for the meeting (GS-7). No duty follows from a deviation."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from shared.contracts.consultation import FollowUpSubject

SUBJECTS: Final[Mapping[FollowUpSubject, tuple[str, str]]] = {
    "use-of-contribution": ("Bidraget och hur det har använts", "The contribution and how it was used"),
    "advice-given": ("Stöd till företag och godkännanden", "Support to enterprises, and recognitions"),
    "procurement-information": (
        "Information och kunskap om upphandlingar",
        "Information and knowledge about procurement",
    ),
    "placement-figures": ("Köpta platser och hur de följs upp", "Places bought and how they are followed up"),
    "earlier-actions": ("Åtgärder från tidigare år", "Actions of earlier years"),
}
"""The subjects of a joint follow-up, in the agenda's order."""
CLOSING: Final = ("Nya åtgärder och nästa samråd", "New actions and the next consultation")
OF_CLAUSE: Final[Mapping[str, FollowUpSubject]] = {
    "GS-4": "placement-figures",
    "GS-5": "procurement-information",
    "GS-6": "procurement-information",
    "GS-7": "earlier-actions",
    "GS-8": "procurement-information",
    "DF-0": "advice-given",
}
AMISS: Final[Mapping[str, tuple[str, str]]] = {
    "breach": ("bröt mot paragrafen", "broke the clause"),
    "not-done": ("är inte gjorda i tid", "are not done in time"),
    "lapsed": ("kunde inte längre göras", "could not be done any more"),
    "done-late": ("gjordes för sent", "were done late"),
    "done-recorded-late": ("registrerades för sent", "were recorded late"),
}
"""Measure → what it says of the duties counted in it."""
LOST: Final[Mapping[str, tuple[str, str]]] = {
    "RecognitionSuspended": ("Ett godkännande vilar", "A recognition is suspended"),
    "RecognitionWithdrawn": ("Ett godkännande är återkallat", "A recognition was withdrawn"),
    "RecognitionRefused": ("En ansökan om godkännande avslogs", "An application for recognition was refused"),
    "EnterpriseClosed": ("Ett företag har upphört", "An enterprise has closed"),
}
CELLS: Final[Mapping[str, tuple[FollowUpSubject, str, str, str]]] = {
    "followed-up-late": ("placement-figures", "GS-4", "platser följdes upp för sent", "places were followed up late"),
    "not-followed-up": ("placement-figures", "GS-4", "platser följdes inte upp", "places were not followed up"),
    "informed-late": (
        "procurement-information",
        "GS-6",
        "företag informerades för sent",
        "enterprises were informed late",
    ),
    "not-informed": ("procurement-information", "GS-6", "företag informerades inte", "enterprises were not informed"),
}
"""Measure of a published cell → its subject and clause, and what a value above 0 says."""


def deviations(parts: Mapping[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Give all that is amiss, each with its subject, its clause, a sentence in both languages, and its events."""
    found = (
        *_of_contributions(parts["contributions"]),
        *_of_duties(parts["figures"]),
        *_of_recognitions(parts["recognitions"]),
        *_of_cells(parts["published"]),
        *_of_actions(parts["actions"]),
    )
    return list(found)


def _deviation(
    id_: str, subject: FollowUpSubject, clause: str, said: tuple[str, str], events: Iterable[str]
) -> dict[str, Any]:
    sv, en = said
    return {"id": id_, "subject": subject, "clause": clause, "sv": sv, "en": en, "events": list(events)}


def _of_contributions(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        year = row["year"]
        if row["deviation"]:
            said = (f"Inget bidrag är beslutat för {year}", f"No contribution was decided for {year}")
            yield _deviation(f"contribution-missing/{year}", "use-of-contribution", "GS-1", said, row["events"])
        elif row["decided"] is not None and row["difference"] not in ("0", "0.00"):
            left = f"{row['difference']} {row['currency']}"
            said = (
                f"Beslutat och utbetalt bidrag för {year} skiljer sig med {left}",
                f"Decided and paid for {year} differ by {left}",
            )
            yield _deviation(f"contribution-difference/{year}", "use-of-contribution", "GS-1", said, row["events"])


def _of_duties(figures: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for figure in figures:
        if figure["value"] and figure["measure"] in AMISS:
            sv, en = AMISS[figure["measure"]]
            clause, count, year = f"{figure['clause']} ({figure['kind']})", figure["value"], figure["year"]
            local = (", lokal regel", ", a local rule") if figure["modality"] == "local" else ("", "")
            said = (f"{clause}{local[0]}, {year}: {count} {sv}", f"{clause}{local[1]}, {year}: {count} {en}")
            subject = OF_CLAUSE.get(figure["clause"], "earlier-actions")
            yield _deviation(f"duties/{figure['id']}", subject, figure["clause"], said, figure["events"])


def _of_recognitions(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        if row["what"] in LOST:
            sv, en = LOST[row["what"]]
            said = (f"{sv} ({row['on']})", f"{en} ({row['on']})")
            yield _deviation(f"recognition/{row['id']}", "advice-given", "DF-0", said, row["events"])


def _of_cells(cells: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for cell in cells:
        if cell["measure"] in CELLS and cell["value"]:
            subject, clause, sv, en = CELLS[cell["measure"]]
            said = (f"{cell['period']}: {cell['value']} {sv}", f"{cell['period']}: {cell['value']} {en}")
            yield _deviation(f"published/{cell['id']}", subject, clause, said, cell["events"])


def _of_actions(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        late = (" och är försenad (lokalt)", " and is late (locally)") if row["overdue"] else ("", "")
        said = (
            f"Öppen åtgärd från {row['agreedYear']}{late[0]}: {row['description']}",
            f"Open action of {row['agreedYear']}{late[1]}: {row['description']}",
        )
        yield _deviation(f"action/{row['id']}", "earlier-actions", "GS-7", said, row["events"])


def agenda(found: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Propose an agenda: a point for each subject in which something is amiss, and at last what comes next."""
    by: dict[str, list[str]] = {}
    for each in found:
        by.setdefault(each["subject"], []).append(each["id"])
    points = [(subject, *SUBJECTS[subject], by[subject]) for subject in SUBJECTS if subject in by]
    return [
        {"id": subject, "sv": sv, "en": en, "deviations": ids}
        for subject, sv, en, ids in (*points, ("closing", *CLOSING, []))
    ]
