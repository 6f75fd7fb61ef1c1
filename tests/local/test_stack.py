"""The embedded servers end with their owner, whatever happens to it, and start again over what is left."""

import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from deploy.local.places import ROOT
from deploy.local.stack import DirectoryTaken, EmbeddedStack, ServerFailed, fresh_directory
from deploy.local.stack.guarded import SERVER_LOCK, Guarded, lock
from deploy.local.stack.kafka import EmbeddedKafka
from deploy.local.stack.ports import LOOPBACK, Choose, free
from deploy.local.stack.postgres import EmbeddedPostgres

WITHIN_S = 40.0
SERVERS = ("postgres", "keys", "kafka")


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A directory for servers, with a space in its name, since a checkout may have one."""
    return tmp_path / "the stack"


def listens(port: int) -> bool:
    """Whether somebody answers on the port."""
    with socket.socket() as probe:
        return probe.connect_ex((LOOPBACK, port)) == 0


def ports_of(addresses: dict[str, str]) -> list[int]:
    """The three ports in what the stack prints."""
    return [int(address.rpartition(":")[2].partition("/")[0]) for address in addresses.values()]


class Owner:
    """Another process that owns a stack, to be ended in every way there is."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        argv = [sys.executable, "-m", "deploy.local.stack", str(directory)]
        directory.parent.mkdir(parents=True, exist_ok=True)
        said = directory.parent / "owner.stderr"
        with said.open("w") as errors:
            self.process = subprocess.Popen(argv, cwd=ROOT, stdout=subprocess.PIPE, stderr=errors, text=True)
        assert self.process.stdout is not None
        addresses = self.process.stdout.readline()
        assert addresses, (
            f"the owner printed no addresses, ended with {self.process.wait(WITHIN_S)} and said: {said.read_text()}"
        )
        self.ports = ports_of(json.loads(addresses))

    def end(self, number: signal.Signals) -> int:
        """Send it a signal, and wait until it and all its servers are gone (the kernel tells by their locks)."""
        self.process.send_signal(number)
        assert self.process.stdout is not None
        self.process.stdout.close()
        code = self.process.wait(WITHIN_S)
        for name in SERVERS:
            os.close(lock(self.directory / name, SERVER_LOCK, WITHIN_S))
        return code


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, 0), (signal.SIGKILL, -9)])
def test_the_servers_end_with_their_owner(directory: Path, number: signal.Signals, code: int) -> None:
    """Ctrl-C, SIGTERM and kill -9 of the owner leave no server behind."""
    owner = Owner(directory)
    assert all(map(listens, owner.ports))
    assert owner.end(number) == code
    assert not any(map(listens, owner.ports))


def kill(process: Guarded | None) -> None:
    """Kill the guard, then the server, with -9."""
    assert process is not None
    os.kill(process.guard_pid, signal.SIGKILL)
    with suppress(ProcessLookupError):  # it may already be ending, since its guard is gone
        os.kill(process.pid, signal.SIGKILL)


async def test_postgres_starts_over_the_remains_of_kill_minus_9(directory: Path) -> None:
    """After guard and server were killed, the next start has the committed row, under the same address."""
    with EmbeddedPostgres(directory) as postgres:
        before = postgres.url
        connection = await asyncpg.connect(before)
        await connection.execute("CREATE TABLE kept (it int); INSERT INTO kept VALUES (42)")
        kill(postgres.process)
        connection.terminate()
    assert (directory / "data" / "postmaster.pid").exists()
    with EmbeddedPostgres(directory) as postgres:
        assert postgres.url == before
        connection = await asyncpg.connect(before)
        assert await connection.fetchval("SELECT it FROM kept") == 42
        await connection.close()


async def test_kafka_starts_over_the_remains_of_kill_minus_9(directory: Path) -> None:
    """After guard and broker were killed, the next start has the acknowledged record, under the same address."""
    with EmbeddedKafka(directory) as kafka:
        before = kafka.bootstrap
        admin = AIOKafkaAdminClient(bootstrap_servers=before)
        await admin.start()
        await admin.create_topics([NewTopic("kept", num_partitions=1, replication_factor=1)])
        await admin.close()
        producer = AIOKafkaProducer(bootstrap_servers=before, acks="all")
        await producer.start()
        await producer.send_and_wait("kept", b"42", partition=0)
        await producer.stop()
        kill(kafka.process)
    with EmbeddedKafka(directory) as kafka:
        assert kafka.bootstrap == before
        consumer = AIOKafkaConsumer("kept", bootstrap_servers=before, auto_offset_reset="earliest")
        await consumer.start()
        assert (await consumer.getone()).value == b"42"
        await consumer.stop()


