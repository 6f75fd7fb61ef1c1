"""Ten thousand messages that another system may send to procurement, each with what must become of it."""

import json
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

Fate: TypeAlias = Literal["accepted", "repeated", "refused"]
Headers: TypeAlias = tuple[tuple[str, bytes | None], ...]

SOURCE, PUBLISHER = "/example/procurement-system", "procurement-system"
PLANNED, CANCELLED = "se.medverka.ProcurementPlanned.v1", "se.medverka.TenderCancelled.v1"
CANARY = "Kanarie Fågelsson 19121212-1212"
"""Stands in everything that is refused, and may be readable nowhere afterwards."""
WHEN = "2026-03-02T12:00:00Z"
LARGEST = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent, and what must become of it. `id` where something may be accepted under it."""

    value: bytes | None
    fate: Fate
    headers: Headers = ()
    id: str = ""


def tender_id(n: int) -> str:
    """Give the n-th tender's UUIDv7, as the other system makes it."""
    return str(uuid.UUID(f"019c9000-0000-7000-8000-{n:012x}"))


def plan(n: int, title: str) -> dict[str, Any]:
    """Say that the n-th tender is planned, under a title."""
    return {
        "tenderId": tender_id(n), "title": {"sv": title}, "source": "procurement-plan", "procedureKind": "open",
        "buyers": [{"organisationNumber": "212000-0803"}], "buyingRole": "buying-board:executive",
        "lots": [{"lotId": "LOT-0001", "nature": "services", "cpv": ["77310000"], "deadlineKind": "none"}],
    }  # fmt: skip


def structured(id_: str, data: Any, type_: str = PLANNED, **changes: Any) -> bytes:
    """Build a CloudEvent in structured mode."""
    event = {"specversion": "1.0", "id": id_, "source": SOURCE, "type": type_, "time": WHEN, "data": data, **changes}
    return json.dumps(event).encode()


def binary(id_: str | None) -> Headers:
    """Build the headers of one in binary mode; one header beside them is null."""
    said = {"specversion": "1.0", "id": id_, "source": SOURCE, "type": PLANNED, "time": WHEN, "traceparent": None}
    return tuple((name if name == "traceparent" else f"ce_{name}", held.encode() if held else None)
                 for name, held in said.items())  # fmt: skip


REFUSED: dict[str, Callable[[int], tuple[bytes | None, Headers]]] = {
    "empty": lambda _n: (b"", ()),
    "null": lambda _n: (None, ()),
    "no json": lambda _n: (f'{{"name": "{CANARY}"'.encode(), ()),
    "no text": lambda _n: (b"\xff\xfe" + CANARY.encode("latin-1"), ()),
    "no event": lambda _n: (json.dumps([CANARY]).encode(), ()),
    "deep": lambda _n: (b"[" * 50_000, ()),
    "null headers": lambda _n: (json.dumps(CANARY).encode(), (("ce_id", None), ("ce_type", None), ("note", None))),
    "null id": lambda n: (json.dumps(plan(n, CANARY)).encode(), binary(None)),
    "another's source": lambda n: (structured(f"w{n}", plan(n, CANARY), source="/example/other-system"), ()),
    "unknown type": lambda n: (structured(f"w{n}", plan(n, CANARY), "se.medverka.Nothing.v1"), ()),
    "another version": lambda n: (structured(f"w{n}", plan(n, CANARY), "se.medverka.ProcurementPlanned.v9"), ()),
    "wrong field": lambda n: (structured(f"w{n}", plan(n, CANARY) | {"procedureKind": CANARY}), ()),
    "unknown tender": lambda n: (
        structured(f"w{n}", {"tenderId": tender_id(10**6 + n), "cancelledAt": WHEN, "scope": "whole",
                             "reasonCode": CANARY}, CANCELLED), ()),
    "a megabyte": lambda n: (structured(f"w{n}", plan(n, f"{CANARY} {'x' * 1_000_000}")), ()),
    "over a megabyte": lambda _n: (CANARY.encode() + b"x" * LARGEST, ()),
}  # fmt: skip
LARGE = ("a megabyte", "over a megabyte")


@dataclass
class Sender:
    """The other system: it makes messages up, and remembers what can be repeated, reused and mended."""

    chance: random.Random
    sent: list[Message] = field(default_factory=list)
    good: list[Message] = field(default_factory=list)
    to_mend: list[int] = field(default_factory=list)

    def accept(self, value: bytes, headers: Headers, id_: str) -> None:
        """Send something that is good."""
        self.good.append(Message(value, "accepted", headers, id_))
        self.sent.append(self.good[-1])

    def send(self, kind: str) -> None:
        """Send one message of a kind."""
        n = len(self.sent)
        match kind:
            case "good":
                self.accept(structured(f"m{n}", plan(n, f"Plan {n}")), (), f"m{n}")
            case "binary":
                self.accept(json.dumps(plan(n, f"Plan {n}")).encode(), binary(f"m{n}"), f"m{n}")
            case "changed":
                self.accept(structured(f"m{n}", plan(0, f"Plan 0, {n}")), (), f"m{n}")
            case "again":
                again = self.chance.choice(self.good)
                self.sent.append(Message(again.value, "repeated", again.headers))
            case "known":
                self.sent.append(Message(structured(f"m{n}", plan(1, "Plan 1")), "repeated"))
            case "reused":
                self.sent.append(Message(structured(self.good[0].id, plan(n, CANARY)), "refused"))
            case "mended" if self.to_mend:
                wrong = self.to_mend.pop()
                self.accept(structured(f"w{wrong}", plan(wrong, f"Plan {wrong}")), (), f"w{wrong}")
            case "large":
                self.refuse(self.chance.choice(LARGE), n)
            case _:
                self.refuse(self.chance.choice([name for name in REFUSED if name not in LARGE]), n)

    def refuse(self, kind: str, n: int) -> None:
        """Send something that is not good; some of it is sent again, mended."""
        value, headers = REFUSED[kind](n)
        self.sent.append(Message(value, "refused", headers))
        if kind == "wrong field":
            self.to_mend.append(n)


KINDS = {
    "good": 25, "binary": 15, "changed": 14.7, "again": 14, "known": 2, "reused": 4, "mended": 2, "large": 0.3, "wrong": 23,
}  # fmt: skip


def messages(count: int, seed: int) -> list[Message]:
    """Give many messages of all kinds, mixed, the same for the same seed."""
    sender = Sender(random.Random(seed))  # noqa: S311 - the same mixture in every run
    sender.send("good")
    sender.send("good")
    while len(sender.sent) < count:
        sender.send(sender.chance.choices(list(KINDS), list(KINDS.values()))[0])
    return sender.sent
