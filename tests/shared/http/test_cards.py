"""The proof card of a duty: what it says, that its bytes stay, whom it names, and who may read it (features: item 1)."""

import re
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest
from typing_extensions import override

from services.procurement.domain.duties import SEAL
from shared.contracts.cloudevent import Catalogue, Envelope, Recorded, encode
from shared.contracts.duty import DUTY_EVENTS, DutyWaived
from shared.contracts.values import Enc, Plain
from shared.deciding import Rules
from shared.http.app import Outside, build
from shared.http.card_page import CLASSES, WORDS
from shared.http.duties import duty_queries
from shared.http.reading import Reading
from shared.log.duty_view import duty_view
from shared.log.memory import MemoryStore
from shared.log.store import Stored
from shared.persons.fields import personal_fields
from shared.persons.memory import MemoryKeys
from shared.persons.walking import replaced
from shared.policy.duty.card import SAYS
from shared.policy.duty.duties import Duties
from shared.policy.role import AUDITOR, PROCUREMENT_OFFICE, SOCIAL_BOARD, Role
from shared.tlog import proof
from shared.tlog.checkpoint import open_checkpoint
from shared.tlog.merkle import leaf
from tests.placements.stories import FIRST, follow_up, let_pass, running, waive
from tests.procurement.stories import (
    OTHER_TENDER,
    PAIR,
    TENDER,
    WISE,
    cancel,
    delivered,
    publish,
    recognised,
    registered,
    sent,
)
from tests.procurement.test_duplicates import link
from tests.procurement.world import World
from tests.shared.http.inn import At, Still, accepting, token
from tests.shared.http.services import Nowhere, OfStore
from tests.shared.http.trees import Trees
from tests.spec import Story, at

TODAY = datetime(2026, 5, 4, 8, tzinfo=UTC)
PUBLISHED = f"gs-6.published/{PAIR}"


class OfLog(OfStore):
    """Reads what was recorded, with every personal field sealed."""

    def __init__(self, log: Iterable[Recorded]) -> None:
        super().__init__(MemoryStore())
        log = list(log)
        self._log = [(r.subject, Stored(r.log, r.index, None, encode(_sealed(r.envelope)))) for r in log]
        self.trees = Trees(lambda name: [stored.bytes for _, stored in self._log if stored.log == name])

    @override
    async def stream(self, subject: str) -> Sequence[Stored]:
        return [stored for stream, stored in self._log if stream == subject]

    @override
    async def events(self, ids: Sequence[str]) -> Sequence[Stored]:
        wanted = {id_.encode() for id_ in ids}
        return [stored for _, stored in self._log if stored.bytes[27:63] in wanted]


def _sealed(envelope: Envelope) -> Envelope:
    def enc(pointer: str, _plain: Plain) -> Enc:
        return Enc(key_ref="subject/x", nonce="", ciphertext=f"CANARY{pointer}")

    return envelope.model_copy(update={"data": replaced(envelope.data, Plain, enc)})


def placed(story: Story) -> list[Recorded]:
    """Give a place's story as its log."""
    return [Recorded("placements.events", n, envelope) for n, envelope in enumerate(story.told)]


@asynccontextmanager
async def asking(
    rules: Rules,
    log: Iterable[Recorded],
    reader: Role,
    *roles: str,
    on: datetime = TODAY,
    reading: Reading | None = None,
) -> AsyncIterator[httpx.AsyncClient]:
    """Ask a service that has these events, whose duties one role reads."""
    clock, duties = At(on), rules.duties
    assert isinstance(duties, Duties)
    outside = Outside(
        append=Nowhere(), reading=reading or OfLog(log), keys=MemoryKeys(), tokens=accepting(clock), clock=clock, checks={},
        asyncapi={}, reckons=Still(), patience_s=0,
    )  # fmt: skip
    app = build("service", rules, (), duty_queries(duty_view(duties, "a.events"), (reader,)), outside)
    headers = {"authorization": f"Bearer {token(*(roles or (reader,)), exp=2**33)}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://s", headers=headers) as client:
        yield client


async def of_place(story: Story, **parameters: str) -> httpx.Response:
    """Give the card of a place's first follow-up."""
    async with asking(story.rules, placed(story), SOCIAL_BOARD) as client:
        return await client.get(f"/v1/duty-cards/{FIRST}", params=parameters)


async def of_pair(world: World, *roles: str, duty_id: str = PUBLISHED, **parameters: str) -> httpx.Response:
    """Give the card of an enterprise that is to be told of a tender."""
    async with asking(world.rules, world.log, PROCUREMENT_OFFICE, *roles) as client:
        return await client.get(f"/v1/duty-cards/{duty_id}", params=parameters)


