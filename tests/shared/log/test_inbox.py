"""Another system's messages: accepted, repeated or refused, once each; nothing vanishes, nothing stops those behind it."""

import asyncio
import json
import random
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from datetime import date
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic_core import from_json

from deploy.local.places import ROOT
from deploy.local.stack import Servers
from shared.contracts.cloudevent import Catalogue, Event
from shared.contracts.personal_details import PersonalDetailsAdded
from shared.contracts.values import OrgNr
from shared.log.inbox import KEPT_DAYS, holds_personal
from shared.log.kafka import KafkaTopics
from shared.log.message import MOST_BYTES, MOST_ERRORS, NotAcceptable, Read, digest, read
from shared.log.postgres import SQL
from shared.log.reactor import Overtaken
from shared.log.sql import query
from shared.log.topic import Headers, Record
from tests.shared.log.gardens import PostgresGarden, read_log
from tests.shared.log.invented import BREAKS, NAME_TAKEN, NOT_LET, PLOTS, REACTIONS, REFUSED
from tests.shared.log.reading import NOW
from tests.shared.log.receiving import (
    CANARY,
    NAME,
    PUBLISHER,
    SOURCE,
    TENDED,
    VAULT,
    Fate,
    Receiver,
    binary,
    plot,
    receiving,
    structured,
)


@pytest.fixture
async def receiver(garden_url: str) -> AsyncIterator[Receiver]:
    """An inbox of a garden in Postgres."""
    async with receiving(garden_url) as receiver:
        yield receiver


async def refusals(receiver: Receiver) -> list[dict[str, Any]]:
    """Give the data of all refusals."""
    return [from_json(data)["data"] for data in await read_log(receiver.reader.connection, REFUSED)]


async def test_a_report_in_either_mode_is_accepted(receiver: Receiver) -> None:
    """Structured or binary: the service publishes its own event, whose cause is the message."""
    body = structured("m1", plot(1))
    await receiver.send(body, (b'{"plotId":"r2","name":"two","crop":"kale","letOn":"2026-03-02"}', binary("m2")))
    assert await receiver.counts() == (2, 0, 0)
    events = [from_json(data) for data in await read_log(receiver.reader.connection, PLOTS)]
    assert [(e["data"]["plotId"], e["causationid"], e["actor"]) for e in events] == [
        ("r1", "m1", f"publisher:{PUBLISHER}"), ("r2", "m2", f"publisher:{PUBLISHER}"),
    ]  # fmt: skip


async def test_the_same_again_is_repeated_and_the_same_id_with_another_body_refused(receiver: Receiver) -> None:
    """Within a batch and in a later one."""
    first = structured("m1", plot(1))
    await receiver.send(first, first, structured("m1", plot(2)))
    await receiver.send(first, structured("m1", plot(3)))
    assert await receiver.counts() == (1, 2, 2)
    assert {said["reason"] for said in await refusals(receiver)} == {"id-reused"}


async def test_accepted_without_any_effect_counts_as_repeated(receiver: Receiver) -> None:
    """What was so already is no news: here nothing is let twice, so it is refused; a repeated visit is a new one."""
    await receiver.send(
        structured("m1", plot(1)), structured("m2", {"plotId": "r1", "tendedOn": "2026-03-03"}, type_=TENDED)
    )
    assert await receiver.counts() == (2, 0, 0)


async def test_a_refused_id_may_be_sent_again_mended(receiver: Receiver) -> None:
    """A refusal claims nothing."""
    await receiver.send(structured("m1", {"plotId": "r1", "tendedOn": "2026-03-03"}, type_=TENDED))
    await receiver.send(structured("m1", plot(1, letOn="soon")))
    await receiver.send(structured("m1", plot(1)))
    assert await receiver.counts() == (1, 0, 2)
    assert [said["reason"] for said in await refusals(receiver)] == [NOT_LET.reason, "message-invalid"]


