"""One run of the bench: each part in its turn on the same servers, which are durable as they come."""

import os
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from time import perf_counter, time
from typing import Any, NamedTuple

import uvloop

from deploy.local.benching import fan_out, following
from deploy.local.benching.appending import append
from deploy.local.benching.end_to_end import end_to_end, latencies, writing
from deploy.local.benching.figures import percentile_ms, rate
from deploy.local.benching.machine import cpu_seconds, durability, machine, rss_mib, versions
from deploy.local.benching.over_http import over_http
from deploy.local.benching.peers import installed, peers
from deploy.local.benching.replayed import replayed
from deploy.local.benching.writer import Order
from deploy.local.benching.year import Slice
from deploy.local.stack import EmbeddedStack, Servers
from deploy.local.suite import Suite
from shared.collecting import spare_what_stays

Tell = Callable[[str], None]
Figures = dict[str, Any]


class Sizes(NamedTuple):
    """How many commands each part has."""

    append_1: int = 2_000
    append_16: int = 20_000
    append_64: int = 50_000
    http: int = 10_000
    steady: int = 10_000
    saturated: int = 60_000
    peer: int = 10_000
    wises: int = 1_000
    lists: int = 200
    year: Slice = Slice(1_000, 50, 500)


QUICK = Sizes(50, 200, 400, 200, 300, 1_500, 200, 20, 10, Slice(10, 3, 5))
"""Enough to see that every part works: the figures say nothing."""
PARTS = 11


def bench(
    directory: Path, sizes: Sizes, *, with_peers: bool, tell: Tell = lambda _: None,
    environment: Mapping[str, str] = os.environ,
) -> Figures:  # fmt: skip
    """Take all figures. `tell` is called with the name of each part as it begins.

    Servers that the environment names keep the topics of each run; the embedded ones go with their directory.
    """
    tell("servers")
    python = installed() if with_peers else None
    began = perf_counter()
    run = f"bench-{token_hex(4)}"
    spare_what_stays()  # as every process of a service does
    with EmbeddedStack(directory / "servers", environment) as stack:
        figures: Figures = {
            "machine": machine(),
            "versions": uvloop.run(versions(stack.servers)),
            "durability": uvloop.run(durability(stack.servers)),
        }
        figures |= _appending(stack.servers, run, sizes, tell)
        if python is not None:
            tell("peers")
            figures["peers"] = uvloop.run(peers(python, stack.servers, run, sizes.peer))
        whole = Suite(stack.servers, directory / "suite", prefix=f"{run}-suite.")
        figures |= _outside(whole, sizes, tell)
        pair = Suite(stack.servers, directory / "pair", prefix=f"{run}-pair.", services=("registry", "procurement"))
        figures |= _between(pair, sizes, tell)
        fan = Suite(stack.servers, directory / "fan", prefix=f"{run}-fan.", services=("registry", "procurement"))
        figures |= _fanned(fan, sizes, tell)
    tell("a year replayed")
    figures |= replayed(directory / "year", sizes.year)
    return figures | {"took_s": round(perf_counter() - began, 1)}


def _appending(servers: Servers, run: str, sizes: Sizes, tell: Tell) -> Figures:
    figures: Figures = {}
    for width, commands in ((1, sizes.append_1), (16, sizes.append_16), (64, sizes.append_64)):
        tell(f"append {width}")
        timed = uvloop.run(append(servers, f"{run}-append-{width}", width, commands))
        figures[f"append_{width}_per_s"] = timed.per_s
        figures[f"append_{width}_p99_ms"] = timed.ms(99)
    return figures


def _outside(suite: Suite, sizes: Sizes, tell: Tell) -> Figures:
    """The whole suite, asked over HTTP."""
    tell("start")
    began = perf_counter()
    uvloop.run(suite.prepare())
    with suite:
        start_s = round(perf_counter() - began, 2)
        tell("http 64")
        timed = uvloop.run(over_http(suite.url("registry"), 64, sizes.http, datetime.fromtimestamp(time(), UTC)))
        held = {service: rss_mib(suite.process(service).pid) for service in suite.services}
    return {"http_64_per_s": timed.per_s, "http_64_p99_ms": timed.ms(99), "start_s": start_s, "rss_mib": held}


def _between(suite: Suite, sizes: Sizes, tell: Tell) -> Figures:
    """Registry and procurement: from the one to the other, then what following a log of that size takes."""
    uvloop.run(suite.prepare())
    events = sizes.steady + sizes.saturated
    with ExitStack() as running:
        running.callback(suite.stop_all)
        suite.start("procurement")
        with writing(suite) as writer:
            suite.wait_ready("procurement")
            tell("end to end, 1,000 a second")
            seen, moved = uvloop.run(
                end_to_end(writer, suite.databases["procurement"], Order("steady", sizes.steady, 0))
            )
            took = latencies(seen, moved)
            figures: Figures = {f"end_to_end_1000_p{percent}_ms": percentile_ms(took, percent) for percent in (50, 99)}
            tell("end to end, saturated")
            order = Order("saturated", sizes.saturated, sizes.steady)
            seen, moved = uvloop.run(end_to_end(writer, suite.databases["procurement"], order))
            figures["end_to_end_per_s"] = rate(sizes.saturated, moved[-1].at_s - min(one.received_s for one in seen))
            uvloop.run(following.settled(suite.databases["registry"], events))
            processes = {"registry": writer.process.pid, "procurement": suite.process("procurement").pid}
            figures["rss_mib_saturated"] = {name: rss_mib(pid) for name, pid in processes.items()}
        suite.stop("procurement")
        return figures | _following(suite, events, tell)


def _fanned(suite: Suite, sizes: Sizes, tell: Tell) -> Figures:
    """One tender judged for every WISE, and the list of what the office then has to do."""
    tell("one tender for all")
    uvloop.run(suite.prepare())
    with ExitStack() as running:
        running.callback(suite.stop_all)
        process = suite.start("procurement")
        with writing(suite) as writer:
            suite.wait_ready("procurement")
            uvloop.run(fan_out.recognised(suite, writer, sizes.wises))
            now, cpu_s = datetime.fromtimestamp(time(), UTC), cpu_seconds(process.pid)
            took_s = uvloop.run(fan_out.fan_out(suite, sizes.wises, now))
            cpu_s = cpu_seconds(process.pid) - cpu_s
            lists = uvloop.run(fan_out.duty_lists(suite, sizes.lists, now))
    return {
        f"fan_out_{sizes.wises}_s": round(took_s, 3), f"fan_out_{sizes.wises}_cpu_s": round(cpu_s, 2),
        "duty_list_p50_ms": percentile_ms(lists, 50), "duty_list_ms": percentile_ms(lists, 99),
    }  # fmt: skip


def _following(suite: Suite, events: int, tell: Tell) -> Figures:
    tell("rebuild, relay, consume")
    database, known = suite.databases["registry"], following.catalogue(suite.authority)
    figures: Figures = {
        "raw_fold_per_s": uvloop.run(following.raw_fold(database, known)),
        "rebuild_per_s": uvloop.run(following.rebuilt(database, known)),
        "relay_per_s": uvloop.run(following.relayed(suite.servers, database, f"{suite.prefix}relayed-again")),
    }
    uvloop.run(following.emptied(suite, "procurement"))
    suite.start("procurement")
    figures["consume_per_s"] = uvloop.run(following.consumed(suite, events))
    return figures
