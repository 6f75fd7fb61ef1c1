"""The bytes of every event version, kept for ever: what an event of a fixed example encodes to is what its file holds."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from shared.contracts.cloudevent import Catalogue, Envelope, Event, encode
from shared.policy.stockholm import start_of
from tests.spec import at

GOLDEN = Path(__file__).with_name("golden")
ENC: dict[str, Any] = {"keyRef": "key-1", "alg": "A256GCM", "nonce": "bm9uY2U=", "ciphertext": "c2VhbGVk"}
DOCUMENT: dict[str, Any] = {
    "dnr": "RS 2026/12", "sha256": "ab" * 32, "diarisedOn": "2026-02-16", "secrecy": "none",
}  # fmt: skip
DECISION: dict[str, Any] = {
    "dnr": "RS 2026/17", "decidedOn": "2026-04-01", "decidedByRole": "registry-officer", "delegationPoint": "7.2",
}  # fmt: skip


def id_(n: int) -> str:
    """Give the n-th id."""
    return f"01930000-0000-7000-8000-{n:012x}"


def example(event: Event, service: str, subject: str) -> Envelope:
    """Put an event into the same envelope each time."""
    return Envelope(
        specversion="1.0",
        id=id_(1),
        source=f"/gotland/{service}",
        type=event.TYPE,
        subject=subject,
        time=at("2026-12-01"),
        datacontenttype="application/json",
        occurredat=event.occurred_at(start_of(at("2026-11-30").date())),
        streamversion=1,
        actor="staff-1",
        commandkey="key-1",
        commandend=True,
        correlationid="correlation-1",
        data=event,
    )


def file_of(service: str, event: type[Event]) -> Path:
    """Give the file of an event's version: `golden/registry/EnterpriseRegistered.v1.json`."""
    return GOLDEN / service / f"{event.TYPE.removeprefix('se.medverka.')}.json"


def hold(event: Event, service: str, subject: str) -> None:
    """See that the event encodes to its file's bytes, and that they are read as the same event."""
    envelope, kept = example(event, service, subject), file_of(service, type(event)).read_bytes()
    assert encode(envelope) == kept.rstrip(b"\n")
    assert Catalogue([type(event)]).decode(kept) == envelope


def complete(service: str, events: Iterable[type[Event]]) -> None:
    """See that each event has its file, and each file its event."""
    assert {file_of(service, event) for event in events} == set((GOLDEN / service).glob("*.json"))
