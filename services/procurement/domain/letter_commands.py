"""Asking for letters: an officer approves them for a tender, and the post asks for each that is to go (GS-6)."""

from dataclasses import dataclass
from typing import ClassVar, Literal, cast

from typing_extensions import override

from services.procurement.domain.outreach import NOT_ASSESSED, OTHER_STAGE, OutreachCommand, State, unlawful
from shared.contracts.cloudevent import Event
from shared.contracts.letters import LettersApproved, OutreachRequested
from shared.contracts.procurement import OutreachFailed, Purpose, Stage
from shared.contracts.values import DutyId, Id, NewId, Sha256, StaffRef
from shared.deciding import Command, Decision, Past, Refused
from shared.policy.clause import GS_6


class ApproveLetters(Command):
    """Approve that all whom it concerns are written to with these facts; also that those whose letter failed are again.

    What the facts are of is looked up by their digest; None: nobody knows them.
    """

    tender_id: Id
    facts_digest: Sha256
    facts_of: str | None
    stage: Stage | None
    purpose: Purpose | None

    @property
    @override
    def subject(self) -> str:
        """The stream of the tender's letters."""
        return f"letters/{self.tender_id}"


class RequestLetter(OutreachCommand):
    """The post's: a letter is to go to the contact; without one it is told that nobody can be written to."""

    ON_PAST: ClassVar[bool] = True

    outreach_id: NewId
    stage: Stage
    purpose: Purpose
    contact_id: Id | None
    facts_digest: Sha256
    language: Literal["sv", "en"]
    approved_by: StaffRef
    duty_id: DutyId | None = None


FACTS_CHANGED = Refused(
    "letters-facts-changed", GS_6,
    "Upphandlingen har inga sådana uppgifter att berätta; läs vilka brev som väntar och godkänn dem.",
    "The tender has no such facts to tell; read which letters wait and approve those.",
)  # fmt: skip
NOT_OWED = Refused(
    "letter-not-owed", GS_6,
    "Skyldigheten som brevet skulle fullgöra har redan upphört.",
    "The duty that the letter was to discharge has ended already.",
)  # fmt: skip
NOT_INFORMED = Refused(
    "letter-not-informed", GS_6,
    "Företaget har inte fått veta om upphandlingen, så det får inget besked om att den ändras.",
    "The enterprise was never told of the tender, so it is not told that it changes.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Approved:
    """The digests that were approved, by how often."""

    count: int = 0


initial = Approved()


def evolve(state: Approved, _event: Event) -> Approved:
    """Fold one event of a tender's letters."""
    return Approved(state.count + 1)


def approve(command: ApproveLetters, _state: Approved) -> Decision:
    """Approve what the tender's letters tell now."""
    if command.facts_of != command.tender_id or command.stage is None or command.purpose is None:
        return FACTS_CHANGED
    return [LettersApproved(
        tender_id=command.tender_id, stage=command.stage, purpose=command.purpose, facts_digest=command.facts_digest
    )]  # fmt: skip


def request(command: RequestLetter, past: Past) -> Decision:
    """Ask for a letter that may go now; with nobody to write to, that is what is recorded."""
    state = cast("State", past.state(command.subject))
    if command.outreach_id in {*state.requested, *state.unsent}:
        return []
    if state.assessed is None:
        return NOT_ASSESSED
    if state.assessed.stage == "planned" and command.stage == "published":
        return OTHER_STAGE
    if command.purpose != "inform" and not state.is_informed:
        return NOT_INFORMED
    duties = past.duties(f"{command.tender_id}/{command.enterprise_id}")
    if command.duty_id and not any(duty.id == command.duty_id and duty.end is None for duty in duties):
        return NOT_OWED
    refused = unlawful(command, command.stage, command.purpose, command.at, past)
    if refused is not None:
        return refused
    if command.contact_id is None:
        return [OutreachFailed(
            outreach_id=command.outreach_id, failed_at=command.at, reason_code="no-contact", retry=False
        )]  # fmt: skip
    return [OutreachRequested(
        outreach_id=command.outreach_id, stage=command.stage, purpose=command.purpose, channel="email",
        contact_id=command.contact_id, facts_digest=command.facts_digest, language=command.language,
        approved_by=command.approved_by, duty_id=command.duty_id,
    )]  # fmt: skip