def told() -> World:
    """An enterprise was recognised while a tender was open, and told of it."""
    return World().do(publish("2026-03-02")).hears(registered(), recognised("2026-03-09")).do(
        sent("2026-03-10"), delivered("2026-03-11")
    )  # fmt: skip


def bare(value: Any) -> Any:
    """Give JSON without ids and digests, which tell nothing."""
    hidden = {"eventId", "sha256", "index", "interpretation", "counted"}
    if isinstance(value, Mapping):
        return {name: bare(part) for name, part in value.items() if name not in hidden}
    return [bare(part) for part in value] if isinstance(value, list) else value


# What it says


async def test_a_card_says_why_by_when_and_what_became_of_it() -> None:
    """Clause, role and unit, trigger, arithmetic, life, evidence, class and breach."""
    card = (await of_place(running().given(follow_up("2026-03-25")))).json()
    assert (card["clause"]["id"], card["duty"]["modality"], card["duty"]["role"]) == ("GS-4", "resp", "social-board")
    assert card["duty"]["unitOnDueDay"] == "Socialnämnden"
    assert (card["trigger"]["type"], card["trigger"]["on"]) == ("se.medverka.PlacementStarted.v1", "2026-01-12")
    assert bare(card["due"]["terms"]) == [
        {"key": "follow-up.first", "value": "90", "unit": "days", "gives": "2026-04-13"}
    ]
    assert card["due"]["terms"][0]["interpretation"]["dnr"] == "EXEMPEL SON 2016/1"
    assert [event["type"].split(".")[2] for event in card["events"]] == ["DutyArose", "DutyDischarged"]
    assert card["events"][1]["says"]["actedOn"] == "2026-03-25"
    assert [event["type"] for event in card["evidence"]] == ["se.medverka.FollowUpCompleted.v1"]
    assert (card["class"], card["breach"]) == ("done", False)


async def test_before_anything_is_signed_the_places_of_proofs_are_empty() -> None:
    """They have their types; so has each log's place for its checkpoint."""
    card = (await of_place(running().given(follow_up("2026-03-25")))).json()
    cited = [card["trigger"], *card["events"], *card["evidence"]]
    assert {(e["proof"]["format"], e["proof"]["text"]) for e in cited} == {("https://c2sp.org/tlog-proof@v1", None)}
    assert card["checkpoints"] == [
        {"log": "placements.events", "format": "https://c2sp.org/tlog-checkpoint@v1", "text": None}
    ]


@pytest.mark.parametrize("left_out", [0, 1])
async def test_every_signed_event_has_a_proof_that_verifies_alone(left_out: int) -> None:
    """From the card and a trusted key, without the log; what is younger than the checkpoint has none yet."""
    story = running().given(follow_up("2026-03-25"))
    log = "placements.events"
    reading = OfLog(placed(story))
    signed = reading.trees.upto[log] = len(story.told) - left_out
    async with asking(story.rules, placed(story), SOCIAL_BOARD, reading=reading) as client:
        card = (await client.get(f"/v1/duty-cards/{FIRST}")).json()
    key = reading.trees.signer(log).key
    for event in (card["trigger"], *card["events"], *card["evidence"]):
        told = event["proof"]
        if event["index"] >= signed:
            assert told["text"] is None
            continue
        index, checkpoint = proof.verify(told["text"].encode(), bytes.fromhex(told["leaf"]), [key], key.name)
        assert (index, checkpoint.size) == (event["index"], signed)
        data = reading.trees.entries(log)[index]
        assert (event["sha256"], told["leaf"]) == (sha256(data).hexdigest(), leaf(data).hex())
    assert open_checkpoint(card["checkpoints"][0]["text"].encode(), [key], key.name).size == signed


async def test_a_log_s_checkpoint_is_given_as_it_was_signed() -> None:
    """To whoever may ask anything here; a log without one, or of another service, is not found."""
    story = running()
    reading = OfLog(placed(story))
    reading.trees.upto["placements.events"] = 1
    async with asking(story.rules, placed(story), SOCIAL_BOARD, reading=reading) as client:
        answer = await client.get("/v1/checkpoints/placements.events")
        assert (await client.get("/v1/checkpoints/registry.events")).status_code == 404
    key = reading.trees.signer("placements.events").key
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert open_checkpoint(answer.content, [key]).size == 1


@pytest.mark.parametrize(
    ("as_of", "class_", "breach"),
    [("2026-04-13", "open", False), ("2026-04-14", "not-done", True), ("2026-05-04", "done-late", True)],
)
async def test_a_card_is_as_of_a_day(as_of: str, class_: str, breach: object) -> None:
    """Only what was recorded by then is in it."""
    story = running().given(follow_up("2026-04-20"), on=at("2026-04-20"))
    card = (await of_place(story, asOf=as_of)).json()
    assert (card["class"], card["breach"]) == (class_, breach)
    assert ("DutyDischarged" in str(card)) is (as_of == "2026-05-04")


