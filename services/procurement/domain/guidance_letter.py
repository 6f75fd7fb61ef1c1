"""The letter of guidance that the suite sends for a year: an officer writes it, approves it, and the post asks for each (GS-5).

One stream a year, `guidance/<year>`. What is approved is a digest, so other words need another approval; what becomes of the
letter to one enterprise is told in that guidance's own stream.
"""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Final, Literal, cast

from pydantic import Field
from typing_extensions import override

from services.procurement.domain.facts import Facts, digest
from services.procurement.domain.guidance import GuidanceCommand
from services.procurement.domain.knowledge import State as Guidance
from services.procurement.domain.knowledge import Topics
from shared.contracts.cloudevent import Event
from shared.contracts.knowledge import (
    ForYear,
    GuidanceFailed,
    GuidanceLetterApproved,
    GuidanceLetterWritten,
    GuidanceRequested,
)
from shared.contracts.values import DutyId, I18n, Id, NewId, Sha256, StaffRef, Text, Value
from shared.deciding import Command, Decision, Past, Refused
from shared.policy.clause import GS_5

MOST_TITLE: Final = 150


class Titles(Value):
    """What the letter is called, on one line, in both languages."""

    sv: Annotated[str, Field(min_length=1, max_length=MOST_TITLE, pattern=r"^[^\r\n]*$")]
    en: Annotated[str, Field(min_length=1, max_length=MOST_TITLE, pattern=r"^[^\r\n]*$")]


class Texts(Value):
    """What the letter says, in both languages, since a contact may have asked for either; an empty line ends a paragraph."""

    sv: Annotated[Text, Field(min_length=1)]
    en: Annotated[Text, Field(min_length=1)]


class LetterCommand(Command):
    """A command on the letter of a year."""

    for_year: ForYear

    @property
    @override
    def subject(self) -> str:
        """The stream of the year's letter."""
        return f"guidance/{self.for_year}"


class WriteGuidanceLetter(LetterCommand):
    """Write the letter of a year, or write it anew; nobody gets it before it is approved."""

    topics: Topics
    title: Titles
    text: Texts


class ApproveGuidanceLetter(LetterCommand):
    """Approve the letter's words for all who are due guidance; also that those whose letter failed are written to again."""

    facts_digest: Sha256


class RequestGuidance(GuidanceCommand):
    """The post's: the year's letter is to go to the contact; without one it is told that nobody can be written to."""

    ON_PAST: ClassVar[bool] = True

    guidance_id: NewId
    contact_id: Id | None
    facts_digest: Sha256
    language: Literal["sv", "en"]
    topics: Topics
    approved_by: StaffRef
    duty_id: DutyId


WORDS_CHANGED = Refused(
    "guidance-letter-changed", GS_5,
    "Årets vägledningsbrev har inte den lydelsen; läs brevet och godkänn det som det är.",
    "The year's letter of guidance does not read so; read the letter and approve it as it is.",
)  # fmt: skip
NOT_OWED = Refused(
    "guidance-not-owed", GS_5,
    "Företaget väntar inte på vägledning för det året: skyldigheten har redan upphört.",
    "The enterprise is not due guidance for that year: the duty has ended already.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class State:
    """The letter as it stands; None: nobody has written it."""

    written: GuidanceLetterWritten | None = None


initial = State()


def evolve(state: State, event: Event) -> State:
    """Fold one event of a year's letter."""
    return State(event) if isinstance(event, GuidanceLetterWritten) else state


def facts_of(year: int, topics: tuple[str, ...], title: I18n, text: I18n) -> Facts:
    """Give what everybody is told for a year."""
    both: dict[str, Any] = {"title": title.model_dump(), "text": text.model_dump()}
    return {"forYear": str(year), "topics": list(topics), **both}


def write(command: WriteGuidanceLetter, state: State) -> Decision:
    """Put the letter in the place of the former one; the same words again are nothing new."""
    title, text = I18n(**command.title.model_dump()), I18n(**command.text.model_dump())
    of_it = digest(facts_of(command.for_year, command.topics, title, text))
    if state.written is not None and state.written.facts_digest == of_it:
        return []
    return [GuidanceLetterWritten(
        for_year=command.for_year, topics=command.topics, title=title, text=text, facts_digest=of_it
    )]  # fmt: skip


def approve(command: ApproveGuidanceLetter, state: State) -> Decision:
    """Approve the letter as it stands."""
    if state.written is None or state.written.facts_digest != command.facts_digest:
        return WORDS_CHANGED
    return [GuidanceLetterApproved(for_year=command.for_year, facts_digest=command.facts_digest)]


def request(command: RequestGuidance, past: Past) -> Decision:
    """Ask for a letter to an enterprise that is due one; with nobody to write to, that is what is recorded."""
    state = cast("Guidance", past.state(command.subject))
    if state.requested is not None or state.failed_at is not None:
        return []
    duties = past.duties(command.objects[0])
    if not any(duty.id == command.duty_id and duty.end is None for duty in duties):
        return NOT_OWED
    if command.contact_id is None:
        return [GuidanceFailed(
            guidance_id=command.guidance_id, enterprise_id=command.enterprise_id, for_year=command.for_year,
            failed_at=command.at, reason_code="no-contact", retry=False,
        )]  # fmt: skip
    return [GuidanceRequested(channel="email", **command.model_dump(exclude={"at"}))]
