"""What the suite understands of an eForms notice (European Commission, eForms SDK): values as they were written.

A notice need not be valid: what it lacks is None or empty. The fields' names and order are those of the JSON that
`medverka notice --json` prints, so they are a public contract. Nothing here knows XML: the domain may import it.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, TypeAlias

Texts: TypeAlias = Mapping[str, str]
"""A text in its languages: language code as the notice has it (`SWE`), or `und` if unknown → text."""


class Kind(StrEnum):
    """Which of the suite's facts a notice can be; `kind.py` decides it."""

    CANCELLED = "cancelled"
    CHANGED = "changed"
    PLANNED = "planned"
    PUBLISHED = "published"
    AWARDED = "awarded"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """An organisation that buys: name (BT-500) and number (BT-501); both None if no organisation has its reference."""

    name: str | None
    organisation_number: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An amount as written, always a decimal number, and its currency code."""

    amount: str
    currency: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot:
    """A lot (BT-137-Lot), or a part (BT-137-Part): a lot to be, in a planning notice.

    A deadline is date, `T`, time and offset, or date and offset where no time is given.
    """

    id: str | None  # LOT-0000: the procedure is not divided
    title: Texts  # BT-21
    nature: str | None  # BT-23
    cpv: tuple[str, ...]  # BT-262, then BT-263
    nuts: tuple[str, ...]  # BT-5071
    tender_deadline: str | None  # BT-131, else BT-1311
    interest_deadline: str | None  # BT-630
    reserved: tuple[str, ...]  # BT-71; "none" is a statement, an empty tuple is silence
    reserved_execution: str | None  # BT-736
    social_objectives: tuple[str, ...]  # BT-775
    strategic: tuple[str, ...]  # BT-06
    estimated_value: Money | None  # BT-27


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """Which notice this one changes (BT-758), and why (BT-140)."""

    changed_notice: str | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LotResult:
    """What became of a lot: BT-13713, BT-142, BT-144."""

    lot: str | None
    outcome: str | None
    not_awarded_reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One eForms notice."""

    notice_id: str | None  # BT-701
    notice_version: str | None  # BT-757
    procedure_id: str | None  # BT-04
    subtype: str | None  # OPP-070
    form_type: str | None  # BT-03
    notice_type: str | None  # BT-02
    kind: Kind
    dispatched_on: str | None  # BT-05, YYYY-MM-DD as written, without its offset
    language: str | None  # BT-702
    title: Texts  # BT-21
    buyers: tuple[Buyer, ...]  # OPT-300
    nature: str | None  # BT-23 of the procedure, never of its lots
    procedure: str | None  # BT-105
    cpv: tuple[str, ...]  # BT-262, BT-263: the procedure's, then its lots', then its parts'
    nuts: tuple[str, ...]  # BT-5071, in the same order
    lots: tuple[Lot, ...]
    parts: tuple[Lot, ...]
    changes: Changes | None
    results: tuple[LotResult, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the object that `json.dumps` turns into the published JSON."""
        return asdict(self)
