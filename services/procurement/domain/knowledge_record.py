"""Guidance and learning activities as one aggregate, and the correction of what was recorded of them (GS-5)."""

from collections.abc import Callable
from typing import Annotated, Any, ClassVar, Final

from pydantic import Field
from typing_extensions import override

from services.procurement.domain.activity import HoldActivity, OfferActivity, hold, offer
from services.procurement.domain.guidance import DeliverGuidance, FailGuidance, SendGuidance, deliver, fail, send
from services.procurement.domain.guidance_letter import RequestGuidance, request
from services.procurement.domain.knowledge import EVENTS, State, evolve, initial, wise_year
from shared.contracts.knowledge import (
    KNOWLEDGE_EVENTS,
    ForYear,
    GuidanceDelivered,
    GuidanceFailed,
    GuidanceRequested,
    GuidanceSent,
    KnowledgeActivityOffered,
)
from shared.contracts.values import Id
from shared.correction import CorrectEvent, correct
from shared.deciding import Command, Decider, Decision, Past, Refused
from shared.policy.clause import GS_5


class CorrectKnowledge(CorrectEvent):
    """Correct an event of guidance or of an activity. `enterprises` and `forYear` are those of the event as it is recorded.

    What counted for a duty is corrected by a second person, since how the duty ended may change with it.
    """

    ON_PAST: ClassVar[bool] = True

    knowledge_id: Id
    for_year: ForYear
    enterprises: Annotated[tuple[Id, ...], Field(min_length=1, max_length=1_000)]

    @property
    @override
    def subject(self) -> str:
        """The stream of the guidance or the activity."""
        return f"knowledge/{self.knowledge_id}"

    @property
    @override
    def objects(self) -> tuple[str, ...]:
        """The years of all whom the event is about."""
        return tuple(wise_year(each, self.for_year) for each in self.enterprises)


OTHERS_CONCERNED = Refused(
    "correction-names-others", GS_5,
    "Ange det år och de företag som händelsen gäller såsom den är registrerad.",
    "Give the year and the enterprises that the event is about as it is recorded.",
)  # fmt: skip
MAKE_NEW = Refused(
    "correction-moves-act", GS_5,
    "År, företag och slag rättas inte; ange att händelsen aldrig inträffade och registrera den på nytt.",
    "Year, enterprises and kind are not corrected; say that the event never happened and record it anew.",
)  # fmt: skip


def correct_knowledge(command: CorrectKnowledge, past: Past) -> Decision:
    """Correct an event, for those whom it is about; what it was meant for is not changed but recorded anew."""
    for envelope in past.history(command.subject):
        if envelope.id == command.corrects.event_id and set(_about(envelope.data)) - set(command.objects):
            return OTHERS_CONCERNED
    meant = ("/forYear", "/enterpriseId", "/offeredTo", "/kind", "/guidanceId", "/activityId")
    if any(change.pointer.startswith(meant) for change in command.changes):
        return MAKE_NEW
    return correct(command, past)


def _about(event: Any) -> tuple[str, ...]:
    """Give the years of enterprises that an event is about; those of a held activity are nobody's duty."""
    match event:
        case GuidanceRequested() | GuidanceSent() | GuidanceDelivered() | GuidanceFailed():
            return (wise_year(event.enterprise_id, event.for_year),)
        case KnowledgeActivityOffered(offered_to=enterprises, for_year=year):
            return tuple(wise_year(each, year) for each in enterprises)
        case _:
            return ()


_DECIDES: Final[dict[type[Command], Callable[[Any, Any], Decision]]] = {
    RequestGuidance: request,
    SendGuidance: send,
    DeliverGuidance: deliver,
    FailGuidance: fail,
    OfferActivity: offer,
    HoldActivity: hold,
    CorrectKnowledge: correct_knowledge,
}
KNOWLEDGE_ITEM: Final[Decider[State]] = Decider(
    category="knowledge", log=EVENTS, initial=initial, evolve=evolve, decides=_DECIDES, events=KNOWLEDGE_EVENTS,
)  # fmt: skip
