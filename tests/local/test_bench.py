"""`./medverka bench`: every figure of the contract is taken on real servers, and taken rightly."""

import asyncio
import json
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest
from stdnum.se import orgnr

from deploy.local.bench import table
from deploy.local.benching import http_client, load, over_http
from deploy.local.benching.end_to_end import Moved, latencies
from deploy.local.benching.figures import Timed, at_once, percentile_ms
from deploy.local.benching.machine import rss_mib
from deploy.local.benching.run import QUICK, bench
from deploy.local.benching.writer import Seen
from deploy.local.stack import Servers
from shared.policy import organisation_number

PROMISED = {
    "append_1_per_s", "append_16_per_s", "append_64_per_s", "append_64_p99_ms", "http_64_per_s", "http_64_p99_ms",
    "end_to_end_1000_p50_ms", "end_to_end_1000_p99_ms", "end_to_end_per_s", "consume_per_s", "rebuild_per_s",
    "raw_fold_per_s", "relay_per_s", "rss_mib", "start_s", "machine", "versions",
    "fan_out_20_s", "duty_list_ms", "replay_per_s", "replay_s_2500000", "replay_rss_mib", "what_if_s",
}  # fmt: skip
"""The keys that the public contract names; a short run has one tender for twenty."""


def test_every_figure_is_taken(servers: Servers, tmp_path: Path) -> None:
    """A short run of all parts: each key is there, and each rate and time is one."""
    parts: list[str] = []
    figures = bench(tmp_path, QUICK, with_peers=False, tell=parts.append, environment=servers.environment())
    assert figures.keys() >= PROMISED
    assert all(figures[key] > 0 for key in PROMISED - {"rss_mib", "machine", "versions"})
    assert figures["rss_mib"].keys() == {"registry", "placements", "procurement", "consultation"}
    assert figures["durability"] == {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
    assert "peers" not in figures
    assert json.loads(json.dumps(figures)) == figures
    assert len(parts) == len(set(parts))


def test_a_percentile_is_the_least_value_that_so_many_do_not_exceed() -> None:
    """By nearest rank: the median of an odd number is the middle one, and p99 of a hundred the last but one."""
    hundred = [n / 1000 for n in range(100, 0, -1)]
    assert percentile_ms(hundred, 99) == 99
    assert percentile_ms(hundred, 100) == 100
    assert percentile_ms([0.003, 0.001, 0.002], 50) == median([3, 1, 2])
    assert percentile_ms([0.007], 99) == 7


def test_a_rate_counts_the_whole_time() -> None:
    """From the first command's beginning to the last one's end."""
    assert Timed(2.0, [0.1] * 500).per_s == 250


async def test_a_load_is_as_wide_as_asked_and_no_wider() -> None:
    """Each begins the next when it has its answer; every number comes once."""
    under_way, most, done = 0, 0, list[int]()

    async def do(number: int) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0)
        under_way -= 1
        done.append(number)

    timed = await at_once(4, 30, do)
    assert (most, sorted(done), len(timed.each_s)) == (4, list(range(30)), 30)


@pytest.mark.parametrize("number", [0, 1, 9, 10, 123_456, 999_999])
def test_the_loads_numbers_are_valid(number: int) -> None:
    """As an independent library reads them, and as legal persons'."""
    written = load.organisation_number(number)
    assert orgnr.is_valid(written)
    read = organisation_number.read(written)
    assert read is not None
    assert read.kind == "orgnr"


def test_the_loads_numbers_are_distinct_and_end() -> None:
    """A million of them: one more would claim another's number."""
    numbers = [load.organisation_number(number) for number in range(2_000)]
    assert all(one < other for one, other in pairwise(numbers))
    with pytest.raises(load.TooMany):
        load.organisation_number(1_000_000)


def test_a_command_has_arrived_when_the_position_has_passed_it() -> None:
    """The first look that saw its index below the position counts, whatever came before."""
    moved = [Moved(0.0, 0), Moved(1.0, 2), Moved(3.0, 3)]
    seen = [Seen(0.5, 0.6, 1), Seen(0.5, 0.6, 2), Seen(0.5, 0.6, 3)]
    assert latencies(seen, moved) == [0.5, 0.5, 2.5]


def test_an_answer_is_read_whole() -> None:
    """Cut anywhere, it is not there yet; then come its status, headers and body."""
    sent = b"HTTP/1.1 201 Created\r\nContent-length: 4\r\netag: x\r\n\r\nbody"
    assert [http_client.parsed(sent[:cut]) for cut in range(len(sent))] == [None] * len(sent)
    whole = http_client.parsed(sent)
    assert whole is not None
    assert (whole.status, whole.body) == (201, b"body")


def test_a_request_is_made_of_the_same_registration() -> None:
    """HTTP's load is the append's: the same number and name."""
    told = json.loads(over_http.body(17))
    assert (told["organisationNumber"], told["name"]) == (load.organisation_number(17), load.name(17))


def test_memory_is_read_of_the_kernel() -> None:
    """Every process holds some; one that is gone holds none."""
    assert rss_mib(1) > 0
    assert rss_mib(2**22 + 1) == 0


def test_the_table_shows_groups_below_their_names() -> None:
    """Numbers with thousands apart, groups indented."""
    assert table({"append_1_per_s": 1234, "rss_mib": {"registry": 82.5}}) == (
        "append_1_per_s  1,234\nrss_mib\n  registry  82.5"
    )