def test_a_server_ends_when_its_guard_is_killed(directory: Path) -> None:
    """Nothing outlives its guard either: Linux tells the server."""
    with EmbeddedPostgres(directory) as postgres:
        assert postgres.process is not None
        os.kill(postgres.process.guard_pid, signal.SIGKILL)
        os.close(lock(directory, SERVER_LOCK, WITHIN_S))


def test_half_a_cluster_is_made_anew(directory: Path) -> None:
    """A first start that was cut off while it made the cluster leaves nothing that the next one trips over."""
    (directory / "data.new").mkdir(parents=True)
    (directory / "data.new" / "PG_VERSION").write_text("18")
    with EmbeddedPostgres(directory) as postgres:
        assert postgres.url


def test_two_stacks_run_beside_each_other(tmp_path: Path) -> None:
    """Two directories, two sets of servers; one directory, one run."""
    with EmbeddedPostgres(tmp_path / "one") as one, EmbeddedPostgres(tmp_path / "two") as two:
        assert one.url != two.url
        with pytest.raises(DirectoryTaken, match="one is in use by another run"):
            EmbeddedPostgres(tmp_path / "one").__enter__()


def test_a_remembered_port_that_is_taken_is_given_up(directory: Path) -> None:
    """An address survives a restart, but not at the price of a start."""
    with EmbeddedPostgres(directory) as postgres:
        before = urlsplit(postgres.url).port
    with socket.create_server((LOOPBACK, before or 0)), EmbeddedPostgres(directory) as postgres:
        assert urlsplit(postgres.url).port != before


def taken_then_free(taken: int, times: int) -> Choose:
    """Choose a taken port so many times, as if another process had been quicker."""
    rounds = iter([taken] * times)
    return lambda _file, count: [next(rounds, None) or free(1)[0], *free(count - 1)]


SERVER_KINDS = [EmbeddedPostgres, EmbeddedKafka]


@pytest.mark.parametrize("kind", SERVER_KINDS)
def test_a_port_taken_under_our_eyes_is_tried_again(
    directory: Path, kind: type[EmbeddedPostgres | EmbeddedKafka]
) -> None:
    """Between choosing and listening another process may be quicker; then another port is chosen."""
    with (
        socket.create_server((LOOPBACK, 0)) as other,
        kind(directory, choose=taken_then_free(other.getsockname()[1], 1)) as server,
    ):
        assert server.process is not None


@pytest.mark.parametrize("kind", SERVER_KINDS)
def test_no_free_port_is_one_sentence(directory: Path, kind: type[EmbeddedPostgres | EmbeddedKafka]) -> None:
    """Who finds every port taken is told which server, why, and which log to read."""
    with socket.create_server((LOOPBACK, 0)) as other:
        choose = taken_then_free(other.getsockname()[1], 99)
        with pytest.raises(ServerFailed, match=r"^\w+ ended while it was starting \(.*in use.*\); see .*\.log$"):
            kind(directory, choose=choose).__enter__()


def test_a_java_that_fails_is_one_sentence(directory: Path) -> None:
    """A Java that cannot run says so with the log's name."""
    with pytest.raises(
        ServerFailed, match=r"^Kafka: its data could not be formatted \(it said nothing\); see .*kafka.log$"
    ):
        EmbeddedKafka(directory, java=Path("/bin/false")).__enter__()


def test_a_missing_java_is_one_sentence(directory: Path) -> None:
    """A Java that is not there is told like one that fails."""
    with pytest.raises(ServerFailed, match=r"/nowhere/java: No such file or directory\); see .*kafka.log$"):
        EmbeddedKafka(directory, java=Path("/nowhere/java")).__enter__()


def test_a_directory_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    """A disk that takes nothing is named."""
    (tmp_path / "file").touch()
    with pytest.raises(ServerFailed, match=r"file/postgres cannot be written \(Not a directory\); make room"):
        EmbeddedPostgres(tmp_path / "file" / "postgres").__enter__()


def test_servers_of_the_environment_are_used_where_they_are(directory: Path) -> None:
    """Addresses in the environment win, and nothing is started for them."""
    given = {
        "MEDVERKA_DATABASE_URL": "postgresql://a/b",
        "MEDVERKA_KEYS_URL": "postgresql://c/d",
        "MEDVERKA_KAFKA": "e:1",
    }
    with EmbeddedStack(directory, given) as stack:
        assert stack.servers.environment() == given
    assert not directory.exists()


def test_a_fresh_directory_goes_with_its_run_and_takes_dead_ones_along(tmp_path: Path) -> None:
    """A killed run's directory is removed by the next; a living one's is left."""
    (tmp_path / "run-dead").mkdir()
    with fresh_directory(tmp_path) as first:
        assert not (tmp_path / "run-dead").exists()
        with fresh_directory(tmp_path) as second:
            assert first.exists()
        assert not second.exists()
