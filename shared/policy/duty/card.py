"""A duty's proof card: why it is owed and by when, what became of it, and what shows that (features: item 1).

It can be handed on, so it names no person: only the fields listed here leave an event, and of people not even the references by
which the log knows them. What names an enterprise beside a tender is left out until the matter is over. It is made of what was
recorded by its day, so the same day under the same checkpoints gives the same bytes for ever.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date
from typing import Any, Final

from pydantic_core import to_json

from shared.contracts.cloudevent import Envelope, Event
from shared.contracts.duty import (
    DutyArose,
    DutyDischarged,
    DutyEscalated,
    DutyFellOverdue,
    DutyLapsed,
    DutyReminded,
    DutyRescheduled,
    DutyVoided,
    DutyWaived,
    Term,
)
from shared.contracts.values import I18n
from shared.policy.authority import Authority, NotInForce
from shared.policy.clause import clause
from shared.policy.duty.definition import Duty
from shared.policy.duty.life import DutyState, classify, evolve, is_breach
from shared.policy.label import COUNTING, label, of_duty
from shared.policy.role import Role
from shared.policy.stockholm import day_of

KIND: Final = "medverka-duty-card-1"
PROOF: Final = "https://c2sp.org/tlog-proof@v1"
CHECKPOINT: Final = "https://c2sp.org/tlog-checkpoint@v1"
SAYS: Final[Mapping[type[Event], tuple[str, ...]]] = {
    DutyArose: ("due_on", "hard_due_on", "owed_by_unit", "known_late_days"),
    DutyRescheduled: ("previous_due_on", "new_due_on", "reason_code", "cause_event_id"),
    DutyReminded: ("step", "reminded_on", "to_unit"),
    DutyFellOverdue: ("limit", "due_on", "overdue_from", "owed_by_unit"),
    DutyEscalated: ("level", "escalated_on", "to_role", "document"),
    DutyDischarged: ("acted_on", "late_days", "recorded_late_days", "rebuts", "evidence", "documents"),
    DutyWaived: ("waived_on", "reason_code", "authority", "was_overdue"),
    DutyVoided: ("voided_on", "reason_code", "cause_event_id"),
    DutyLapsed: ("lapsed_on", "reason_code", "cause_event_id"),
}
"""What a card takes of an event. Who recorded, proposed or approved it, and why in free text, stays in the log."""
CODE: Final = re.compile(r"[a-z][a-z0-9-]{0,59}")
"""A reason's code; an officer can write a waiver's, so what is no code is left out."""


@dataclass(frozen=True, slots=True)
class Cited:
    """An event where it stands in its log; `sha256` is of its bytes, `leaf` its hash in the log's tree, both in hex."""

    log: str
    index: int
    sha256: str
    leaf: str
    envelope: Envelope

    @property
    def recorded_on(self) -> date:
        """The Stockholm day when it was recorded."""
        return day_of(self.envelope.time)


@dataclass(frozen=True, slots=True)
class Sealed:
    """What may not be named yet: until when, and the one stream that may."""

    until: I18n
    stream: str


@dataclass(frozen=True, slots=True)
class Source:
    """What a card is made of: the duty's life as recorded by the day, its definition, and the events that it cites, by id."""

    life: Sequence[Cited]
    definition: Duty
    cited: Mapping[str, Cited]
    sealed: Sealed | None = None
    checkpoints: Mapping[str, str] = field(default_factory=dict)
    proofs: Mapping[tuple[str, int], str] = field(default_factory=dict)
    """Of each log and index, under the log's checkpoint; what is younger than it has none yet."""


def state_of(life: Iterable[Cited]) -> DutyState | None:
    """Fold a duty's life; None where it has not begun."""
    state: DutyState | None = None
    for each in life:
        state = evolve(state, each.envelope)
    return state


def cites(life: Iterable[Cited]) -> list[str]:
    """Give the ids of the events that a duty's life names: its trigger, and what shows that it was done."""
    state = state_of(life)
    return [] if state is None else list(dict.fromkeys((state.trigger_event_id, *state.evidence)))


def card(source: Source, authority: Authority, as_of: date) -> dict[str, Any]:
    """Give the card as JSON has it. `source.life` holds one event at least. Raises NotInForce."""
    arose = source.life[0].envelope.data
    duty = state_of(source.life)
    if duty is None or not isinstance(arose, DutyArose):
        raise ValueError(f"{source.life[0].envelope.subject}: a duty's first event is DutyArose")
    return {
        "kind": KIND,
        "asOf": as_of.isoformat(),
        "authority": authority.name,
        "policyVersion": arose.policy_version,
        "duty": _owed(duty, arose, source, authority),
        "clause": _clause(duty),
        "trigger": {"on": duty.trigger_on.isoformat(), **_cited(duty.trigger_event_id, source)},
        "due": _due(duty, arose, authority),
        "class": classify(duty, as_of),
        "breach": is_breach(duty, as_of),
        "interpretation": of_duty(duty, authority),
        "events": [_place(each, source) | {"says": _says(each.envelope.data, source)} for each in source.life],
        "evidence": [_shown(event_id, source) for event_id in duty.evidence],
        "sealed": source.sealed and {"sv": source.sealed.until.sv, "en": source.sealed.until.en},
        "checkpoints": [
            {"log": log, "format": CHECKPOINT, "text": source.checkpoints.get(log)} for log in _logs(source)
        ],
    }


