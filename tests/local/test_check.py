"""`./medverka check`: on a whole suite it finds nothing, and each of its checks is seen to fail on a planted fault."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from deploy.local import check as command
from deploy.local.checking.found import Checked, Difference
from deploy.local.checking.suite import NothingRuns, addresses
from deploy.local.explained import WrongCall
from deploy.local.stack import Servers
from shared.contracts.cloudevent import encode
from shared.log.topic import Sending
from shared.replaying.facts import is_fact
from tests.local.planting import APPLICATION, LOG, THIRD, Stores, failed, recorded
from tests.replaying.test_registry import recognised

EVENT = "UPDATE event SET {} WHERE log = 'registry.events' AND index = $1"


@pytest.fixture(scope="module")
def stores(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Stores:
    """What a suite left that has recorded seven events, come to rest and been stopped."""
    return recorded(servers, tmp_path_factory.mktemp("suite"))


def places(found: Sequence[Checked]) -> dict[str, tuple[str, int | None]]:
    """Give what differs by check, with its log and index."""
    return {name: (difference.where, difference.index) for name, difference in failed(found).items()}


async def test_a_whole_suite_agrees(stores: Stores) -> None:
    """Every event, stream, claim, view and position of both services was compared, and nothing differs."""
    found = await stores.checked()
    assert failed(found) == {}
    seen = {f"{one.service} {one.name}": one.seen for one in found}
    assert seen["registry Kafka"] == "7 events byte for byte"
    assert seen["registry streams"] == "7 events of 6 streams"
    assert seen["registry view enterprise"] == seen["procurement view enterprise"] == "6 rows"


# 1 and 2: once in both, byte for byte


def same_record(records: list[Sending]) -> list[int]:
    """Give where the events stand: fences have no index."""
    return [n for n, record in enumerate(records) if record.index is not None]


async def test_a_byte_that_differs_is_found(stores: Stores) -> None:
    """One bit of a name in Postgres: Kafka has other bytes, from that byte on; no view may be trusted to show it."""
    at = stores.events[4].index(b"ekonomisk f")
    flip = EVENT.format("bytes = set_byte(bytes, $2, get_byte(bytes, $2) # 1)")
    async with stores.planted("registry", (flip, 4, at)):
        found = failed(await stores.checked())
    assert (found["registry Kafka"].where, found["registry Kafka"].index) == (LOG, 4)
    assert f"from byte {at} on" in found["registry Kafka"].what
    assert "fork.md" in found["registry Kafka"].todo


async def test_an_event_that_kafka_lacks_is_found(stores: Stores) -> None:
    """It was acknowledged and is not there: later ones came without it, so every follower waits for it."""

    def without_the_third(records: list[Sending]) -> list[Sending]:
        return [record for record in records if record.index != THIRD]

    found = failed(await stores.altered(without_the_third))
    assert (found["registry Kafka"].where, found["registry Kafka"].index) == (LOG, THIRD)
    assert "missing in Kafka, where 3 " in found["registry Kafka"].what


async def test_a_tail_that_kafka_lacks_is_found(stores: Stores) -> None:
    """The last event was acknowledged, and the topic ends before it."""
    found = await stores.altered(lambda records: [record for record in records if record.index != APPLICATION])
    assert places(found)["registry Kafka"] == (LOG, APPLICATION)


async def test_a_tail_that_postgres_lacks_is_found(stores: Stores) -> None:
    """Postgres was restored to an earlier point: Kafka is ahead, and so are the positions and claims."""
    delete = "DELETE FROM event WHERE log = 'registry.events' AND index = $1"
    async with stores.planted("registry", (delete, APPLICATION)):
        found = places(await stores.checked())
    assert found["registry Kafka"] == found["registry claims"] == (LOG, APPLICATION)
    assert found["procurement at rest"] == (LOG, APPLICATION + 1)


async def test_a_record_that_comes_again_is_no_difference(stores: Stores) -> None:
    """Followers drop it: a relay that was killed sends again."""
    found = await stores.altered(lambda records: [*records, *(records[n] for n in same_record(records)[2:5])])
    assert failed(found) == {}


async def test_what_a_succeeded_relay_sends_is_no_difference(stores: Stores) -> None:
    """A zombie's record has an older epoch: followers pass it over, whatever it says."""

    def with_a_zombie(records: list[Sending]) -> list[Sending]:
        fence = Sending(None, b"fence", None, 99)
        return [*records, fence, Sending("enterprise/x", b"{}", APPLICATION + 1, 1)]

    assert failed(await stores.altered(with_a_zombie)) == {}


