"""What came of a replay or a what-if as JSON has it, for whoever may know of single duties and for whoever may not."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any, Final, TypeAlias

from shared.contracts.values import DutyId
from shared.policy.authority import Authority
from shared.policy.duty.life import DutyState
from shared.policy.suppression import FEWEST
from shared.replaying.comparing import Difference
from shared.replaying.counting import counted

ASSUMPTION: Final = "antagande / assumption"
Json: TypeAlias = dict[str, Any]
States: TypeAlias = Mapping[DutyId, DutyState]


def replayed(duties: int, found: Sequence[Difference], as_of: date, *, shown_singly: bool) -> Json:
    """Give a service's differences; where single duties may not be known, how many there are of each kind, few as `1-4`."""
    if shown_singly:
        return {"duties": duties, "differences": [_difference(one, as_of) for one in found]}
    counts = Counter((one.wrong, one.duty.clause) for one in found)
    return {
        "counts": [
            {"wrong": wrong, "clause": clause, "count": n if n >= FEWEST else f"1-{FEWEST - 1}"}
            for (wrong, clause), n in sorted(counts.items())
        ]
    }


def _difference(one: Difference, as_of: date) -> Json:
    duty = one.duty
    return {
        "wrong": one.wrong,
        "dutyId": duty.id,
        "clause": duty.clause,
        "owedByUnit": duty.owed_by_unit,
        "trigger": {"on": duty.trigger_on.isoformat(), "causedBy": one.cause},
        "knownLateDays": max(0, (as_of - duty.trigger_on).days) if one.wrong == "missing" else None,
        "should": _state(one.should),
        "recorded": _state(one.recorded),
    }


def _state(duty: DutyState | None) -> Json | None:
    if duty is None:
        return None
    days = {"dueOn": duty.due_on, "hardDueOn": duty.hard_due_on, "endedOn": duty.ended_on, "actedOn": duty.acted_on}
    return {"end": duty.end} | {name: day.isoformat() if day else None for name, day in days.items()}


def counts(now: States, then: States, since: date | None, until: date, *, shown_singly: bool) -> Json:
    """Give a service's counts of the duties that a period triggered, and which would be others."""
    first = since or date.min
    before, after = ({id_: duty for id_, duty in duties.items() if duty.trigger_on >= first} for duties in (now, then))
    found = counted(before, after, until, shown_singly=shown_singly)
    changed = None if found.changed is None else [_change(asdict(change)) for change in found.changed]
    return {"cells": [asdict(cell) for cell in found.cells], "changed": changed}


def assumption(now: Authority, then: Authority, since: date | None, until: date) -> Json:
    """Say of an answer that it is an assumption, and on which two files it rests."""
    files = {"now": f"sha256:{now.digest}", "then": f"sha256:{then.digest}"}
    return {
        "kind": ASSUMPTION,
        "files": files,
        "from": since.isoformat() if since else None,
        "until": until.isoformat(),
    }


def _change(change: Mapping[str, Any]) -> Json:
    days = {"dueNow": change["due_now"], "dueThen": change["due_then"]}
    known = {"dutyId": change["duty_id"], "now": change["now"], "then": change["then"]}
    return known | {name: day.isoformat() if day else None for name, day in days.items()}
