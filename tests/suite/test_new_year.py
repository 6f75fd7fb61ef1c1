"""A suite that was stopped over New Year ends with the same duties and dates as one that ran through."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from deploy.local.stack import Servers
from deploy.local.suite import Suite
from tests.suite import forms, office, raw
from tests.suite.desk import Desk
from tests.suite.rest import comes_to_rest
from tests.suite.running import at, running, set_time

STOPPED_FROM, STARTED_AGAIN, LAST = date(2026, 12, 28), date(2027, 1, 5), date(2027, 1, 15)
DUTIES_OF = ("placements", "procurement", "consultation")
DAY = timedelta(days=1)


@dataclass
class Year:
    """What is done, and the story's names of what was made: ids are new in every suite."""

    desk: Desk
    names: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)

    def call(self, name: str, id_: str) -> None:
        """Give a thing its name in the story."""
        self.names[id_], self.ids[name] = name, id_

    def named(self, text: str) -> str:
        """Give a text with the story's names in place of ids."""
        for id_, name in self.names.items():
            text = text.replace(id_, name)
        return text

    async def recognise(self, day: str) -> None:
        """Two enterprises are recognised."""
        for n, name in enumerate(("garden", "kitchen"), 1):
            self.call(name, await office.recognised(self.desk, day, n, "77"))
        path = f"/v1/enterprises/{self.ids['garden']}/contacts"
        made = await self.desk.do("registry", path, forms.contact(day))
        [self.ids["mailbox"]] = made["contacts"]

    async def place(self, day: str, name: str, enterprise: str, **changes: object) -> None:
        """A place is bought, and begins."""
        placement_id, self.refs[name] = await office.running(self.desk, day, self.ids[enterprise], **changes)
        self.call(name, placement_id)

    async def end(self, day: str, name: str) -> None:
        """A place ends."""
        said = {
            "endedOn": day, "endClass": "as-planned", "endReason": "completed", "outcome": "studies",
            "subjectRef": self.refs[name], "dnr": forms.dnr(),
        }  # fmt: skip
        await self.desk.do("placements", f"/v1/placements/{self.ids[name]}/ends", said)

    async def tender(self, day: str, name: str, closes: str) -> None:
        """A tender that suits both enterprises is published."""
        self.call(name, await office.published(self.desk, f"{day}T07:00:00+01:00", closes, "77310000"))

    async def inform(self, day: str, tender: str) -> None:
        """The garden is told of a tender."""
        path = f"/v1/tenders/{self.ids[tender]}/enterprises/{self.ids['garden']}/outreaches"
        sent = await self.desk.do(
            "procurement", path, forms.outreach(f"{day}T07:30:00+01:00", self.ids["mailbox"])
        )  # fmt: skip
        outreach_id = sent["sent"][0]["outreachId"]
        await self.desk.do("procurement", f"{path}/{outreach_id}/deliveries", forms.delivery(f"{day}T07:40:00+01:00"))

    async def teach(self, day: str) -> None:
        """The garden is told about procurement and offered a course, for the year of the day."""
        said = forms.guidance(f"{day}T07:30:00+02:00", self.ids["garden"], self.ids["mailbox"])
        sent = await self.desk.do("procurement", "/v1/guidance", said)
        self.call("letter", sent["knowledgeId"])
        arrived = forms.guidance_delivery(f"{day}T07:40:00+02:00", self.ids["garden"])
        await self.desk.do("procurement", f"/v1/guidance/{sent['knowledgeId']}/deliveries", arrived)
        offered = await self.desk.do("procurement", "/v1/activities", forms.course(day, self.ids["garden"]))
        self.call("course", offered["knowledgeId"])

    async def withdraw(self, day: str, enterprise: str) -> None:
        """An enterprise loses its recognition."""
        path = f"/v1/enterprises/{self.ids[enterprise]}/withdrawals"
        await self.desk.do("registry", path, forms.withdrawal(day, "2026-12-16"))

    async def follow_up(self, day: str, held: str, name: str) -> None:
        """A first follow-up is recorded."""
        said = forms.follow_up(held, "first", f"gs-4.first/{self.ids[name]}", self.refs[name])
        assert held <= day
        await self.desk.do("placements", f"/v1/placements/{self.ids[name]}/held-follow-ups", said)


Act = Callable[[Year, str], Coroutine[Any, Any, None]]
ACTS: Mapping[str, tuple[Act, ...]] = {
    "2026-09-25": (lambda y, day: y.recognise(day),),
    # due after 90 days: the 30th, the 31st, which never rolls, and a Sunday, which rolls to the 4th
    "2026-10-01": (lambda y, day: y.place(day, "place-30", "garden"),),
    "2026-10-02": (lambda y, day: y.place(day, "place-31", "garden"),),
    "2026-10-05": (lambda y, day: y.place(day, "place-4", "kitchen"),),
    "2026-10-07": (lambda y, day: y.teach(day),),
    "2026-11-02": (lambda y, day: y.place(day, "place-ended", "kitchen", plannedEnd="2026-12-18"),),
    "2026-12-16": (lambda y, day: y.tender(day, "tender-closing", "2027-01-04"),),
    "2026-12-18": (lambda y, day: y.end(day, "place-ended"),),
    "2026-12-21": (lambda y, day: y.tender(day, "tender-open", "2027-02-15"),),
    "2026-12-22": (lambda y, day: y.withdraw(day, "kitchen"),),
    "2027-01-07": (
        lambda y, day: y.follow_up(day, "2027-01-05", "place-30"),
        lambda y, day: y.inform(day, "tender-open"),
    ),
    "2027-01-11": (
        lambda y, day: y.desk.do("consultation", "/v1/consultations/2027/initiatives", forms.initiative(day)),
    ),
}  # fmt: skip