async def test_other_bytes_under_one_index_are_found(stores: Stores) -> None:
    """The same relay sent an index again with other bytes: equal id, unequal bytes."""

    def with_another(records: list[Sending]) -> list[Sending]:
        fourth = records[same_record(records)[4]]
        return [*records, replace(fourth, value=fourth.value.replace(b"ekonomisk f", b"ekonomisk F"))]

    found = failed(await stores.altered(with_another))
    assert (found["registry Kafka"].where, found["registry Kafka"].index) == (LOG, 4)


async def test_an_event_that_only_kafka_has_is_found(stores: Stores) -> None:
    """Somebody wrote to the topic, or Postgres lost it."""

    def with_one_more(records: list[Sending]) -> list[Sending]:
        last = records[-1]
        return [*records, replace(last, index=APPLICATION + 1)]

    found = failed(await stores.altered(with_one_more))
    assert found["registry Kafka"].index == APPLICATION + 1
    assert "and not in Postgres" in found["registry Kafka"].what


async def test_a_key_that_is_not_the_stream_is_found(stores: Stores) -> None:
    """Who reads one stream of a topic finds it by its key."""

    def with_a_wrong_key(records: list[Sending]) -> list[Sending]:
        return [replace(record, key="enterprise/x") if record.index == THIRD else record for record in records]

    assert places(await stores.altered(with_a_wrong_key))["registry Kafka"] == (LOG, THIRD)


async def test_an_event_that_stands_twice_is_found(stores: Stores) -> None:
    """The same id under two indexes: a command was carried out twice."""
    again = json.loads(stores.events[THIRD]) | {"streamversion": 3}
    insert = (
        "INSERT INTO event (log, index, subject, version, bytes)"
        " SELECT log, $1, subject, 3, $2 FROM event WHERE log = 'registry.events' AND index = $3"
    )
    async with stores.planted("registry", (insert, APPLICATION + 1, json.dumps(again).encode(), THIRD)):
        found = failed(await stores.checked())
    assert (found["registry streams"].where, found["registry streams"].index) == (LOG, APPLICATION + 1)
    assert f"stands at {LOG} index {THIRD}, too" in found["registry streams"].what


async def test_a_command_that_was_carried_out_twice_is_found(stores: Stores) -> None:
    """Two events of one command end it, each with an id of its own."""
    again = json.loads(stores.events[THIRD]) | {"streamversion": 3, "id": "01930000-0000-7000-8000-00000000e001"}
    insert = (
        "INSERT INTO event (log, index, subject, version, bytes)"
        " SELECT log, $1, subject, 3, $2 FROM event WHERE log = 'registry.events' AND index = $3"
    )
    async with stores.planted("registry", (insert, APPLICATION + 1, json.dumps(again).encode(), THIRD)):
        found = failed(await stores.checked())
    assert found["registry streams"].what.startswith("commandkey ")


# 3: no gaps, and Kafka's order is the index order


async def test_a_gap_in_the_indexes_is_found(stores: Stores) -> None:
    """An index that nobody has."""
    async with stores.planted("registry", (EVENT.format("index = 9"), APPLICATION)):
        assert places(await stores.checked())["registry streams"] == (LOG, APPLICATION)


async def test_a_missing_event_is_found(stores: Stores) -> None:
    """One in the middle, in Postgres: Kafka has it still."""
    delete = "DELETE FROM event WHERE log = 'registry.events' AND index = $1"
    async with stores.planted("registry", (delete, THIRD)):
        found = places(await stores.checked())
    assert found["registry streams"] == found["registry Kafka"] == (LOG, THIRD)


async def test_a_gap_in_a_streams_versions_is_found(stores: Stores) -> None:
    """Its second event says that it is the third."""
    async with stores.planted("registry", (EVENT.format("version = 3"), APPLICATION)):
        found = failed(await stores.checked())
    assert found["registry streams"].index == APPLICATION
    assert "version 3 of enterprise/" in found["registry streams"].what


async def test_columns_that_say_other_than_the_bytes_are_found(stores: Stores) -> None:
    """The row was given to another stream."""
    async with stores.planted("registry", (EVENT.format("subject = 'enterprise/x'"), 0)):
        found = failed(await stores.checked())
    assert "its columns say enterprise/x version 1, its bytes enterprise/" in found["registry streams"].what


async def test_a_log_that_is_not_the_services_is_found(stores: Stores) -> None:
    """Only its owner ever writes a log."""
    other = "UPDATE event SET log = 'placements.events', index = 0 WHERE index = $1"
    async with stores.planted("registry", (other, APPLICATION)):
        assert places(await stores.checked())["registry streams"] == ("placements.events", 0)