async def test_the_same_day_gives_the_same_bytes_whatever_came_since() -> None:
    """The clock is not in it, and neither is what was recorded afterwards."""
    before = let_pass(running(), "2026-03-02")
    first = (await of_place(before, asOf="2026-03-02")).content
    after = let_pass(before, "2026-04-20").given(follow_up("2026-04-20"), on=at("2026-04-20"))
    async with asking(after.rules, placed(after), SOCIAL_BOARD, on=TODAY.replace(year=2027)) as client:
        again = await client.get(f"/v1/duty-cards/{FIRST}", params={"asOf": "2026-03-02"})
    assert again.content == first


@pytest.mark.parametrize("parameters", [{"asOf": "2026-05-05"}, {"asOf": "i dag"}, {"dag": "2026-05-04"}])
async def test_a_day_to_come_is_not_asked_for(parameters: dict[str, str]) -> None:
    """What may be named then may not be named today."""
    answer = await of_place(running(), **parameters)
    assert (answer.status_code, answer.json()["reason"]) == (400, "parameter-not-taken")


@pytest.mark.parametrize("duty_id", ["gs-4.first/unknown", "gs-9.none/x", "%00"])
async def test_there_is_no_card_of_what_is_not_owed(duty_id: str) -> None:
    """Nor before the duty arose."""
    story = running()
    async with asking(story.rules, placed(story), SOCIAL_BOARD) as client:
        assert (await client.get(f"/v1/duty-cards/{duty_id}")).status_code == 404
        assert (await client.get(f"/v1/duty-cards/{FIRST}?asOf=2026-01-11")).status_code == 404


# Whom it names


def test_every_event_of_a_duty_has_its_list_and_no_personal_field_is_on_one() -> None:
    """Nor is anybody who recorded, proposed or approved."""
    assert set(SAYS) == set(DUTY_EVENTS)
    for event, listed in SAYS.items():
        assert set(listed) <= set(event.model_fields)
        personal = {pointer.strip("/") for pointer in personal_fields(event)}
        people = {"reasons", "proposed_by", "approved_by", "reasonsEnc", *personal}
        assert not people & {name for field in listed for name in (field, event.model_fields[field].alias)}


async def test_nothing_that_was_said_of_a_person_is_on_a_card() -> None:
    """Sealed fields, free text, officers, and what an officer wrote where a code belongs."""
    told_of = running(goal="CANARY").given(follow_up("2026-03-25", notes="CANARY", user_view="CANARY"))
    let_go = running().given(waive(reasons_enc="CANARY", reason_code="Kanarie Fågelsson", proposed_by="CANARY"))
    assert any(isinstance(envelope.data, DutyWaived) for envelope in let_go.told)
    for story in (told_of, let_go):
        async with asking(story.rules, placed(story), SOCIAL_BOARD) as client:
            for accept in ("application/json", "text/html"):
                text = (await client.get(f"/v1/duty-cards/{FIRST}", headers={"accept": accept})).text
                assert not re.search("CANARY|Fågelsson|staff-|subject/", text)


async def test_no_enterprise_is_named_beside_an_open_tender() -> None:
    """Neither by its id, nor by the duty's, nor by the recognition that made it arise; the tender is."""
    answer = await of_pair(told())
    card = answer.json()
    assert card["duty"]["object"] == {"type": "tender", "id": TENDER}
    assert (card["duty"]["id"], card["trigger"]["eventId"]) == (None, None)
    assert "OSL" in card["sealed"]["sv"]
    recognition = next(r.envelope.id for r in told().log if r.envelope.type == "se.medverka.EnterpriseRecognised.v1")
    assert not [name for name in (WISE, recognition, "Trädgårdskooperativet") if name in answer.text]


async def test_an_enterprise_is_named_when_the_matter_is_over() -> None:
    """A card as of a day before stays as it was."""
    world = told().do(cancel("2026-04-20"))
    card = (await of_pair(world)).json()
    assert (card["duty"]["id"], card["sealed"]) == (PUBLISHED, None)
    assert (await of_pair(world, asOf="2026-04-19")).json()["sealed"] is not None


async def test_a_duplicate_s_card_names_nobody_beside_its_open_kept_tender() -> None:
    """Given up it is still the other's; on a day before the link too, since the other is open; until that is over."""
    world = told().do(publish("2026-03-02", tender_id=OTHER_TENDER), cancel("2026-04-20"))
    assert (await of_pair(world)).json()["sealed"] is None
    world.do(link("2026-04-22", kept=OTHER_TENDER, copy=TENDER, approved_by="staff-7"))
    for parameters in ({}, {"asOf": "2026-04-21"}):
        answer = await of_pair(world, **parameters)
        assert answer.json()["sealed"] is not None
        assert WISE not in answer.text
    assert (await of_pair(world, AUDITOR)).status_code == 403
    world.do(cancel("2026-04-24").model_copy(update={"tender_id": OTHER_TENDER}))
    assert (await of_pair(world)).json()["sealed"] is None