def to_bytes(made: Mapping[str, Any]) -> bytes:
    """Give a card's bytes: the same card, the same bytes."""
    return to_json(made)


def _owed(duty: DutyState, arose: DutyArose, source: Source, authority: Authority) -> dict[str, Any]:
    type_, id_ = arose.object.type, arose.object.id
    if source.sealed:
        type_, _, id_ = source.sealed.stream.partition("/")
    return {
        "id": None if source.sealed else duty.id,
        "name": f"{duty.clause.lower()}.{duty.kind}",
        "object": {"type": type_, "id": id_},
        "ordinal": duty.ordinal,
        "modality": duty.modality,
        "role": duty.owed_by,
        "unitOnTriggerDay": duty.owed_by_unit,
        "unitOnDueDay": _unit(duty.owed_by, duty.due_on, authority),
        "knownLateDays": arose.known_late_days,
    }


def _clause(duty: DutyState) -> dict[str, Any]:
    stated = clause(duty.clause)
    return {"id": stated.id, "modality": stated.modality.value, "sv": stated.sv, "en": stated.en}


def _unit(role: Role, on: date | None, authority: Authority) -> str | None:
    """Give who holds the role on a day; None without a day, or where the file names nobody for it."""
    if on is None:
        return None
    try:
        return authority.unit(role, on)
    except NotInForce:
        return None


def _due(duty: DutyState, arose: DutyArose, authority: Authority) -> dict[str, Any]:
    """Give the due day as it is, and the arithmetic of the one with which the duty arose; moves stand among the events."""
    return {
        "on": _day(duty.due_on),
        "hardOn": _day(duty.hard_due_on),
        "arose": _day(arose.due_on),
        "counted": label(authority.interpretation(COUNTING, duty.trigger_on)),
        "terms": [
            {
                "key": term.key, "value": term.value, "unit": term.unit, "gives": term.gives.isoformat(),
                "interpretation": _decided(term, arose, authority),
            }
            for term in arose.terms
        ],
    }  # fmt: skip


def _decided(term: Term, arose: DutyArose, authority: Authority) -> dict[str, Any]:
    """Give the decision of a term: all are read on one day, the trigger's or, in a series, an earlier one."""
    first = authority.reading(arose.interpretation_id)
    if term.key == first.key:
        return label(first)
    read_on = arose.trigger_on if first.holds(arose.trigger_on) else first.until or arose.trigger_on
    return label(authority.interpretation(term.key, read_on))


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


# -- events


def _place(cited: Cited, source: Source) -> dict[str, Any]:
    """Give where an event stands, when it happened and was recorded, its digest, and its proof."""
    envelope = cited.envelope
    return {
        "eventId": envelope.id,
        "log": cited.log,
        "index": cited.index,
        "type": envelope.type,
        "happenedAt": _instant(envelope.occurredat),
        "recordedAt": _instant(envelope.time),
        "dnr": envelope.data.dnr,
        "sha256": cited.sha256,
        "proof": {"format": PROOF, "leaf": cited.leaf, "text": source.proofs.get((cited.log, cited.index))},
    }


def _instant(at: Any) -> str:
    return str(at.astimezone(UTC).isoformat()).replace("+00:00", "Z")


def _says(event: Event, source: Source) -> dict[str, Any]:
    said = event.model_dump(mode="json", by_alias=True, exclude_none=True, include=set(SAYS[type(event)]))
    if not CODE.fullmatch(said.get("reasonCode", "none")):
        said.pop("reasonCode")
    if "causeEventId" in said and not _may_name(said["causeEventId"], source):
        said.pop("causeEventId")
    return said


def _may_name(event_id: str, source: Source) -> bool:
    """Tell whether an event may be named: a recognition that made a duty arise tells whose it is."""
    if source.sealed is None:
        return True
    found = source.cited.get(event_id)
    return found is not None and found.envelope.subject == source.sealed.stream


def _cited(event_id: str, source: Source) -> dict[str, Any]:
    """Give a cited event; of another service's only the id is known here."""
    if not _may_name(event_id, source):
        return {"eventId": None}
    found = source.cited.get(event_id)
    return _place(found, source) if found else {"eventId": event_id}


def _shown(event_id: str, source: Source) -> dict[str, Any]:
    """Give an event that shows what was done, with the documents that it cites."""
    found = source.cited.get(event_id)
    if found is None:
        return {"eventId": event_id}
    documents = source.definition.documents(found.envelope.data)
    return _place(found, source) | {"documents": [each.model_dump(mode="json", by_alias=True) for each in documents]}


def _logs(source: Source) -> list[str]:
    shown = [*source.life, *(each for id_, each in source.cited.items() if _is_shown(id_, source))]
    return sorted({each.log for each in shown})


def _is_shown(event_id: str, source: Source) -> bool:
    state = state_of(source.life)
    return state is not None and (event_id in state.evidence or _may_name(event_id, source))