async def test_records_out_of_order_are_found(stores: Stores) -> None:
    """Index 3 before index 2, and never again: followers wait for it for ever."""

    def swapped(records: list[Sending]) -> list[Sending]:
        third, fourth = same_record(records)[2:4]
        records[third], records[fourth] = records[fourth], records[third]
        return records

    assert places(await stores.altered(swapped))["registry Kafka"] == (LOG, 3)


async def test_a_topic_that_is_missing_is_found(stores: Stores) -> None:
    """There is no such topic on the cluster."""
    found = failed(await stores.checked(replace(stores.where, prefix="no-such-authority.")))
    assert "registry Kafka" in found
    assert "Kafka has no topic no-such-authority.registry.events" in found["registry Kafka"].what


# 4: a view is the fold of its log


@pytest.mark.parametrize("service", ["registry", "procurement"])
async def test_a_row_that_differs_is_found(stores: Stores, service: str) -> None:
    """The stream's last index is named, and the columns without what stands in them."""
    change = "UPDATE enterprise SET status = 'closed' WHERE key = $1"
    subject = json.loads(stores.events[THIRD])["subject"]
    async with stores.planted(service, (change, subject)):
        found = failed(await stores.checked())
    difference = found[f"{service} view enterprise"]
    assert (difference.where, difference.index) == (LOG, APPLICATION)
    assert f"{subject} in view enterprise is no fold of registry.events (status differ)" in difference.what
    assert "closed" not in difference.what


async def test_a_row_that_is_missing_is_found(stores: Stores) -> None:
    """A stream without its row."""
    subject = json.loads(stores.events[0])["subject"]
    async with stores.planted("registry", ("DELETE FROM enterprise WHERE key = $1", subject)):
        assert places(await stores.checked()) == {"registry view enterprise": (LOG, 0)}


async def test_a_row_without_a_stream_is_found(stores: Stores) -> None:
    """Nothing in the log made it, so there is no index to name."""
    moved = "UPDATE enterprise SET key = 'enterprise/x' WHERE key = $1"
    subject = json.loads(stores.events[0])["subject"]
    async with stores.planted("procurement", (moved, subject)):
        found = places(await stores.checked())
    assert found["procurement view enterprise"][0] == LOG


async def test_the_live_view_stays_as_it_is(stores: Stores) -> None:
    """A check compares and mends nothing."""
    change = "UPDATE enterprise SET status = 'closed' WHERE key = $1"
    subject = json.loads(stores.events[0])["subject"]
    async with stores.planted("registry", (change, subject)):
        await stores.checked()
        assert "registry view enterprise" in failed(await stores.checked())


# 5: each duty that the clauses call for is there


async def test_a_duty_that_a_log_lacks_is_found(stores: Stores) -> None:
    """A recognition is in Postgres and Kafka, as its officers recorded it, and the review that it calls for is in neither."""
    known = recognised().logs[LOG]
    facts = [each.envelope for each in known if is_fact(each.envelope)]
    assert len(facts) < len(known)
    rows = [(n, e.subject, e.streamversion, encode(e)) for n, e in enumerate(facts, APPLICATION + 1)]
    insert = "INSERT INTO event (log, index, subject, version, bytes) VALUES ('registry.events', $1, $2, $3, $4)"

    def with_facts(records: list[Sending]) -> list[Sending]:
        return [*records, *(Sending(subject, data, n, records[-1].epoch) for n, subject, _, data in rows)]

    published = "UPDATE published SET next_index = $1 WHERE log = 'registry.events'"
    async with stores.planted("registry", *((insert, *row) for row in rows), (published, rows[-1][0] + 1)):
        found = failed(await stores.altered(with_facts))
    assert not found.keys() & {"registry streams", "registry Kafka"}
    assert found["registry duties"].what.startswith("missing DF-")
    assert "./medverka replay" in found["registry duties"].todo


# 6: everything is at the end, and claims cite what is there


@pytest.mark.parametrize(("moved_to", "what"), [(3, "where the end is 7"), (9, "where the end is 7")])
async def test_a_position_that_is_not_at_the_end_is_found(stores: Stores, moved_to: int, what: str) -> None:
    """Behind: its view is old. Ahead: what comes next would be passed over."""
    move = "UPDATE position SET next_index = $1 WHERE source = 'registry.events'"
    async with stores.planted("procurement", (move, moved_to)):
        found = failed(await stores.checked())
    at_rest = found["procurement at rest"]
    assert (at_rest.where, at_rest.index) == (LOG, moved_to)
    assert what in at_rest.what


async def test_what_is_not_published_is_found(stores: Stores) -> None:
    """Kafka has acknowledged less than there is."""
    move = "UPDATE published SET next_index = 5 WHERE log = 'registry.events'"
    async with stores.planted("registry", (move,)):
        found = failed(await stores.checked())
    assert list(found) == ["registry at rest"]
    assert found["registry at rest"].index == 5


