"""A duty that should have arisen and did not, opened by an officer as a replay derived it.

Its due day is the lawful one: a late discovery moves none, and `knownLateDays` tells of it. What is opened otherwise than the
logs call for is found by the next replay, so nothing is reckoned anew here.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import override

from shared.contracts.duty import DutyArose, DutyLapsed, DutyVoided, Term, VoidReason
from shared.contracts.values import Value
from shared.deciding import DutyStep, Past, Refused
from shared.policy.duty.book import Book
from shared.policy.duty.commands import IN_FUTURE, UNKNOWN, DutyCommand
from shared.policy.duty.definition import LapseReason
from shared.policy.duty.due import Due
from shared.policy.duty.life import DutyState, arisen
from shared.policy.stockholm import day_of


class Done(Value):
    """It was done meanwhile, as events show."""

    end: Literal["discharged"]
    on: date
    evidence: tuple[str, ...]


class Void(Value):
    """What it was for was gone by its due day."""

    end: Literal["voided"]
    on: date
    reason_code: VoidReason
    cause_event_id: str


class Lapsed(Value):
    """It can no longer be done."""

    end: Literal["lapsed"]
    on: date
    reason_code: LapseReason
    cause_event_id: str | None = None


class OpenMissed(DutyCommand):
    """An officer's: open a duty that a replay names as missing, or end one that should have ended, as the replay derived it."""

    object_type: str
    ordinal: int | None = None
    trigger_event_id: str
    trigger_on: date
    due_on: date | None
    hard_due_on: date | None = None
    terms: tuple[Term, ...]
    interpretation_id: str
    ended: Annotated[Done | Void | Lapsed, Field(discriminator="end")] | None = None

    @property
    @override
    def reads(self) -> tuple[str, ...]:
        """What it is about, which may say who owes it."""
        return (f"{self.object_type}/{self.object_id}",)


def open_missed(book: Book, command: OpenMissed, past: Past, recorded_at: datetime) -> Sequence[DutyStep] | Refused:
    """Let it arise, and end if it should have. One that is there and open only ends; one that has ended stays as it is."""
    definition = book.by_name.get(command.duty_id.partition("/")[0])
    if definition is None or definition.object != command.object_type:
        return UNKNOWN
    if not f"{command.duty_id}/".startswith(f"{definition.base(command.object_id, '')}/"):
        return UNKNOWN
    days = (command.trigger_on, command.ended.on if command.ended else command.trigger_on)
    if max(days) > day_of(recorded_at):
        return IN_FUTURE
    recorded_on, there = day_of(recorded_at), past.state(command.subject)
    if there is not None:
        return list(_ends(book, there, command, recorded_on)) if there.end is None else []
    opens = book.arises(
        definition, command.duty_id, command.object_id, trigger_id=command.trigger_event_id,
        trigger_on=command.trigger_on, recorded_on=recorded_on,
        due=Due(command.due_on, command.terms, command.hard_due_on), ordinal=command.ordinal, past=past,
    )  # fmt: skip
    arose = opens.event.model_copy(update={"interpretation_id": command.interpretation_id})
    if not isinstance(arose, DutyArose):
        raise TypeError(f"{command.duty_id} began with {arose.TYPE}")
    first = DutyStep(opens.log, opens.duty_id, opens.object_id, arose)
    return [first, *_ends(book, arisen(arose, "", recorded_on), command, recorded_on)]


def _ends(book: Book, duty: DutyState, command: OpenMissed, recorded_on: date) -> Iterator[DutyStep]:
    match command.ended:
        case Done(on=on, evidence=evidence):
            yield book.discharges(duty, on, recorded_on, evidence)
        case Void(on=on, reason_code=reason, cause_event_id=cause):
            yield book.step(duty, DutyVoided(duty_id=duty.id, voided_on=on, reason_code=reason, cause_event_id=cause))
        case Lapsed(on=on, reason_code=lapse, cause_event_id=why):
            yield book.step(duty, DutyLapsed(duty_id=duty.id, lapsed_on=on, reason_code=lapse, cause_event_id=why))
        case None:
            return
