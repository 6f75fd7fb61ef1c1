"""The page of topics: every topic of the suite, what is in it, who writes it and which services read it."""

from collections.abc import Iterator, Sequence

from deploy.local.places import AUTHORITY, ROOT
from deploy.local.referencing.markdown import MADE, codes, link, table
from deploy.local.referencing.suite import authority, duties, followers, services
from shared.parts import Parts
from shared.process import INBOX_KEPT_MS

HEAD = """# Ämnen / Topics

Före varje namn står myndighetens prefix (`MEDVERKA_TOPIC_PREFIX`). Ett ämne har en partition; posternas form: {format}.
Before every name stands the authority's prefix (`MEDVERKA_TOPIC_PREFIX`). A topic has one partition; its records: {format}.
Vem utanför sviten som får läsa / who outside the suite may read: {rights}.

"""
COLUMNS = (
    "ämne / topic",
    "vad / what",
    "sparas / kept",
    "skrivs av / written by",
    "läses i sviten av / read in the suite by",
)
PULSE = "allt som sparats före en tidpunkt ligger under ett index / all committed before an instant lies below an index"
CHECKPOINTS = "loggarnas underskrivna kontrollpunkter / signed checkpoints of the logs"
FOR_EVER = "för alltid / for ever"
PUBLISHERS = """## Den som rapporterar / Who reports

Står i myndighetens fil / stands in the authority's file: {file}.

"""
PUBLISHER_COLUMNS = ("inkorg / inbox", "källa / source", "händelser / events")


def page() -> str:
    """Return the page."""
    head = HEAD.format(
        format=link("topic.py", "shared/log/topic.py"), rights=link("topics.md", "deploy/kafka/topics.md")
    )
    file = link(AUTHORITY.name, str(AUTHORITY.relative_to(ROOT)))
    every = (row for parts in services().values() for row in rows(parts))
    return (
        MADE + head + table(COLUMNS, every)
        + PUBLISHERS.format(file=file) + table(PUBLISHER_COLUMNS, _publishers())
    )  # fmt: skip


def rows(parts: Parts) -> Iterator[Sequence[str]]:
    """Yield the topics of one service: its logs, what it refused, its pulse, and its inboxes."""
    name = parts.name
    for log in parts.logs:
        yield f"`{log}`", _holds(parts, log), FOR_EVER, name, readers(log)
    yield f"`{name}.refused`", "`MessageRefused`", FOR_EVER, name, "–"
    yield f"`{name}.pulse`", PULSE, "compact", name, _pulse(parts)
    yield f"`{name}.checkpoints`", CHECKPOINTS, FOR_EVER, name, "–"
    for publisher in _names(name):
        kept = f"{INBOX_KEPT_MS // 86_400_000} dagar / days"
        yield f"`{name}.inbox.{publisher}`", "rapporter / reports", kept, publisher, name


def _holds(parts: Parts, log: str) -> str:
    """Say whose events are in a log: `placement`, `duty`."""
    categories = [decider.category for decider in parts.rules.deciders if decider.log == log]
    return codes(dict.fromkeys([*categories, *(["duty"] if log in parts.duties_in and duties(parts) else [])]))


def readers(log: str) -> str:
    """Name the other services that read a log; each follows its own besides."""
    return ", ".join(service for service, _ in followers(log)) or "–"


def _pulse(parts: Parts) -> str:
    """Name the services whose clock waits for this one: those that follow a log of it."""
    return ", ".join(dict.fromkeys(service for log in parts.logs for service, _ in followers(log))) or "–"


def _names(service: str) -> list[str]:
    return sorted({one.name for one in authority().publishers.values() if one.service == service})


def _publishers() -> Iterator[Sequence[str]]:
    for publisher in sorted(authority().publishers.values(), key=lambda one: (one.service, one.name, one.source)):
        taken = services()[publisher.service].reactions.inbox
        yield f"`{publisher.service}.inbox.{publisher.name}`", f"`{publisher.source}`", codes(e.__name__ for e in taken)
