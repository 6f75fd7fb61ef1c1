"""What a process tells of itself: log lines in JSON on stderr, and metrics for Prometheus.

A log line never holds a personnummer: whatever looks like one is masked, wherever it came from.
"""

import logging
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from time import monotonic
from typing import Any, TextIO

import structlog
from prometheus_client import REGISTRY, Counter, Gauge, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from typing_extensions import override

CORRELATION: ContextVar[str | None] = ContextVar("correlation", default=None)
"""The id of what is being worked on: a request's, or an event's that is reacted to."""

# Log lines

# Day + 60 is a samordningsnummer. Hexadecimal neighbours are parts of an id; a third digit of 2 or more is an organisation's.
_PERSONNUMMER = re.compile(
    r"(?<![0-9a-f])(?:(?:18|19|20)[0-9]{2}|[0-9]{2})(?:0[1-9]|1[0-2])(?:[06][1-9]|[1278][0-9]|[39][01])"
    r"[-+ ]?[0-9]{4}(?![0-9a-f])"
)
MASK = "[personnummer]"


def like_personnummer(text: str) -> bool:
    """Tell whether a personnummer or samordningsnummer may stand in a text."""
    return _PERSONNUMMER.search(text) is not None


def masked(value: Any) -> Any:
    """Give a value without what looks like a personnummer, however deep it stands."""
    match value:
        case str():
            return _PERSONNUMMER.sub(MASK, value)
        case bool() | None:
            return value
        case int():
            return MASK if like_personnummer(str(value)) else value
        case Mapping():
            return {masked(name): masked(part) for name, part in value.items()}
        case list() | tuple() | set() | frozenset():
            return [masked(part) for part in value]
        case float():
            return value
        case _:
            return masked(repr(value))


def _mask(_logger: Any, _method: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return {name: masked(value) for name, value in line.items()}


def _correlate(_logger: Any, _method: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
    correlation = CORRELATION.get()
    if correlation is not None:
        line.setdefault("correlation", correlation)
    return line


SELDOM_S, FORGOTTEN_S = 60.0, 600.0


class Seldom(logging.Filter):
    """Lets each of the libraries' messages through once a minute, and says how many were left out since.

    They repeat themselves many times a second while Kafka or Postgres is away. Messages are alike if their logger, level and
    first line are before values are put in. Where the network fails there is no trace: the sentence says all.
    """

    def __init__(self, tick: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self._tick = tick
        self._last: dict[tuple[str, int, str], tuple[float, int]] = {}

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        now = self._tick()
        kind = (record.name, record.levelno, str(record.msg).partition("\n")[0])
        last, left_out = self._last.get(kind, (float("-inf"), 0))
        if now - last < SELDOM_S:
            self._last[kind] = last, left_out + 1
            return False
        if kind not in self._last:
            self._forget(now)
        self._last[kind] = now, 0
        _without_trace(record)
        if left_out:
            record.msg, record.args = f"{record.getMessage()} (and {left_out} more like it)", None
        return True

    def _forget(self, now: float) -> None:
        """Drop what was not said for long, so that the memory has an end."""
        self._last = {kind: said for kind, said in self._last.items() if now - said[0] < FORGOTTEN_S}


def _without_trace(record: logging.LogRecord) -> None:
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, OSError):
        record.msg, record.args = f"{record.getMessage()}: {error!r}", None
        record.exc_info = record.exc_text = None


def configure(service: str, level: str = "info", stream: TextIO = sys.stderr) -> None:
    """Have our log lines, and those of the libraries, written as JSON. Once a process."""

    def name(_logger: Any, _method: str, line: structlog.typing.EventDict) -> structlog.typing.EventDict:
        return {"service": service, **line}

    common: list[structlog.typing.Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _correlate,
        name,
        structlog.processors.format_exc_info,
    ]
    ends: list[structlog.typing.Processor] = [_mask, structlog.processors.JSONRenderer(ensure_ascii=False)]
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[*common, *ends],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.addFilter(Seldom())
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=common, processors=[remove, *ends]))
    logging.basicConfig(handlers=[handler], level=max(number, logging.WARNING), force=True)


# Metrics

APPEND_SECONDS = Histogram(
    "medverka_append_seconds", "From a command's submission to its answer, durable in Postgres.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)  # fmt: skip
GROUP_SIZE = Histogram(
    "medverka_append_group_size",
    "Commands that were decided under one lock.",
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256),
)
RELAY_LAG = Gauge("medverka_relay_lag_events", "Events in Postgres that Kafka has not acknowledged.", ["log"])
FOLLOWER_LAG = Gauge(
    "medverka_follower_lag_events", "Events of a log that a follower has not applied.", ["follower", "log"]
)
DUTIES = Gauge("medverka_duties", "Duties by clause; state is open or overdue.", ["clause", "state"])
REFUSED_WITHIN = Counter(
    "medverka_refused_within", "Commands of the suite's own reactions and clock that a rule refused; each is to be looked at.",
    ["part", "reason"],
)  # fmt: skip
HTTP_SECONDS = Histogram(
    "medverka_http_seconds", "From a request's arrival to its answer.", ["method", "path", "status"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)  # fmt: skip


class Progress(Collector):
    """When each part of the process last got on: `relay`, `reactor`, `clock`. A part that stands still grows old."""

    def __init__(self, tick: Callable[[], float] = monotonic) -> None:
        self._tick = tick
        self._last: dict[str, float] = {}

    def made(self, part: str) -> None:
        """Note that a part got on, or saw that there was nothing to do."""
        self._last[part] = self._tick()

    def ages(self) -> dict[str, float]:
        """Give the seconds since each part got on."""
        now = self._tick()
        return {part: now - last for part, last in self._last.items()}

    @override
    def collect(self) -> Iterable[Metric]:
        family = GaugeMetricFamily("medverka_progress_age_seconds", "Since a part last got on.", labels=["part"])
        for part, age in self.ages().items():
            family.add_metric([part], age)
        yield family


PROGRESS = Progress()
REGISTRY.register(PROGRESS)