HEADED: Headers = (("ce_id", None), ("ce_source", None), ("ce_type", None), ("other", None))
REFUSED_MESSAGES: dict[str, tuple[tuple[bytes | None, Headers] | bytes, str, int]] = {
    "empty": (b"", "message-empty", 400),
    "null": ((None, ()), "message-empty", 400),
    "over a megabyte": (b"x" * (MOST_BYTES + 1), "message-too-large", 413),
    "no json": (b"{", "message-unreadable", 400),
    "deep": (b"[" * 100_000, "message-unreadable", 400),
    "no text": (b'{"specversion":"1.0","id":"\xff"}', "message-unreadable", 400),
    "no event": (b"[]", "not-a-cloudevent", 400),
    "another version": (structured("m", plot(1), specversion="0.3"), "not-a-cloudevent", 400),
    "null headers": ((b"{}", HEADED), "not-a-cloudevent", 400),
    "null id in headers": ((b"{}", binary(None)), "message-unidentified", 422),
    "no id": (structured("", plot(1)), "message-unidentified", 422),
    "id is a number": (structured("m", plot(1), id=7), "message-unidentified", 422),
    "id is long": (structured("m" * 300, plot(1)), "message-unidentified", 422),
    "id is a person's": (structured("sak-19121212-1212", plot(1)), "id-names-person", 422),
    "source is a person's": (structured("m", plot(1), source="urn:191212121212"), "id-names-person", 422),
    "id is a person's, in binary": ((b"{}", binary("121212+1212")), "id-names-person", 422),
    "unknown type": (structured("m", plot(1), type_="se.medverka.Nothing.v1"), "type-not-accepted", 422),
    "type that is not reported": (
        structured("m", plot(1), type_="se.medverka.PlotGivenUp.v1"),
        "type-not-accepted",
        422,
    ),
    "another's source": (structured("m", plot(1), source="https://other.example"), "source-not-publishers", 403),
    "no data": (structured("m", None), "message-invalid", 422),
    "wrong field": (structured("m", plot(1, letOn=CANARY)), "message-invalid", 422),
    "no instant": (structured("m", plot(1), time=CANARY), "message-invalid", 422),
    "from the future": (structured("m", plot(1), time="2099-01-01T00:00:00Z"), "occurred-in-future", 422),
    "personal": (structured("m", plot(1, tenantEnc=CANARY)), "personal-data-not-accepted", 422),
    "rule": (
        structured("m", {"plotId": "x", "tendedOn": "2026-03-03", "note": CANARY}, type_=TENDED),
        NOT_LET.reason,
        409,
    ),
    "fault in reading": (structured("m", plot(1, crop=BREAKS)), "message-failed", 500),
    "name that cannot be stored": (structured("m", plot(1, name=f"\0{CANARY}")), "name-not-storable", 409),
}


@pytest.mark.parametrize("kind", REFUSED_MESSAGES)
async def test_what_is_refused_is_told_and_stops_nothing(receiver: Receiver, kind: str) -> None:
    """One refusal with reason, status, digest and place, and nothing of the message; its neighbours are accepted."""
    message, reason, status = REFUSED_MESSAGES[kind]
    before, record, after = await receiver.send(structured("b", plot(8)), message, structured("a", plot(9)))
    assert await receiver.counts() == (2, 0, 1)
    [said] = await refusals(receiver)
    assert (said["reason"], said["status"], said["topic"], said["offset"]) == (reason, status, NAME, record.offset)
    assert said["digest"] == VAULT.digest(digest(record)).hex()
    assert set(said["detail"]) == {"sv", "en"}
    assert (before.offset, after.offset) == (0, 2)
    [data] = await read_log(receiver.reader.connection, REFUSED)
    assert b"anary" not in data
    assert b"19121212" not in data


