"""What `replay`, `what-if` and `check` say of a replay: who may know of single duties is told of them, others get counts."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from deploy.local import replay, what_if
from deploy.local.checking.duties import checked
from deploy.local.explained import WrongCall
from deploy.local.replaying.asking import Replayed
from deploy.local.suite import SERVICES
from shared.contracts.cloudevent import Recorded, encode
from shared.policy.role import Role
from shared.replaying.comparing import differences
from tests.replaying.living import GOTLAND, Living
from tests.replaying.test_placements import shorter

AS_OF = date(2026, 3, 1)


def export(directory: Path, *lived: Living) -> Path:
    """Write the logs of all services, empty where nothing was recorded."""
    logs: dict[str, list[Recorded]] = {log: [] for name in SERVICES for log in Living(name).parts.logs}
    for service in lived:
        logs |= {log: service.logs[log] for log in service.parts.logs}
    for name, events in logs.items():
        lines = [encode(event.envelope) + b"\n" for event in events]
        (directory / f"{name}.jsonl").write_bytes(b"".join(lines))
    return directory


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    """Run `replay` with JSON."""
    code = replay.main([*arguments, "--json"])
    return code, json.loads(capsys.readouterr().out)


def test_an_export_of_a_sound_log_differs_nowhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Read from bytes as published: exit 0."""
    whole = export(tmp_path, Living("consultation").until(AS_OF))
    code, told = run(capsys, "--from-export", str(whole), "--as-of", "2026-03-01")
    assert (code, told["ok"]) == (0, True)
    assert {each["service"]: each.get("duties") for each in told["services"]}["consultation"] == 1


def test_a_missing_duty_is_told_with_clause_trigger_and_ids(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit 1, the lawful due day, and by how many days it is known late."""
    code, told = run(capsys, "--from-export", str(export(tmp_path)), "--as-of", "2026-03-01")
    [found] = next(each["differences"] for each in told["services"] if each["service"] == "consultation")
    assert code == 1
    assert (found["wrong"], found["dutyId"], found["clause"]) == ("missing", "gs-7.initiative/2026", "GS-7")
    assert found["trigger"] == {"on": "2026-01-01", "causedBy": "tick/year/2026/consultation"}
    assert (found["should"]["dueOn"], found["recorded"], found["knownLateDays"]) == ("2026-09-30", None, 59)


def test_the_same_file_changes_nothing_and_two_runs_are_the_same_bytes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Marked as an assumption, with both files' digests; another file has another digest."""
    whole, other = export(tmp_path, Living("consultation").until(AS_OF)), shorter(tmp_path)
    outputs = []
    for file in (GOTLAND, GOTLAND, other):
        what_if.main(["--from-export", str(whole), "--authority", str(file), "--until", "2026-03-01", "--json"])
        outputs.append(capsys.readouterr().out)
    assert outputs[0] == outputs[1]
    same, assumed = json.loads(outputs[0]), json.loads(outputs[2])
    assert same["kind"] == assumed["kind"] == "antagande / assumption"
    assert same["files"]["now"] == same["files"]["then"] == assumed["files"]["now"] != assumed["files"]["then"]
    assert {cell["difference"] for each in same["services"] for cell in each["cells"]} <= {0, "suppressed"}


def test_an_export_without_one_of_the_logs_is_refused(tmp_path: Path) -> None:
    """A replay without a log would call for what is not owed."""
    whole = export(tmp_path)
    (whole / "registry.events.jsonl").unlink()
    with pytest.raises(WrongCall, match=r"the export lacks registry\.events"):
        replay.main(["--from-export", str(whole), "--as-of", "2026-03-01"])


def test_a_reader_who_may_not_know_a_duty_gets_a_count() -> None:
    """Neither an id nor a small number."""
    service = Living("consultation")
    found = Replayed(service.parts, 1, differences(service.parts, service.logs, AS_OF))
    hidden = replay.told([found], AS_OF, Role("publisher"))
    assert hidden["services"] == [
        {"service": "consultation", "counts": [{"wrong": "missing", "clause": "GS-7", "count": "1-4"}]}
    ]


def test_a_check_fails_where_a_duty_is_missing_and_names_none() -> None:
    """Invariant 5: only kind and clause are told."""
    service = Living("consultation")
    found = checked(Replayed(service.parts, 1, differences(service.parts, service.logs, AS_OF)))
    assert (found.ok, found.detail) == (
        False, "duties of consultation: missing GS-7; see ./medverka replay, which names each",
    )  # fmt: skip
    service.until(AS_OF)
    assert checked(Replayed(service.parts, 1, differences(service.parts, service.logs, AS_OF))).ok