async def test_a_command_without_its_claim_is_found(stores: Stores) -> None:
    """Asked again with the same key it would be done again."""
    lost = "DELETE FROM claim WHERE log = 'registry.events' AND index = $1 AND key LIKE 'command:%'"
    async with stores.planted("registry", (lost, THIRD)):
        assert places(await stores.checked()) == {"registry claims": (LOG, THIRD)}


async def test_a_claim_that_cites_nothing_is_found(stores: Stores) -> None:
    """Its place is no command's; of a number only the kind is told."""
    moved = "UPDATE claim SET index = 99 WHERE log = 'registry.events' AND index = $1 AND key LIKE 'orgnr:%'"
    async with stores.planted("registry", (moved, THIRD)):
        found = failed(await stores.checked())
    assert found["registry claims"].index == 99
    assert "the claim orgnr:… cites it" in found["registry claims"].what


# The command


def noted(stores: Stores, directory: Path) -> Path:
    """Leave word of the suite as `./medverka up` does."""
    note = directory / "suite.json"
    note.write_text(json.dumps(stores.prepared.addresses()), encoding="utf-8")
    return note


def run(stores: Stores, directory: Path, capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, str]:
    """Run the command; give its exit code and what it printed."""
    note = noted(stores, directory)
    code = command.main(["--addresses", str(note), "--patience", "0", *options])
    return code, capsys.readouterr().out


def test_the_command_says_in_json_what_it_found(
    stores: Stores, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line; 0 where all agrees."""
    code, out = run(stores, tmp_path, capsys, "--json")
    told: Any = json.loads(out)
    assert (code, told["ok"], out.count("\n")) == (0, True, 1)
    assert {"name": "Kafka", "service": "registry", "ok": True, "detail": "7 events byte for byte"} in told["checks"]


def test_the_command_says_to_people_what_it_found(
    stores: Stores, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line a check, and the verdict, Swedish first."""
    code, out = run(stores, tmp_path, capsys)
    assert code == 0
    assert "✓ registry Kafka " in out
    assert out.endswith("Allt stämmer överens / Everything agrees\n")


def test_a_difference_is_told_with_what_to_do() -> None:
    """The log, its index, what is the case and what to do, in one line; the verdict counts."""
    difference = Difference(LOG, 4, "differs", "follow docs/operators/fork.md")
    found = [Checked("Kafka", "registry", "", difference), Checked("streams", "registry", "7 events", None)]
    out = command.as_text(found)
    assert "✗ registry Kafka    registry.events index 4: differs; follow docs/operators/fork.md\n" in out
    assert out.endswith("1 skiljer sig / differ")
    told = json.loads(command.as_json(found))
    assert (told["ok"], told["checks"][0]["index"]) == (False, 4)


async def test_the_command_fails_where_something_differs(
    stores: Stores, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """1, as for every check that failed."""
    async with stores.planted("registry", ("UPDATE published SET next_index = 5 WHERE log = 'registry.events'",)):
        code, out = await asyncio.to_thread(run, stores, tmp_path, capsys, "--json")
    assert (code, json.loads(out)["ok"]) == (1, False)


def test_without_a_suite_there_is_one_sentence(tmp_path: Path) -> None:
    """It says where it looked and how to start one."""
    with pytest.raises(NothingRuns, match=r"start one with \./medverka up"):
        addresses(note=tmp_path / "none.json", environment={})


def test_a_note_that_is_none_is_a_wrong_call(tmp_path: Path) -> None:
    """What lies there is not what `up` prints."""
    note = tmp_path / "suite.json"
    note.write_text("{}", encoding="utf-8")
    with pytest.raises(WrongCall, match="does not hold what"):
        addresses(note, environment={})


@pytest.mark.parametrize(("prefix", "database"), [("", "registry"), ("gotland-test.", "gotland_test_registry")])
def test_the_environments_suite_is_taken_first(tmp_path: Path, prefix: str, database: str) -> None:
    """A service's database is named like it, with the prefix before it."""
    environment = {
        "MEDVERKA_DATABASE_URL": "postgresql://postgres:secret@db:5432/postgres",
        "MEDVERKA_KAFKA": "kafka:9092",
        "MEDVERKA_TOPIC_PREFIX": prefix,
    }
    where = addresses(note=tmp_path / "none.json", environment=environment)
    assert where.databases["registry"] == f"postgresql://postgres:secret@db:5432/{database}"
    assert (where.kafka, where.prefix) == ("kafka:9092", prefix)
