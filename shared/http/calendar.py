"""What is due as a calendar (RFC 5545) that a calendar program subscribes to: a day a duty that is open, and nothing else.

A calendar program sends no bearer token. It can send a user's name and a password (RFC 7617), and there the password is the
token: it stands in no address and in no log.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from icalendar import Calendar, Event
from starlette.requests import Request
from starlette.responses import Response

from shared.http import problem, receiving
from shared.http.asking import WANTED, bad_parameter
from shared.http.commanding import Surroundings
from shared.http.language import Language, Text
from shared.http.sight import Sight
from shared.log.view import View
from shared.policy.clause import clause
from shared.policy.label import COUNTING, labelled
from shared.policy.role import Role
from shared.policy.stockholm import day_of

PATH: Final = "/v1/duties.ics"
MEDIA_TYPE: Final = "text/calendar; charset=utf-8"
NAME: Final = Text("Att göra", "Due")
LOCAL: Final = Text(
    "Sista dag {due} enligt lokal frist. {label} ({id}). Ansvarig: {unit}. {clause}: {says}",
    "Due {due} by a local deadline. {label} ({id}). Owed by {unit}. {clause}: {says}",
)
LATE: Final = Text("Försenad: ", "Overdue: ")


class DueCalendar:
    """The endpoint of one service's calendar."""

    def __init__(
        self, view: View[Any], roles: tuple[Role, ...], around: Surroundings, sight: Sight | None = None
    ) -> None:
        self._view, self._roles, self._around, self._sight = view, roles, around, sight

    async def __call__(self, request: Request) -> Response:
        """Give the open duties with a day, of one unit if one is asked for. Raises Problem: 400, 403."""
        who = receiving.principal(request)
        if who.acting(self._roles) is None:
            raise problem.forbidden(self._roles)
        for name in request.query_params:
            if name != "unit":
                raise bad_parameter(name, Text("finns inte; här finns unit", "does not exist; there is unit"))
        unit = request.query_params.get("unit")
        if unit and "\0" in unit:  # no text that the server can compare
            raise bad_parameter("unit", WANTED["text"])
        rows = [
            labelled(row, (COUNTING, "trigger_on"), self._around.authority)
            for row in await self._around.reading.ask(self._view, "calendar", unit)
            if self._sight is None or self._sight.sees(row, who)
        ]
        language = receiving.language(request)
        given = calendar(rows, self._around.service, unit, self._around.clock.now(), language)
        return Response(given, 200, {"content-language": language, "vary": problem.VARY}, MEDIA_TYPE)


def calendar(
    rows: Sequence[Mapping[str, Any]], service: str, unit: str | None, now: datetime, language: Language
) -> bytes:
    """Give the calendar's bytes; a duty keeps its UID, so one that moves is moved in the program too."""
    made = Calendar()
    made.add("prodid", f"-//Medverka//{service}//{language.upper()}")
    made.add("version", "2.0")
    made.add("x-wr-calname", " – ".join(filter(None, (NAME.said(language), unit or service))))
    made.add("refresh-interval", timedelta(hours=1), parameters={"VALUE": "DURATION"})
    for row in rows:
        made.add_component(_day(row, service, now, language))
    return bytes(made.to_ical())


def _day(row: Mapping[str, Any], service: str, now: datetime, language: Language) -> Event:
    due, stated = row["due_on"], clause(row["clause"])
    day = Event()
    day.add("uid", f"{row['id']}@{service}.medverka")
    day.add("dtstamp", datetime.combine(row["arose_recorded_on"], time(), UTC))
    day.add("dtstart", due)
    day.add("dtend", due + timedelta(days=1))
    late = LATE.said(language) if due < day_of(now) else ""
    day.add("summary", f"{late}{row['clause']} {row['kind']}: {row['object_id']}")
    says = stated.sv if language == "sv" else stated.en
    reading = row["interpretation"]
    said = {
        "label": reading["label"][language],
        "id": reading["id"],
        "unit": row["owed_by_unit"],
        "clause": row["clause"],
    }
    day.add("description", LOCAL.said(language).format(due=due, says=says, **said))
    day.add("categories", [row["clause"]])
    day.add("transp", "TRANSPARENT")  # it takes nobody's day
    return day
