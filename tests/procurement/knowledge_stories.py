"""Builders of what is done for the knowledge of enterprises (GS-5), that hide what the rule under test does not look at."""

from datetime import date, timedelta
from typing import Any

from services.procurement.domain.activity import HoldActivity, OfferActivity
from services.procurement.domain.guidance import DeliverGuidance, FailGuidance, SendGuidance
from services.procurement.domain.knowledge_record import CorrectKnowledge
from shared.contracts.duty import Change, CorrectedRef
from shared.contracts.knowledge import KNOWLEDGE_EVENTS
from shared.contracts.values import DutyId, Id
from shared.policy.duty.life import DutyState
from tests.procurement.stories import CONTACT, WISE, instant, recognised, registered
from tests.procurement.world import World

OTHER = Id("01930000-0000-7000-8000-00000000ee02")
LETTER = Id("01930000-0000-7000-8000-0000000e1111")
SECOND_LETTER = Id("01930000-0000-7000-8000-0000000e2222")
COURSE = Id("01930000-0000-7000-8000-0000000ac111")
SECOND_COURSE = Id("01930000-0000-7000-8000-0000000ac222")


def wise(since: str = "2026-02-02") -> World:
    """Begin with one WISE, recognised since a day."""
    return World(clause="GS-5").hears(registered(), recognised(since))


def letter(on: str, year: int | None = None, **fields: Any) -> SendGuidance:
    """Write to the enterprise directly, for the year of the day by default."""
    told = {
        "at": instant(on), "guidance_id": LETTER, "enterprise_id": WISE, "for_year": year or int(on[:4]),
        "kind": "direct", "channel": "email", "contact_id": CONTACT, "sent_at": instant(on),
        "message_digest": "34" * 32, "topics": ("how-to-tender",),
    }  # fmt: skip
    return SendGuidance(**(told | fields))


def arrives(on: str, year: int | None = None, **fields: Any) -> DeliverGuidance:
    """Say that the letter arrived."""
    told = {
        "at": instant(on), "guidance_id": LETTER, "enterprise_id": WISE, "for_year": year or int(on[:4]),
        "delivered_at": instant(on), "proof": "smtp-accepted",
    }  # fmt: skip
    return DeliverGuidance(**(told | fields))


def told(on: str, year: int | None = None, **fields: Any) -> tuple[SendGuidance, DeliverGuidance]:
    """Write to the enterprise, and the letter arrives the same day."""
    both = {name: value for name, value in fields.items() if name in ("guidance_id", "enterprise_id", "at")}
    sending = both | ({"kind": fields["kind"]} if "kind" in fields else {})
    arriving = {name: value for name, value in fields.items() if name != "kind"}
    return letter(on, year, **sending), arrives(on, year, **arriving)


def bounces(on: str, year: int | None = None, **fields: Any) -> FailGuidance:
    """Say that the letter came back."""
    said = {
        "at": instant(on), "guidance_id": LETTER, "enterprise_id": WISE, "for_year": year or int(on[:4]),
        "failed_at": instant(on), "reason_code": "hard-bounce",
    }  # fmt: skip
    return FailGuidance(**(said | fields))


def course(on: str, year: int | None = None, *enterprises: Id, **fields: Any) -> OfferActivity:
    """Offer a course, to the one enterprise by default."""
    day = date.fromisoformat(on[:10])
    said = {
        "at": instant(on), "activity_id": COURSE, "for_year": year or day.year, "offered_to": enterprises or (WISE,),
        "offered_on": day, "planned_for": day + timedelta(days=30), "kind": "course", "topics": ("how-to-tender",),
        "channel": "email",
    }  # fmt: skip
    return OfferActivity(**(said | fields))


def held(on: str, *came: Id, **fields: Any) -> HoldActivity:
    """Hold the course."""
    said = {
        "at": instant(on), "activity_id": COURSE, "held_on": date.fromisoformat(on), "kind": "course",
        "topics": ("how-to-tender",), "duration_minutes": 180, "attended_by": came, "attendee_count": len(came) + 1,
        "organiser": "joint",
    }  # fmt: skip
    return HoldActivity(**(said | fields))


def corrects(
    world: World, kind: type, on: str, *changes: Change, approved_by: str | None = "staff-9", n: int = -1, **fields: Any
) -> CorrectKnowledge:
    """Correct the last act of a kind; without changes it never happened."""
    assert kind in KNOWLEDGE_EVENTS
    cited = [r for r in world.log if isinstance(r.event, kind)][n]
    said = {
        "at": instant(on), "knowledge_id": Id(cited.subject.partition("/")[2]), "for_year": 2026, "enterprises": (WISE,),
        "corrects": CorrectedRef(
            event_id=cited.envelope.id, stream=cited.subject, index=world.past.index(cited.envelope.id)
        ),
        "kind": "wrong-date" if changes else "never-happened", "changes": changes, "reason": "Fel", "corrected_by": "staff-1",
        "approved_by": approved_by,
    }  # fmt: skip
    return CorrectKnowledge(**(said | fields))


def owed(world: World, year: int = 2026, n: int | None = None, enterprise: Id = WISE) -> DutyState:
    """Give the duty of an enterprise and a year, or its n-th one."""
    return world.duties[DutyId(f"gs-5.knowledge/{enterprise}/{year}" + (f"/{n}" if n else ""))]


def years(world: World) -> list[str]:
    """Give the years of all duties of the one WISE that have arisen, in their order: `2026`, `2026/2`."""
    begins = f"gs-5.knowledge/{WISE}/"
    return [id_.removeprefix(begins) for id_ in world.duties if id_.startswith(begins)]