def days(stopped: bool) -> list[date]:  # noqa: FBT001 - the one thing in which the two differ
    """Give the days on which the suite sees the time: those of the story, then each from 15 December on."""
    early = [day for day in map(date.fromisoformat, ACTS) if day < date(2026, 12, 15)]
    through = [date(2026, 12, 15) + n * DAY for n in range(32)]
    return early + [day for day in through if not (stopped and STOPPED_FROM <= day < STARTED_AGAIN)]


async def live(suite: Suite, *, stopped: bool) -> dict[str, Any]:
    """Let the suite live through the story; gives what it ends with."""
    clock = suite.clock or Path()
    async with Desk(suite) as desk:
        year = Year(desk)
        for day in days(stopped):
            if stopped and day == STARTED_AGAIN:
                await asyncio.to_thread(suite.stop_all)
            set_time(clock, at(day.isoformat()))
            if stopped and day == STARTED_AGAIN:
                await asyncio.to_thread(start_all, suite)
            await comes_to_rest(suite, day)
            for act in ACTS.get(day.isoformat(), ()):
                await act(year, day.isoformat())
                await comes_to_rest(suite, day)
        return {"duties": await duties(year), "streams": await streams(suite, year)}


def start_all(suite: Suite) -> None:
    """Start every service again."""
    for service in suite.services:
        suite.start(service)
    for service in suite.services:
        suite.wait_ready(service)


async def duties(year: Year) -> dict[str, Any]:
    """Give every duty with its days, its class and whether its clause is broken, as the services answer."""
    shown = ("dueOn", "hardDueOn", "class", "breach", "end", "actedOn", "steps", "triggerOn", "daysLate", "owedByUnit")
    return {
        year.named(row["id"]): {name: row[name] for name in shown}
        for service in DUTIES_OF
        for row in await year.desk.all(service, "/v1/duties")
    }


async def streams(suite: Suite, year: Year) -> dict[str, list[tuple[str, str]]]:
    """Give what happened and when, by stream, as an outside reader of the topics gets it."""
    found: dict[str, list[tuple[str, str]]] = {}
    for logs in raw.LOGS.values():
        for log in logs:
            for event in raw.events(await raw.log_in_kafka(suite.servers.kafka, suite.prefix, log)):
                found.setdefault(year.named(event["subject"]), []).append((event["type"], event["occurredat"]))
    return found


@pytest.fixture(scope="module")
def ends(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What the suite that ran through and the one that was stopped end with."""
    found = {}
    for name, stopped in (("through", False), ("stopped", True)):
        with running(servers, tmp_path_factory.mktemp(name), at("2026-09-24")) as suite:
            found[name] = asyncio.run(live(suite, stopped=stopped))
    return found


def test_a_pause_over_new_year_changes_no_duty(ends: dict[str, dict[str, Any]]) -> None:
    """The same duties, due on the same days, in the same classes."""
    assert ends["stopped"]["duties"] == ends["through"]["duties"]


def test_a_pause_over_new_year_changes_nothing_that_happened(ends: dict[str, dict[str, Any]]) -> None:
    """The same events in the same order at the same time, stream by stream, in all four services."""
    assert ends["stopped"]["streams"] == ends["through"]["streams"]


def test_the_gap_was_not_empty(ends: dict[str, dict[str, Any]]) -> None:
    """Follow-ups arose, a duty to inform fell overdue and one lapsed, a year began and the old year's clause was broken."""
    streams, owed = ends["stopped"]["streams"], ends["stopped"]["duties"]

    def happened(duty: str, kind: str) -> list[str]:
        return [when for what, when in streams[f"duty/{duty}"] if what == f"se.medverka.{kind}.v1"]

    midnight = "T00:00:00+01:00"
    assert happened("gs-4.recurring/place-30/1", "DutyArose") == [f"2026-12-30{midnight}"]
    assert happened("gs-4.recurring/place-31/1", "DutyArose") == [f"2026-12-31{midnight}"]
    assert happened("gs-4.recurring/place-4/1", "DutyArose") == [f"2027-01-04{midnight}"]
    assert happened("gs-6.published/tender-open/garden", "DutyFellOverdue") == [f"2026-12-31{midnight}"]
    # on the day on which the tender closed, at its end: the clock takes it as the 5th begins
    assert happened("gs-6.published/tender-closing/garden", "DutyLapsed") == [f"2027-01-04{midnight}"]
    assert happened("gs-5.knowledge/garden/2026", "DutyDischarged") == ["2026-10-07T00:00:00+02:00"]
    assert happened("gs-5.knowledge/garden/2027", "DutyArose") == [f"2027-01-01{midnight}"]
    assert "gs-5.knowledge/kitchen/2027" not in owed  # it was withdrawn before the year began
    assert happened("gs-7.initiative/2027", "DutyArose") == [f"2027-01-01{midnight}"]
    assert happened("gs-7.initiative/2026", "DutyFellOverdue")[-1] == f"2027-01-01{midnight}"
    assert owed["gs-7.initiative/2026"]["breach"]
    assert owed["gs-7.initiative/2027"]["class"] == "done"
    assert owed["gs-4.first/place-30"]["class"] == "done-late"
