"""Invented logs to export: streams, duties and sealed fields as a service would write them, signed with keys of the tests."""

import base64
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from deploy.local.auditing.exporting import Writing
from shared.tlog import merkle
from shared.tlog.checkpoint import Checkpoint
from shared.tlog.note import Signer
from shared.tlog.tiles import WIDTH

LOG = "garden.events"
ORIGIN = "gotland/garden/events"
SIGNER = Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
STRANGER = Signer(ORIGIN, Ed25519PrivateKey.from_private_bytes(bytes(32)))


def event(stream: str, version: int, kind: str = "PlotDug", /, source: str = "/gotland/garden", **data: Any) -> bytes:
    """One event's bytes."""
    told: dict[str, Any] = {
        "specversion": "1.0",
        "id": f"{stream}-{version}",
        "source": source,
        "type": f"se.medverka.{kind}.v1",
    }
    told |= {"subject": stream, "streamversion": version, "data": data}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def sealed(ref: str, text: str = "x") -> dict[str, str]:
    """A sealed field; nobody here opens it."""
    ciphertext = base64.b64encode(text.encode()).decode()
    return {"keyRef": ref, "alg": "A256GCM", "nonce": "AAAAAAAAAAAAAAAA", "ciphertext": ciphertext}


def garden(size: int) -> list[bytes]:
    """A log of so many entries in which plots have histories, some duties end, and some fields are sealed."""
    entries, versions = [], dict[str, int]()
    for index in range(size):
        plot = f"plot/{index % 37}"
        version = versions[plot] = versions.get(plot, 0) + 1
        secret: dict[str, Any] = {"note": sealed(f"subject/{index % 5}", f"{index}")} if index % 3 == 0 else {}
        entries.append(event(plot, version, depth=index, **secret))
    return entries


def checkpoint(entries: Sequence[bytes]) -> Checkpoint:
    """The checkpoint of all entries."""
    return Checkpoint(ORIGIN, len(entries), merkle.root([merkle.leaf(entry) for entry in entries]))


def export(
    directory: Path, entries: Sequence[bytes], *, by: Signer = SIGNER, live: Iterable[str] = (), upto: int | None = None
) -> Path:
    """Export a log; `upto`: interrupt it behind so many bundles."""
    signed = checkpoint(entries)
    writing = Writing(directory / LOG, signed, signed.signed([by]))
    for at in list(range(writing.next_index, len(entries), WIDTH))[:upto]:
        writing.add(entries[at : at + WIDTH])
    if upto is None:
        writing.finish(live)
    return directory / LOG


LIVE = tuple(f"subject/{number}" for number in range(5))


def contents(directory: Path) -> dict[str, bytes]:
    """All files below a directory."""
    return {p.relative_to(directory).as_posix(): p.read_bytes() for p in directory.rglob("*") if p.is_file()}