async def test_what_is_wrong_is_named_by_its_field_and_not_by_what_it_held(receiver: Receiver) -> None:
    """Pointers have our own field names only: a key that was sent can be a person's name."""
    wrong = {"plotId": [CANARY], "name": {CANARY: CANARY}, "letOn": CANARY, CANARY: CANARY}
    await receiver.send(structured("m", wrong))
    [said] = await refusals(receiver)
    assert [error["pointer"] for error in said["errors"]] == ["/plotId", "/name", "/crop", "/letOn"]
    assert CANARY not in str(said)


class PlotCounted(Event):
    """A report with names that its sender chooses."""

    TYPE = "se.medverka.PlotCounted.v1"

    counts: Mapping[str, int]


def test_a_name_that_the_sender_chose_is_not_told() -> None:
    """A key of a mapping is what was sent, like a value."""
    message = structured("m", {"counts": {CANARY: "many"}}, type_=PlotCounted.TYPE)
    with pytest.raises(NotAcceptable) as refused:
        read(Record(0, None, message), Catalogue([PlotCounted]))
    assert [error.pointer for error in refused.value.errors] == ["/counts/*"]


async def test_a_fault_in_deciding_parks_one_message(receiver: Receiver) -> None:
    """The decision itself broke: its sender is told, those behind it are decided."""
    await receiver.send(
        structured("m1", plot(1)),
        structured("m2", {"plotId": "r1", "tendedOn": "2026-03-03", "note": BREAKS}, type_=TENDED),
        structured("m3", {"plotId": "r1", "tendedOn": "2026-03-03"}, type_=TENDED),
    )
    assert await receiver.counts() == (2, 0, 1)
    assert [said["reason"] for said in await refusals(receiver)] == ["message-failed"]


async def test_the_rules_refusal_is_told_in_its_words(receiver: Receiver) -> None:
    """Reason, clause and both texts."""
    await receiver.send(structured("m1", plot(1)), structured("m2", plot(2, name="reported 1")))
    await receiver.send(structured("m3", {"plotId": "x", "tendedOn": "2026-03-03"}, type_=TENDED))
    name, clause = await refusals(receiver)
    assert (name["reason"], name["detail"]) == (NAME_TAKEN.reason, {"sv": NAME_TAKEN.sv, "en": NAME_TAKEN.en})
    assert (clause["reason"], clause["clause"], clause["messageId"]) == (NOT_LET.reason, "GS-4", "m3")


async def test_the_original_is_kept_sealed_until_it_expires(receiver: Receiver, postgres: PostgresGarden) -> None:
    """Nobody reads it in the database; whoever has the key can send it again; afterwards it is gone."""
    sent = structured("m", plot(1, tenantEnc=CANARY))
    await receiver.send(sent)
    [kept] = await postgres.connection.fetch("SELECT * FROM refused_original")
    assert CANARY.encode() not in kept["sealed"]
    assert VAULT.unseal(kept["sealed"]) == sent
    assert kept["event_id"] == from_json((await postgres.log(REFUSED))[0])["id"]
    assert (kept["expires_on"] - NOW.date()).days == KEPT_DAYS
    for day, left in ((kept["expires_on"], 1), (date.fromordinal(kept["expires_on"].toordinal() + 1), 0)):
        await postgres.connection.execute(query(SQL, "forget_expired_originals"), day)
        assert await postgres.connection.fetchval("SELECT count(*) FROM refused_original") == left


async def test_records_that_come_again_are_passed_over(receiver: Receiver) -> None:
    """Kafka gives a batch twice, or one that overlaps: each offset is taken once."""
    records = await receiver.send(structured("m1", plot(1)), b"")
    await receiver.take(records)
    await receiver.take([*records, Record(2, None, structured("m2", plot(2)))])
    assert await receiver.counts() == (2, 0, 1)


