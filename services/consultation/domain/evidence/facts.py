"""A pack's facts beside the duties: contributions and ownership, recognitions, and what was agreed in earlier years."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from services.consultation.domain.consultation import Action, State, evolve, initial
from services.consultation.domain.evidence.cited import RECOGNITION, Known, Stream
from shared.contracts.cloudevent import Envelope, Event
from shared.contracts.partners import ContributionDecided, ContributionPaid, OwnershipRecorded
from shared.contracts.registry import (
    EnterpriseClosed,
    EnterpriseRecognised,
    RecognitionRestored,
    RecognitionSuspended,
    RecognitionWithdrawn,
)
from shared.policy.role import COOMPANION, PARTNERS
from shared.policy.stockholm import day_of

_STANDING: Final[Mapping[type[Event], str]] = {
    EnterpriseRecognised: "recognised",
    RecognitionRestored: "recognised",
    RecognitionSuspended: "suspended",
    RecognitionWithdrawn: "withdrawn",
    EnterpriseClosed: "closed",
}
"""Event → how an enterprise stands from then on."""


def contributions(known: Known, years: Iterable[int], owed: Collection[int]) -> list[dict[str, Any]]:
    """Give each year's contribution to Coompanion (GS-1); one that nobody decided by the end of its year is a deviation.

    `owed` are the years in which the suite keeps account: of others nothing is missed, and a row stands where there is one.
    """
    events = [e for stream in known.of("partner") if stream.subject == f"partner/{COOMPANION}" for e in stream.events]
    rows = (_contribution(year, events, known.as_of) for year in sorted(years))
    return [row for row in rows if row["year"] in owed or row["events"]]


def _contribution(year: int, events: Iterable[Envelope], as_of: date) -> dict[str, Any]:
    decided, paid, cites = Decimal(0), Decimal(0), []
    is_decided, money = False, None
    for envelope in events:
        event = envelope.data
        if isinstance(event, ContributionDecided | ContributionPaid) and event.for_year == year:
            cites.append(envelope.id)
            money = money or event.amount
            if isinstance(event, ContributionDecided):
                is_decided, decided = True, decided + Decimal(event.amount.amount)
            else:
                paid += Decimal(event.amount.amount)
    return {
        "id": f"{COOMPANION}/{year}",
        "year": year,
        "decided": str(decided) if is_decided else None,
        "paid": str(paid),
        "difference": str(decided - paid),
        "currency": money and money.currency,
        "vat": money and money.vat,
        "deviation": "contribution-missing" if not is_decided and as_of >= date(year, 12, 31) else None,
        "events": cites,
    }


def ownership(known: Known) -> list[dict[str, Any]]:
    """Give the share of each body that was in force on the day (GS-2)."""
    found = []
    for stream in known.of("partner"):
        owned = [(e.data, e.id) for e in stream.events if isinstance(e.data, OwnershipRecorded)]
        begun = sorted((each for each in owned if each[0].from_ <= known.as_of), key=lambda each: each[0].from_)
        if begun and (begun[-1][0].to is None or begun[-1][0].to >= known.as_of):
            event, event_id = begun[-1]
            found.append({
                "id": event.partner_id, "share": event.share, "votes": event.votes, "from": event.from_.isoformat(),
                "events": [event_id],
            })  # fmt: skip
    return found


def recognitions(known: Known, year: int) -> list[dict[str, Any]]:
    """Give what was decided of enterprises in the year, and the number that were WISEs on the day."""
    happened = [
        _decided(envelope)
        for stream in known.of("enterprise")
        for envelope in stream.events
        if isinstance(envelope.data, RECOGNITION) and day_of(envelope.occurredat).year == year
    ]
    standing = [(stream, last) for stream in known.of("enterprise") if (last := _stands(stream, known.as_of))]
    return [*happened, *(_count(what, standing) for what in ("recognised", "suspended"))]


def _decided(envelope: Envelope) -> dict[str, Any]:
    return {
        "id": envelope.id,
        "enterpriseId": envelope.subject.partition("/")[2],
        "what": type(envelope.data).__name__,
        "on": day_of(envelope.occurredat).isoformat(),
        "events": [envelope.id],
    }


def _stands(stream: Stream, as_of: date) -> Envelope | None:
    """Give the event by which an enterprise stands as it does on a day."""
    begun = [e for e in stream.events if day_of(e.occurredat) <= as_of and type(e.data) in _STANDING]
    return begun[-1] if begun else None


def _count(what: str, standing: Sequence[tuple[Stream, Envelope]]) -> dict[str, Any]:
    events = [last.id for _, last in standing if _STANDING.get(type(last.data)) == what]
    return {"id": f"{what}-on-the-day", "what": what, "value": len(events), "events": events}


def actions(known: Known, year: int) -> list[dict[str, Any]]:
    """List what was agreed in earlier years, or carried from them, and is open (GS-7)."""
    return [
        _action(action, stream, known.as_of)
        for stream in known.of("consultation")
        for action in _year(stream).actions.values()
        if not action.is_closed and action.agreed.year < year
    ]


def _year(stream: Stream) -> State:
    state = initial
    for envelope in stream.events:
        event: Any = envelope.data  # of that stream
        state = evolve(state, event)
    return state


def _action(action: Action, stream: Stream, as_of: date) -> dict[str, Any]:
    agreed = action.agreed
    of_it = [e.id for e in stream.events if getattr(e.data, "action_id", None) == agreed.action_id]
    is_late = agreed.owner not in PARTNERS and agreed.due_on is not None and as_of > agreed.due_on
    return {
        "id": agreed.action_id,
        "description": agreed.description,
        "owner": agreed.owner,
        "agreedYear": agreed.year,
        "year": action.year,
        "dueOn": agreed.due_on and agreed.due_on.isoformat(),
        "overdue": is_late,
        "local": True,
        "events": of_it,
    }
