"""The whole year, and what was seen of it at the end."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from datetime import time as hour
from typing import Any

from deploy.local.story import (
    consultation,
    contracts,
    criteria,
    knowledge,
    letters,
    partners,
    placements,
    procurement,
    registry,
)
from deploy.local.story.consultation import Consultation
from deploy.local.story.contracts import Contracts
from deploy.local.story.criteria import Criteria
from deploy.local.story.knowledge import Knowledge
from deploy.local.story.letters import Letters
from deploy.local.story.others import OtherSystems
from deploy.local.story.partners import Partners
from deploy.local.story.placements import Placements
from deploy.local.story.procurement import Procurement
from deploy.local.story.registry import Registry
from deploy.local.story.stage import LOGS, SERVICES, Stage
from deploy.local.story.world import World
from shared.http.language import Language
from shared.policy.stockholm import ZONE

FIRST_DAY, LAST_DAY = date(2025, 1, 1), date(2026, 12, 31)
BEGINS = datetime.combine(FIRST_DAY, hour(8), tzinfo=ZONE)


@dataclass(frozen=True, slots=True)
class Played:
    """The story as it went, and the suite as it then was: duties as asked over HTTP, logs and inboxes as read from Kafka."""

    world: World
    placements: Placements
    procurement: Procurement
    letters: Letters
    duties: Mapping[str, Mapping[str, Any]]
    logs: Mapping[str, list[dict[str, Any]]]
    refused: Mapping[str, list[dict[str, Any]]]


def play(stage: Stage, language: Language, tell: Callable[[date | None, str], None], stay: ExitStack) -> Played:
    """Play the year on a stage that knows nothing yet; `stay` closes what looks at it."""
    others = stay.enter_context(OtherSystems(stage))
    world = World(stage, others, language, tell, FIRST_DAY)
    places, tenders = Placements(world), Procurement(world)
    written = Letters(world, tenders)
    world.play([
        *consultation.acts(Consultation(world)),
        *registry.acts(Registry(world)),
        *placements.acts(places),
        *procurement.acts(tenders),
        *letters.acts(written),
        *criteria.acts(Criteria(world, tenders)),
        *contracts.acts(Contracts(world, tenders)),
        *knowledge.acts(Knowledge(world)),
        *partners.acts(Partners(world)),
    ])  # fmt: skip
    world.go_to(LAST_DAY)
    return Played(
        world=world,
        placements=places,
        procurement=tenders,
        letters=written,
        duties=world.duties(),
        logs={log: others.events(log) for logs in LOGS.values() for log in logs},
        refused={service: others.events(f"{service}.refused") for service in SERVICES},
    )