async def test_what_was_refused_stays_refused_after_a_restore(receiver: Receiver, postgres: PostgresGarden) -> None:
    """The topic is read again from an older position, on what is known by now: a refusal that others have read stands."""
    visit = structured("m1", {"plotId": "r1", "tendedOn": "2026-03-03"}, type_=TENDED)
    records = await receiver.send(visit, structured("m2", plot(1)))
    assert await receiver.counts() == (1, 0, 1)
    # As the import leaves it: both logs are whole, the counts, the position and the originals are older.
    await postgres.connection.execute("TRUNCATE inbox, refused_original; UPDATE claim SET digest = ''")
    receiver.reader.reactor.positions[NAME].next_index = 0
    await postgres.connection.execute("UPDATE position SET next_index = 0 WHERE source = $1", NAME)
    other = structured("m2", plot(1, crop="leek"))
    await receiver.take([*records, Record(2, None, other)])
    assert await receiver.counts() == (0, 1, 2)
    assert [said["reason"] for said in await refusals(receiver)] == [NOT_LET.reason, "id-reused"]
    kept = await postgres.connection.fetch("SELECT event_id, sealed FROM refused_original")
    assert {VAULT.unseal(row["sealed"]) for row in kept} == {visit, other}
    assert {row["event_id"] for row in kept} == {from_json(data)["id"] for data in await postgres.log(REFUSED)}


async def test_an_inbox_that_was_overtaken_stops(receiver: Receiver, garden_url: str) -> None:
    """Two processes at one inbox: the second to move the position learns that it does not lead."""
    async with receiving(garden_url) as other:
        await other.send(structured("m1", plot(1)))
        with pytest.raises(Overtaken, match="offset 0"):
            await receiver.send(structured("m2", plot(2)))
        assert await other.counts() == (1, 0, 0)
    assert len(await read_log(receiver.reader.connection, PLOTS)) == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda part: st.lists(part) | st.dictionaries(st.text(), part),
)
HEADER_NAMES = st.sampled_from(["ce_id", "ce_source", "ce_type", "ce_time", "ce_specversion", "ce_occurredat", "x"])
HEADERS = st.lists(st.tuples(HEADER_NAMES, st.none() | st.binary(max_size=20) | st.just(SOURCE.encode())), max_size=6)
CATALOGUE = Catalogue(REACTIONS.inbox)


def altered(changes: dict[str, Any]) -> bytes:
    """Give a good message with other attributes."""
    return json.dumps(json.loads(structured("m", plot(1))) | changes).encode()


def outcome(record: Record) -> Read | NotAcceptable:
    """Give what was read, or why it cannot be."""
    try:
        return read(record, CATALOGUE)
    except NotAcceptable as refused:
        return refused


@given(
    value=st.binary() | JSON.map(lambda data: structured("m", data)) | st.none(),
    headers=HEADERS.map(tuple),
    changes=st.dictionaries(st.sampled_from(["id", "source", "type", "time", "occurredat", "data"]), JSON, max_size=3),
)
@settings(max_examples=200, deadline=None)
def test_no_message_whatever_breaks_its_reader(value: bytes | None, headers: Headers, changes: dict[str, Any]) -> None:
    """It is read, or it is not acceptable for a stated reason that fits into an event."""
    for record in (Record(0, None, value, headers=headers), Record(0, None, altered(changes))):
        found = outcome(record)
        assert isinstance(found, Read) or len(found.errors) <= MOST_ERRORS
        assert isinstance(found, Read) or found.ids is None or len("".join(found.ids)) <= 256


def test_personal_data_is_found_however_deep() -> None:
    """In the event, in its parts, in lists and in mappings."""
    added = PersonalDetailsAdded.model_validate({"eventId": "e", "fields": {"nameEnc": "Eva"}})
    assert holds_personal(added)
    assert holds_personal((OrgNr(kind="orgnr"), OrgNr.model_validate({"kind": "foreign", "valueEnc": "x"})))
    assert not holds_personal(OrgNr(kind="orgnr", value="5560360793"))