async def test_a_duplicate_of_one_that_is_over_is_open() -> None:
    """Through two links; though it was never given up itself."""
    third = "01930000-0000-7000-8000-00000000dddd"
    world = told().do(publish("2026-03-02", tender_id=OTHER_TENDER), publish("2026-03-02", tender_id=third))
    world.do(link(kept=OTHER_TENDER, copy=TENDER), link(kept=third, copy=OTHER_TENDER))
    assert (await of_pair(world)).json()["sealed"] is not None
    world.do(cancel("2026-04-24").model_copy(update={"tender_id": third}))
    assert (await of_pair(world)).json()["sealed"] is None


@pytest.mark.parametrize(
    ("duty_id", "over", "status"),
    [(PUBLISHED, False, 403), (PUBLISHED, True, 200), (f"gs-6.published/{TENDER}/unknown", False, 403)],
)
async def test_an_auditor_reads_the_card_when_the_matter_is_over(duty_id: str, over: object, status: int) -> None:
    """Before, the answer does not tell whether there is such a duty."""
    world = told().do(cancel("2026-04-20")) if over else told()
    answer = await of_pair(world, AUDITOR, duty_id=duty_id)
    assert answer.status_code == status
    assert over or WISE not in answer.text
    assert SEAL.then_read_by == (AUDITOR,)


async def test_another_board_reads_no_card() -> None:
    """A place's cards are the social board's own."""
    story = running()
    async with asking(story.rules, placed(story), SOCIAL_BOARD, AUDITOR) as client:
        assert (await client.get(f"/v1/duty-cards/{FIRST}")).status_code == 403


# The page


class Outline(HTMLParser):
    """What a page consists of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


async def paged(language: str = "sv") -> httpx.Response:
    """Give a card as a page."""
    story = running().given(follow_up("2026-03-25"))
    async with asking(story.rules, placed(story), SOCIAL_BOARD) as client:
        headers = {"accept": "text/html,application/json;q=0.9", "accept-language": language}
        return await client.get(f"/v1/duty-cards/{FIRST}", headers=headers)


async def test_the_page_is_plain_html_that_a_screen_reader_follows() -> None:
    """Its language, a title, one first heading, captions and row headers; no script and nothing from elsewhere."""
    answer = await paged()
    tags = Outline(answer.text).tags
    names = [tag for tag, _ in tags]
    assert dict(tags)["html"] == {"lang": "sv"}
    assert (names.count("h1"), names.count("title"), names.count("main")) == (1, 1, 1)
    assert names.count("table") == names.count("caption")
    assert all(attributes.get("scope") in {"row", "col"} for tag, attributes in tags if tag == "th")
    assert not {"script", "link", "img", "iframe", "object"} & set(names)
    assert not [attributes for _, attributes in tags if {"src", "href"} & set(attributes)]
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


async def test_the_page_is_in_the_readers_language() -> None:
    """Swedish first, English by Accept-Language."""
    swedish, english = await paged(), await paged("en")
    assert (swedish.headers["content-language"], english.headers["content-language"]) == ("sv", "en")
    assert "Beviskort för en skyldighet" in swedish.text
    assert "Proof card of a duty" in english.text
    assert "Socialnämnden svarar för att varje köpt plats följs upp." in swedish.text
    assert swedish.content == (await paged()).content


async def test_every_day_and_verdict_of_the_page_has_its_label() -> None:
    """The due day, the class, the breach and each term say whose reading they are."""
    text = (await paged()).text
    label = r"Lokal tolkning sedan 2016-01-01, beslut EXEMPEL SON 2016/1"
    for head in ("Sista dag", "Läge", "Punkten är bruten", "follow-up.first"):
        assert re.search(rf'<th scope="row">{re.escape(head)}</th>(<td>[^<]*</td>)*<td>[^<]*{label}', text), head


def test_every_word_is_in_both_languages() -> None:
    """None is empty."""
    assert all(words.sv and words.en for words in (*WORDS.values(), *CLASSES.values()))


def test_an_events_id_stands_where_it_is_looked_up() -> None:
    """The bytes 28 to 63 (reading.sql, migration 0004)."""
    envelope = running().told[0]
    stored = encode(_sealed(envelope))
    assert stored[27:63].decode() == envelope.id
    assert Catalogue(running().rules.events).decode(stored) is not None
