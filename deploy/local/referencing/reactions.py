"""The page of reactions: what follows from each event, at once and in every service, and from other systems' reports."""

from collections.abc import Callable, Iterator
from inspect import getclosurevars, isfunction
from typing import Any

from deploy.local.referencing.duties import anchor
from deploy.local.referencing.markdown import MADE, code, codes, first_line, link, path_of, says
from deploy.local.referencing.suite import SHARED_EVENTS, duties, followers, published, services
from shared.contracts.cloudevent import Event
from shared.contracts.duty import EventCorrected
from shared.deciding import Command
from shared.log.ticking import DutySteps
from shared.persons.memory import MemoryKeys
from shared.policy.duty import corrected
from shared.policy.duty.definition import Duty

HEAD = """# Vad som följer av varje händelse / What follows from each event

* **samma skrivning**: skyldigheter som ändras i samma transaktion.
  **Same append**: duties that change in the same transaction.
* **reaktion**: vad en tjänst gör när den läser händelsen, ur sin egen logg eller ur en annans genom Kafka.
  **Reaction**: what a service does when it reads the event, from its own log or from another's through Kafka.
* **rapport**: vad en tjänst gör när ett annat system har sänt händelsen till dess inkorg.
  **Report**: what a service does when another system has sent the event to its inbox.
* **läses av**: andra tjänster som för in händelsen i sina vyer. **Read by**: other services that fold it into their views.

"""
EVERYWHERE = "Varje tjänst / every service."
NOTHING = """## Ingenting / Nothing

Bara vyer ändras / only views change:
"""
CLOCK = "## Tiden / Time\n\n"


def page() -> str:
    """Return the page."""
    events: dict[type[Event], dict[str, str]] = {}
    for _, log, category, event in published():
        events.setdefault(event, {})[log] = category
    for event in SHARED_EVENTS:
        events[event] = events.pop(event, {})  # last
    found = {event: _lines(event, logs) for event, logs in events.items()}
    sections = [_section(event, events[event], lines) for event, lines in found.items() if lines]
    without = [event.__name__ for event, lines in found.items() if not lines]
    return MADE + HEAD + "".join(sections) + NOTHING + codes(without) + "\n\n" + CLOCK + "".join(_clock())


def _lines(event: type[Event], logs: dict[str, str]) -> list[str]:
    if event is EventCorrected:
        how = link(code("corrected.py"), path_of(corrected.after_correction))
        at_once = f"* **samma skrivning / same append** {how} {first_line(corrected)}\n"
        return [at_once, *_reactions(event), *_readers(event, {log: category for _, log, category, _ in published()})]
    return [*_appends(event, logs), *_reactions(event), *_reports(event), *_readers(event, logs)]


def _section(event: type[Event], logs: dict[str, str], lines: list[str]) -> str:
    where = ", ".join(f"{code(category + '/…')} i / in {code(log)}" for log, category in logs.items())
    return f"### {event.__name__}\n\n{first_line(event)} {where or EVERYWHERE}\n\n" + "".join(lines) + "\n"


def _appends(event: type[Event], logs: dict[str, str]) -> Iterator[str]:
    """Yield what the event does to duties: at once to those about its own stream, else by a reaction of the owing service."""
    for parts in services().values():
        for duty in duties(parts):
            effects = "; ".join(_effects(duty, event))
            if effects:
                at_once = logs.get(duty.log) == duty.object
                how = "samma skrivning / same append" if at_once else f"genom reaktion / by a reaction, {parts.name}"
                yield f"* **{how}** {anchor(duty)}: {effects}\n"


def _effects(duty: Duty, event: type[Event]) -> Iterator[str]:
    if event in duty.arises_on:
        yield "uppstår / arises"
    if event in duty.anew_after_discharge and event not in duty.arises_on:
        yield "får uppstå på nytt / may arise anew"
    if event in duty.discharged_by:
        yield "fullgörs / discharged"
    if event in duty.voided_by:
        yield f"faller bort / voided ({duty.voided_by[event]})"
    if event in duty.lapses_if_overdue:
        yield f"är den sen: upphör / if overdue: lapses ({duty.lapses_if_overdue[event]})"
    if event in duty.moved_by:
        yield f"flyttas / moved ({duty.moved_by[event]})"


def _reactions(event: type[Event]) -> Iterator[str]:
    for name, parts in services().items():
        for reaction in parts.reactions.to.get(event, ()):
            yield f"* **reaktion / reaction**, {name}: {_function(reaction)}\n"


def _reports(event: type[Event]) -> Iterator[str]:
    for name, parts in services().items():
        if event in parts.reactions.inbox:
            yield f"* **rapport / report**, {name}: {_function(parts.reactions.inbox[event])}\n"


def _readers(event: type[Event], logs: dict[str, str]) -> Iterator[str]:
    readers = sorted({reader for log in logs for reader, events in followers(log) if event in events})
    if readers:
        yield f"* **läses av / read by** {', '.join(readers)}\n"


def _function(function: Callable[..., Any]) -> str:
    """Name a function, where it is, what it says, and the command that it was made with."""
    held = getclosurevars(function).nonlocals.values()
    made = [f" → {code(c.__name__)}: {first_line(c)}" for c in held if isinstance(c, type) and issubclass(c, Command)]
    return f"{link(code(function.__name__), path_of(function))} {says(function)}{''.join(made)}"


def _clock() -> Iterator[str]:
    """Yield what time brings by itself."""
    yield f"* **varje tjänst / every service**: {link(code('DutySteps'), path_of(DutySteps))} {first_line(DutySteps)}\n"
    for name, parts in services().items():
        for boundary in (*parts.boundaries, *parts.opening(MemoryKeys())):
            kind = type(boundary)
            began = [f" {_function(f)}" for f in vars(boundary).values() if isfunction(f)]
            yield f"* **{name}**: {link(code(kind.__name__), path_of(kind))} {first_line(kind)}{''.join(began)}\n"