def messages(received: int) -> list[tuple[bytes | None, Headers, Fate]]:
    """Give many messages of all kinds, mixed, each with what must become of it."""
    chance = random.Random(20261124)  # noqa: S311 - the same mixture in every run
    refused = list(REFUSED_MESSAGES.values())
    sent: list[tuple[bytes | None, Headers, Fate]] = [(structured("plot", plot(0)), (), "accepted")]
    good = [sent[0]]
    while len(sent) < received:
        number = len(sent)
        match chance.choices(["good", "visit", "again", "reused", "wrong", "large"], [30, 30, 15, 5, 19.8, 0.2])[0]:
            case "good" if chance.random() < 0.5:
                good.append((structured(f"m{number}", plot(number)), (), "accepted"))
                sent.append(good[-1])
            case "good":
                body = f'{{"plotId":"r{number}","name":"n{number}","crop":"kale","letOn":"2026-03-02"}}'.encode()
                good.append((body, (*binary(f"m{number}"), ("traceparent", None)), "accepted"))
                sent.append(good[-1])
            case "visit":
                visit = {"plotId": "r0", "tendedOn": "2026-03-03", "note": f"visit {number}"}
                good.append((structured(f"m{number}", visit, type_=TENDED), (), "accepted"))
                sent.append(good[-1])
            case "again":
                value, headers, _ = chance.choice(good)
                sent.append((value, headers, "repeated"))
            case "reused":
                sent.append((structured("plot", plot(number)), (), "refused"))
            case "large":
                note = f"{CANARY} {'x' * 1_000_000}"
                data = {"plotId": "r0", "tendedOn": "2026-03-03", "note": note}
                sent.append((structured(f"m{number}", data, type_=TENDED), (), "refused"))
            case _:
                message = chance.choice(refused)[0]
                value, headers = message if isinstance(message, tuple) else (message, ())
                if value is None or len(value) <= MOST_BYTES:
                    sent.append((value, headers, "refused"))
    return sent


RECEIVED = 10_000


async def test_accepted_repeated_and_refused_are_all_that_was_received(
    postgres: PostgresGarden, garden_url: str, servers: Servers, topic_prefix: str
) -> None:
    """Ten thousand messages of all kinds by Kafka, the service killed three times in mid-batch: every one is counted once."""
    sent, topic = messages(RECEIVED), f"{topic_prefix}{NAME}"
    async with KafkaTopics(servers.kafka, "test") as topics:
        await topics.create(topic)
    producing = AIOKafkaProducer(bootstrap_servers=servers.kafka, max_request_size=2_000_000)
    async with producing as producer:
        acks = [
            await producer.send(topic, value, b"" if value is None else None, partition=0, headers=list(headers))
            for value, headers, _ in sent
        ]
        await asyncio.gather(*acks)
    codes = []
    for dies_at in (700, 3_000, 5_500, 0):
        arguments = [garden_url, servers.kafka, topic, str(RECEIVED), str(dies_at)]
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.shared.log.receiving", *arguments, cwd=ROOT
        )
        codes.append(await process.wait())
    assert codes == [-signal.SIGKILL] * 3 + [0]
    fates = [fate for _, _, fate in sent]
    [counted] = await postgres.connection.fetch("SELECT accepted, repeated, refused FROM inbox")
    assert dict(counted) == {fate: fates.count(fate) for fate in ("accepted", "repeated", "refused")}
    assert sum(counted) == RECEIVED
    assert len(await postgres.log(PLOTS)) == counted["accepted"]
    refused = await postgres.log(REFUSED)
    places = [from_json(data)["data"]["offset"] for data in refused]
    assert sorted(places) == [offset for offset, fate in enumerate(fates) if fate == "refused"]
    assert not [data for data in refused if b"anary" in data]
    kept = await postgres.connection.fetch("SELECT event_id, sealed FROM refused_original")
    originals = {row["event_id"]: VAULT.unseal(row["sealed"]) for row in kept}
    said = [(from_json(data)["id"], from_json(data)["data"]["offset"]) for data in refused]
    assert all(originals[id_] == (sent[offset][0] or b"") for id_, offset in said)
