"""What can be wanted of one duty: by a reaction, by the clock, or by whoever may waive it."""

from datetime import date
from typing import Literal

from typing_extensions import override

from shared.contracts.duty import VoidReason
from shared.contracts.values import DecisionRef, DutyId, Personal, Reason, StaffRef
from shared.deciding import Command, Refused

NEXT = "next"
"""The step at which the next of a duty's kind arises (GS-4 recurring, contract terms)."""


class DutyCommand(Command):
    """A command on one duty; `objectId` is what the duty is about, so that its duties are read with it."""

    duty_id: DutyId
    object_id: str

    @property
    @override
    def subject(self) -> str:
        """The duty's stream."""
        return f"duty/{self.duty_id}"

    @property
    @override
    def objects(self) -> tuple[str, ...]:
        """The object whose duties are read."""
        return (self.object_id,)


class OpenDuty(DutyCommand):
    """A reaction's: a duty arises from an event of another service or from a boundary of the year. `dutyId` is its base."""

    ONCE = True

    kind: str
    trigger_event_id: str
    trigger_on: date
    needs: tuple[str, ...] = ()
    """Streams of this service that its due day is reckoned from."""
    again: bool = False
    """Also where the trigger had its duty: what ended that was corrected away."""

    @property
    @override
    def distinct(self) -> str:
        """Its trigger: a place at an enterprise that was lost twice is reviewed twice."""
        return self.trigger_event_id

    @property
    @override
    def reads(self) -> tuple[str, ...]:
        """What the due day is reckoned from."""
        return self.needs


class TakeStep(DutyCommand):
    """The clock's: the boundary of a step was reached, at `at`. `due` guards against a due day that moved meanwhile."""

    ONCE = True

    step: str
    on: date
    due: date | None
    needs: tuple[str, ...] = ()

    @property
    @override
    def reads(self) -> tuple[str, ...]:
        """What a duty that follows is reckoned from."""
        return self.needs


class LapseDuty(DutyCommand):
    """The clock's, or a reaction's: the last day on which an overdue duty could be performed is over.

    `dutyId` is read as by `VoidDuty`.
    """

    on: date
    reason_code: Literal["tender-closed", "year-over", "object-gone"]
    cause_event_id: str | None = None

    @property
    @override
    def distinct(self) -> str:
        """The day: one that the duty does not allow leaves it to the next."""
        return self.on.isoformat()


class VoidDuty(DutyCommand):
    """A reaction's: what the duty was for is gone. An overdue one lapses or goes on, as its definition says.

    `dutyId` may be the base of a duty that has arisen anew: the open one is meant. Where there is none, nothing happens.
    `triggeredOn`: only one that was triggered on this day; `spares`: none that was triggered on this day.
    """

    reason_code: VoidReason
    cause_event_id: str
    on: date
    triggered_on: date | None = None
    spares: date | None = None

    @property
    @override
    def distinct(self) -> str:
        """The day on which it was triggered, where only such a one is meant."""
        return self.triggered_on.isoformat() if self.triggered_on else ""


class RescheduleDuty(DutyCommand):
    """A reaction's: the day that the due day is reckoned from moved. `dutyId` is read as by `VoidDuty`.

    The duty's definition reckons it anew (`moved`), from the streams that `needs` names.
    """

    reason_code: Literal["deadline-moved", "extended", "dated", "corrected"]
    cause_event_id: str
    needs: tuple[str, ...] = ()

    @property
    @override
    def reads(self) -> tuple[str, ...]:
        """What the due day is reckoned from."""
        return self.needs


class TakeOverDuty(DutyCommand):
    """A reaction's: what a duty is about became part of another, `successorId`, about which it is owed from now on."""

    successor_id: str
    cause_event_id: str
    on: date

    @property
    @override
    def objects(self) -> tuple[str, ...]:
        """Both, to see whether it is owed about the successor already."""
        return (self.object_id, self.successor_id)


class WaiveDuty(DutyCommand):
    """Let a duty go by a decision of whoever may; proposer and approver are two persons."""

    waived_on: date
    reason_code: str
    reasons: Reason | None = None
    reasons_enc: Personal | None = None
    authority: DecisionRef
    proposed_by: StaffRef
    approved_by: StaffRef


ENDED = Refused(
    "duty-already-ended", None, "Skyldigheten är redan avslutad.", "The duty has already ended; it ends only once."
)
UNKNOWN = Refused("duty-unknown", None, "Det finns ingen sådan skyldighet.", "There is no such duty.")
BOUNDARY_MOVED = Refused(
    "boundary-moved", None,
    "Gränsen har flyttats sedan klockan såg den.",
    "The boundary has moved since the clock saw it.",
)  # fmt: skip
SAME_PERSON = Refused(
    "waiver-same-person", None,
    "Den som föreslår får inte själv besluta om befrielse.",
    "Whoever proposes a waiver may not approve it.",
)  # fmt: skip
IN_FUTURE = Refused(
    "date-in-future", None,
    "Datumet har inte varit än; registrera händelsen när den har inträffat.",
    "That day has not come yet; record it when it has happened.",
)  # fmt: skip
WAIVED_BEFORE_DECISION = Refused(
    "waived-before-decision", None,
    "Befrielsen gäller tidigast från den dag då den beslutades; kontrollera dagen.",
    "A waiver holds from the day of its decision at the earliest; check its day.",
)  # fmt: skip
NOT_APPROVED = Refused(
    "late-claim-not-approved", None,
    "Det som i efterhand sägs ha skett i tid ska visas av en handling från den tiden eller godkännas av en andra person.",
    "What is said afterwards to have been in time needs a document of that time, or a second person's approval.",
)  # fmt: skip
APPROVED_BY_ACTOR = Refused(
    "approved-by-actor", None,
    "Den som registrerar får inte själv godkänna; ange en annan person.",
    "Whoever records it may not approve it; name another person.",
)  # fmt: skip
CORRECTION_NOT_APPROVED = Refused(
    "correction-not-approved", None,
    "Rättelsen ändrar hur en skyldighet slutade eller om den blev sen; ange en andra person som godkänner den.",
    "The correction changes how a duty ended or whether it was late; name a second person who approves it.",
)  # fmt: skip
MAY_NOT_WAIVE = Refused(
    "waiver-not-theirs", None,
    "Befrielsen måste beslutas av den som får göra det, samma år och med paragraf.",
    "A waiver must be decided by the body that may do so, in the same year and with its paragraph.",
)  # fmt: skip
