"""The label that stands with every date, count or verdict shown to a person: whose reading it is (features: item 7)."""

from typing import Any, Final

from shared.policy.authority import Authority, Interpretation
from shared.policy.duty.life import DutyState

COUNTING: Final = "counting-days"
"""The reading by which all days are counted: that of a duty whose day no local deadline set."""


def label(reading: Interpretation) -> dict[str, Any]:
    """Give a reading as it is shown. Its last day is left out: it is written into the file afterwards, and changes nothing."""
    since, dnr = reading.from_, reading.dnr
    return {
        "id": reading.id,
        "clause": reading.clause.id,
        "sv": reading.sv,
        "en": reading.en,
        "from": since.isoformat(),
        "decidedBy": reading.decided_by,
        "dnr": dnr,
        "label": {
            "sv": f"Lokal tolkning sedan {since}, beslut {dnr}",
            "en": f"Local interpretation, since {since}, decision {dnr}",
        },
    }


def labelled(row: dict[str, Any], reads: tuple[str, str] | None, authority: Authority) -> dict[str, Any]:
    """Give a row with the label of what it shows: the reading that it names, or the one of a key on a day that it has.

    A row that shows nothing decided yet has neither. Raises NotInForce.
    """
    if "interpretation" in row:
        return row
    if row.get("interpretation_id"):
        return row | {"interpretation": label(authority.reading(row["interpretation_id"]))}
    if reads and row.get(reads[1]):
        return row | {"interpretation": label(authority.interpretation(reads[0], row[reads[1]]))}
    return row


def of_duty(duty: DutyState, authority: Authority) -> dict[str, Any]:
    """Give the label of a duty's dates and class: of the reading that it arose by, whatever has been decided since.

    Raises NotInForce.
    """
    if duty.interpretation_id:
        return label(authority.reading(duty.interpretation_id))
    return label(authority.interpretation(COUNTING, duty.trigger_on))
