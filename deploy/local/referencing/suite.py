"""The four services as their processes put them together: what the pages are read from."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module

from deploy.local.places import AUTHORITY
from deploy.local.referencing.markdown import ROOT
from shared.contracts.cloudevent import Event
from shared.contracts.duty import DUTY_EVENTS, EventCorrected
from shared.contracts.refused import MessageRefused
from shared.parts import Parts
from shared.policy.authority import Authority, load
from shared.policy.duty.definition import Duty
from shared.policy.duty.duties import Duties
from shared.settings import Settings


@cache
def authority() -> Authority:
    """Give the authority whose file is in the tree."""
    return load(AUTHORITY)


def settings(service: str) -> Settings:
    """Give settings with which a service can be put together: the examples, and the authority's file."""
    examples = {name: (field.examples or [""])[0] for name, field in Settings.model_fields.items()}
    return Settings.model_validate(examples | {"service": service, "authority": AUTHORITY})


@cache
def services() -> Mapping[str, Parts]:
    """Give every service by its name: each folder of `services/` that has an `app.py`."""
    names = sorted(path.parent.name for path in ROOT.glob("services/*/app.py"))
    return {name: import_module(f"services.{name}.app").parts(settings(name)) for name in names}


def duties(parts: Parts) -> tuple[Duty, ...]:
    """Give a service's duties, in the order of the clauses."""
    owed = parts.rules.duties
    return tuple(owed.all) if isinstance(owed, Duties) else ()


def published() -> Iterator[tuple[str, str, str, type[Event]]]:
    """Yield (service, log, category of stream, event) of what each service writes of its own objects."""
    for service, parts in services().items():
        for decider in parts.rules.deciders:
            for event in decider.events:
                yield service, decider.log, decider.category, event


SHARED_EVENTS: tuple[type[Event], ...] = (*DUTY_EVENTS, EventCorrected, MessageRefused)
"""What every service can publish: of its duties, of corrections, and of what it refused."""


def followers(log: str) -> Iterator[tuple[str, tuple[type[Event], ...]]]:
    """Yield the other services that follow a log, with the events that they read of it (corrections of these besides)."""
    for service, parts in services().items():
        if log in parts.reactions.follows:
            yield service, tuple(dict.fromkeys((*parts.reactions.follows[log], EventCorrected)))
