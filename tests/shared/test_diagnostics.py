"""What a process tells of itself (shared/diagnostics.py)."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from shared.diagnostics import CORRELATION, MASK, Progress, Seldom, configure, like_personnummer, masked


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is written to the log, with everything put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure("registry", "info", stream)
    yield stream
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


def written(lines: io.StringIO) -> list[dict[str, object]]:
    """Give the lines as documents."""
    return [json.loads(line) for line in lines.getvalue().splitlines()]


@pytest.mark.parametrize(
    "text",
    [
        "8112189876",
        "811218-9876",
        "811218+9876",
        "811218 9876",
        "198112189876",
        "19811218-9876",
        "8112789876",
        "20260101-1234",
    ],
)
def test_a_personnummer_is_masked(text: str) -> None:
    """In each way that people write it, a samordningsnummer too, with words around it."""
    assert like_personnummer(text)
    assert masked(f"för {text}.") == f"för {MASK}."


@pytest.mark.parametrize(
    "text",
    [
        "2120000803",
        "212000-0803",
        "019aa0c0-1234-7000-8112-189876543210",
        "2026-03-02T08:00:00Z",
        "8113189876",
        "8112009876",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    """An organisation's number, an id, a time, and what cannot be a day."""
    assert masked(text) == text


def test_masking_reaches_everything() -> None:
    """Whatever is logged: numbers, names of members, lists, and objects by their repr."""
    value = {"811218-9876": [8112189876, ("x 811218-9876",), None, True, 1.5, ValueError("811218-9876")]}
    assert masked(value) == {MASK: [MASK, [f"x {MASK}"], None, True, 1.5, f"ValueError('{MASK}')"]}


def test_a_line_is_json_with_service_and_correlation(lines: io.StringIO) -> None:
    """Each line is one document, and says which request it belongs to."""
    token = CORRELATION.set("c-1")
    structlog.get_logger().info("appended", index=7, of="811218-9876")
    CORRELATION.reset(token)
    [line] = written(lines)
    assert line["service"] == "registry"
    assert (line["event"], line["index"], line["correlation"], line["level"]) == ("appended", 7, "c-1", "info")
    assert line["of"] == MASK


def test_a_trace_of_an_exception_is_masked(lines: io.StringIO) -> None:
    """What failed is often quoted by the error."""
    try:
        int("811218-9876")
    except ValueError:
        structlog.get_logger().exception("failed")
    [line] = written(lines)
    assert "ValueError" in str(line["exception"])
    assert "9876" not in lines.getvalue()


def test_the_libraries_lines_are_alike(lines: io.StringIO) -> None:
    """A warning by a library is a document of the same shape, masked as well; what is less severe is left out."""
    logging.getLogger("aiokafka").warning("lost 811218-9876")
    logging.getLogger("aiokafka").info("chatter")
    [line] = written(lines)
    assert (line["event"], line["level"], line["service"]) == (f"lost {MASK}", "warning", "registry")


def test_a_librarys_message_comes_once_a_minute() -> None:
    """Whatever its values are; another message comes at once, and how many were left out is said with the next."""
    now, seldom = 0.0, Seldom(lambda: now)

    def passed(message: str, *values: object) -> str | None:
        record = logging.LogRecord("aiokafka", logging.ERROR, "", 0, message, values, None)
        return record.getMessage() if seldom.filter(record) else None

    assert passed("no node %s", 1) == "no node 1"
    now = 59.0
    assert passed("no node %s", 2) is None
    assert passed("no node %s", 3) is None
    assert passed("no metadata") == "no metadata"
    now = 61.0
    assert passed("no node %s", 4) == "no node 4 (and 2 more like it)"
    assert passed("no node %s", 5) is None
    now = 1000.0
    assert passed("something else") == "something else"
    assert passed("no node %s", 6) == "no node 6"


def test_what_the_network_refuses_has_no_trace(lines: io.StringIO) -> None:
    """One line with the error; any other fault keeps its trace."""
    logging.getLogger("asyncpg").error("pool of %s", "a", exc_info=ConnectionRefusedError(111, "refused"))
    logging.getLogger("asyncpg").error("what is %s", "b", exc_info=LookupError("odd"))
    network, other = written(lines)
    assert network["event"] == "pool of a: ConnectionRefusedError(111, 'refused')"
    assert "exception" not in network
    assert "LookupError: odd" in str(other["exception"])


def test_less_severe_lines_are_left_out(lines: io.StringIO) -> None:
    """The setting's level counts."""
    structlog.get_logger().debug("detail")
    assert written(lines) == []


def test_a_part_that_stands_still_grows_old() -> None:
    """The age counts from when it last got on."""
    now = 10.0
    progress = Progress(lambda: now)
    progress.made("relay")
    now = 12.5
    progress.made("reactor")
    assert progress.ages() == {"relay": 2.5, "reactor": 0.0}
    [family] = progress.collect()
    assert [(sample.labels["part"], sample.value) for sample in family.samples] == [("relay", 2.5), ("reactor", 0.0)]
