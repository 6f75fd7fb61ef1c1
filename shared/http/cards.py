"""A duty's proof card over HTTP: as JSON or as a page to print, for those who may read the duty (features: item 1)."""

from collections.abc import Sequence
from datetime import date
from hashlib import sha256
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from shared.contracts.cloudevent import Envelope
from shared.correcting import as_corrected
from shared.deciding import Rules
from shared.http import problem, receiving, table
from shared.http.asking import bad_parameter, parsed
from shared.http.card_page import page
from shared.http.commanding import Surroundings
from shared.http.language import Text
from shared.http.proving import proofs
from shared.http.sight import Sight
from shared.log.store import Stored
from shared.policy.duty.card import Cited, Sealed, Source, card, cites, to_bytes
from shared.policy.duty.definition import Duty, Seal
from shared.policy.duty.duties import Duties
from shared.policy.role import Role
from shared.policy.stockholm import day_of
from shared.tlog.merkle import leaf

PATH: Final = "/v1/duty-cards/{dutyId:path}"
SV: Final = "Beviskort för en skyldighet: varför, sista dag, vad som har hänt och vad som visar det"
EN: Final = "A duty's proof card: why, its due day, what became of it, and what shows that"
CSP: Final = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
HTML: Final = "text/html; charset=utf-8"


class DutyCards:
    """The endpoint of one service's cards."""

    def __init__(
        self, roles: tuple[Role, ...], rules: Rules, duties: Duties, around: Surroundings, sight: Sight | None = None
    ) -> None:
        self._roles = sight.readers if sight else roles
        self._rules, self._duties, self._around, self._sight = rules, duties, around, sight

    async def __call__(self, request: Request) -> Response:
        """Give the card of a duty as of a day, today's by default. Raises Problem: 400, 403, 404."""
        as_of = self._as_of(request)
        duty_id = receiving.path_value(request.path_params["dutyId"])
        source = await self._source(duty_id, as_of)
        self._let_in(request, source)
        if source is None:
            raise problem.NOT_FOUND
        made, language = card(source, self._around.authority, as_of), receiving.language(request)
        headers = {"vary": "Accept, Accept-Language"}
        if not table.wanted(request.headers.get("accept", ""), "text/html"):
            return Response(to_bytes(made), 200, headers, "application/json")
        headers |= {"content-language": language, "content-security-policy": CSP}
        return Response(page(made, language), 200, headers, HTML)

    def _as_of(self, request: Request) -> date:
        """Give the day that is asked for. One to come is none: what may be named then may not be named today."""
        for name in request.query_params:
            if name != "asOf":
                raise bad_parameter(name, Text("finns inte; här finns asOf", "does not exist; there is asOf"))
        today = day_of(self._around.clock.now())
        if "asOf" not in request.query_params:
            return today
        asked = parsed("asOf", "date", request.query_params["asOf"])
        if not isinstance(asked, date) or asked > today:
            raise bad_parameter("asOf", Text("ska vara i dag eller tidigare", "should be today or earlier"))
        return asked

    def _let_in(self, request: Request, source: Source | None) -> None:
        """See that the asker may read it. Whoever may not does not learn whether there is such a duty either."""
        who = receiving.principal(request)
        if who.acting(self._roles) is not None:
            return
        arose: Any = source.life[0].envelope.data if source else None
        if arose and self._sight and self._sight.sees({"id": arose.duty_id, "owed_by": arose.owed_by}, who):
            return
        seal = source.definition.seal if source else None
        if source is None or seal is None or source.sealed or who.acting(seal.then_read_by) is None:
            raise problem.forbidden(self._roles)

    async def _source(self, duty_id: str, as_of: date) -> Source | None:
        definition = self._duties.by_name.get(duty_id.partition("/")[0])
        stored = await self._around.reading.stream(f"duty/{duty_id}") if definition else ()
        life = [each for each in self._read(stored) if each.recorded_on <= as_of]
        if definition is None or not life:
            return None
        cited = self._read(await self._around.reading.events(cites(life)))
        sealed = await self._sealed(definition, life[0], as_of)
        by_id = {each.envelope.id: each for each in cited}
        return Source(life, definition, by_id, sealed, *await self._proofs([*life, *cited]))

    async def _proofs(self, events: Sequence[Cited]) -> tuple[dict[str, str], dict[tuple[str, int], str]]:
        """Give the checkpoints of the logs, and the events' proofs under them."""
        checkpoints: dict[str, str] = {}
        proven: dict[tuple[str, int], str] = {}
        for log in sorted({each.log for each in events}):
            signed, found = await proofs(self._around.reading, log, (e.index for e in events if e.log == log))
            checkpoints |= {log: signed.checkpoint.decode()} if signed else {}
            proven |= {(log, index): text for index, text in found.items()}
        return checkpoints, proven

    async def _sealed(self, definition: Duty, arose: Cited, as_of: date) -> Sealed | None:
        """Tell what may not be named: by what was recorded on the day, and by what is known today.

        A matter that was over may go on again: the tender is found to be another's duplicate, or its end was a mistake.
        """
        seal, event = definition.seal, arose.envelope.data
        if seal is None:
            return None
        stream = seal.stream(getattr(event, "object").id)  # noqa: B009 - a duty's first event is DutyArose
        for day in dict.fromkeys((as_of, day_of(self._around.clock.now()))):
            if seal.is_sealed(await self._matter(seal, stream, day)):
                return Sealed(seal.until, stream)
        return None

    async def _matter(self, seal: Seal, stream: str, on: date) -> Any:
        """Give the state that says on a day whether a matter is over; in a ring of streams, the last before it closes."""
        asked: set[str] = set()
        instead: str | None = stream
        state: Any = None
        while instead is not None and instead not in asked:
            asked.add(instead)
            state = await self._state(instead, on)
            instead = seal.instead(state)
        return state

    async def _state(self, stream: str, on: date) -> Any:
        known = [each.envelope for each in self._read(await self._around.reading.stream(stream))]
        state: Any = self._rules.initial(stream)
        for envelope in as_corrected(each for each in known if day_of(each.time) <= on):
            state = self._rules.evolve(stream, state, envelope)
        return state

    def _read(self, stored: Sequence[Stored]) -> list[Cited]:
        found = [(each, self._around.catalogue.decode(each.bytes)) for each in stored]
        return [_cited(each, envelope) for each, envelope in found if envelope is not None]


def _cited(stored: Stored, envelope: Envelope) -> Cited:
    return Cited(stored.log, stored.index, sha256(stored.bytes).hexdigest(), leaf(stored.bytes).hex(), envelope)
