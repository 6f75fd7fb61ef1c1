"""A replay in parts finds what a whole one finds: nothing is lost between the parts, and nothing found twice."""

from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local.replaying.parting import WHOLE, Job, Part, differing, done, states
from deploy.local.replaying.reading import InFiles
from shared.contracts.cloudevent import encode
from tests.placements import stories
from tests.procurement.stories import TENDER, publish, recognised, registered
from tests.procurement.stories import WISE as ENTERPRISE
from tests.replaying.living import GOTLAND, Living
from tests.replaying.test_commands import export
from tests.replaying.test_placements import AS_OF, of, place
from tests.spec import at

OF = 3


def job(service: str, directory: Path, part: Part) -> Job:
    """Give one part of a service whose logs were exported."""
    files = InFiles(tuple(sorted(directory.glob("*.jsonl"))))
    return Job(service, (GOTLAND,), files, AS_OF, part)


def tenders() -> Living:
    """Give procurement, which came to know an enterprise and then tenders; of half of them it recorded nothing."""
    service = Living("procurement")
    for event in (registered(), recognised("2026-02-02")):
        service.hear("registry.events", f"enterprise/{ENTERPRISE}", event, at("2026-02-02"))
    for n in range(8):
        service.reacts = n % 2 == 0
        tender = TENDER.replace("aaaa", f"aa{n:02x}")
        service.do(publish("2026-03-02").model_copy(update={"tender_id": tender}))
    return service


def places(known: int = 3) -> Living:
    """Give placements with six places; nothing was recorded of what is owed for those that are not `known`."""
    service = Living("placements")
    for n in range(6):
        service.do(of(n, stories.report_purchase()), of(n, stories.start()))
    service.until(AS_OF)
    log = service.logs["placements.events"]
    lost = tuple(place(n) for n in range(known, 6))
    log[:] = [each for each in log if not (each.subject.startswith("duty/") and each.subject.endswith(lost))]
    return service


@pytest.mark.parametrize("lived", [tenders, places])
def test_the_parts_together_find_what_the_whole_finds(lived: Callable[[], Living], tmp_path: Path) -> None:
    """The same differences, once each, and as many duties, which lie in more than one part."""
    service = lived()
    directory = export(tmp_path, service)
    for log in service.parts.reactions.follows:
        lines = [encode(each.envelope) + b"\n" for each in service.logs[log]]
        (directory / f"{log}.jsonl").write_bytes(b"".join(lines))
    whole = differing(job(service.parts.name, directory, WHOLE))
    parts = [differing(job(service.parts.name, directory, Part(n, OF))) for n in range(OF)]
    found = sorted((one.wrong, one.duty.id) for part in parts for one in part.differences)
    assert found == sorted((one.wrong, one.duty.id) for one in whole.differences)
    assert found
    assert sum(part.duties for part in parts) == whole.duties
    assert sum(part.duties > 0 for part in parts) > 1


def test_parts_run_in_processes_of_their_own(tmp_path: Path) -> None:
    """What they find comes back from there."""
    service = places(known=6)
    directory = export(tmp_path, service)
    files = InFiles(tuple(sorted(directory.glob("*.jsonl"))))
    each = [Job("placements", (GOTLAND,), files, AS_OF, Part(n, 2)) for n in range(2)]
    found = [duties for _, [duties] in done(states, each)]
    assert {state.kind for duties in found for state in duties.values()} == {"first", "recurring"}
