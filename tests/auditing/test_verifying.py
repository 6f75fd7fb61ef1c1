"""Verifying: a whole log holds, and each thing that can be wrong with one is named by its index, in one sentence."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from deploy.local.auditing.directory import CannotVerify, checkpoints_of, keys_of, verify
from deploy.local.auditing.verifying import Verified
from shared.tlog.checkpoint import Checkpoint
from shared.tlog.note import Signer
from tests.auditing.logs import LIVE, LOG, ORIGIN, SIGNER, STRANGER, checkpoint, event, export, garden, sealed

KEYS = [SIGNER.key]


def verified(directory: Path, older: Sequence[Checkpoint] = ()) -> Verified:
    """What is found of the one log."""
    (found,) = verify(directory, KEYS, older)
    return found


def of(directory: Path, entries: Sequence[bytes], live: Sequence[str] = LIVE) -> Verified:
    """Export entries and verify them."""
    export(directory, entries, live=live)
    return verified(directory)


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 600, 66_000])
def test_a_whole_log_holds(tmp_path: Path, size: int) -> None:
    """Every size at which tiles are full, partial or missing."""
    found = of(tmp_path, garden(size))
    assert found.fault is None
    assert found.checkpoint is not None
    assert (found.checkpoint.size, len(found.entries.versions)) == (size, min(size, 37))


@pytest.mark.parametrize("index", [0, 255, 256, 599])
def test_a_changed_entry_is_named(tmp_path: Path, index: int) -> None:
    """The first whose bytes do not give their leaf."""
    entries = garden(600)
    path = export(tmp_path, entries, live=LIVE)
    number, width = index // 256, min(256, 600 - index // 256 * 256)
    file = path / f"tile/entries/{number:03d}{f'.p/{width}' if width < 256 else ''}"
    data = file.read_bytes()
    at = sum(len(one) + 2 for one in entries[number * 256 : index]) + 2
    file.write_bytes(data[:at] + b"[" + data[at + 1 :])
    assert str(verified(tmp_path).fault).startswith(f"{LOG} index {index}: the entry does not give the hash")


def test_an_entry_that_was_changed_with_all_its_tiles_is_seen_in_the_root(tmp_path: Path) -> None:
    """Whoever reckons all tiles anew still has no signature."""
    entries = garden(600)
    path = export(tmp_path, entries, live=LIVE)
    note = (path / "checkpoint").read_bytes()
    forged = [*entries[:300], entries[300].replace(b"PlotDug", b"PlotHid"), *entries[301:]]
    other = export(tmp_path / "forged", forged, live=LIVE)
    (other / "checkpoint").write_bytes(note)
    (found,) = verify(tmp_path / "forged", KEYS)
    assert "do not give the root that the checkpoint has" in str(found.fault)


def test_a_forged_log_under_another_key_is_refused(tmp_path: Path) -> None:
    """Same name, another key: nobody trusted has signed it."""
    export(tmp_path, garden(10), by=STRANGER, live=LIVE)
    assert "no trusted key has signed it" in str(verified(tmp_path).fault)


def test_a_roll_back_and_a_fork_are_seen_by_who_kept_a_checkpoint(tmp_path: Path) -> None:
    """Signed with the true key, so nothing else shows it."""
    entries = garden(600)
    export(tmp_path / "now", entries, live=LIVE)
    for size in (0, 1, 255, 256, 257, 512, 599, 600):
        assert verified(tmp_path / "now", [checkpoint(entries[:size])]).fault is None
        if size:
            forked = checkpoint([*entries[: size - 1], b"another"])
            assert "the log was forked" in str(verified(tmp_path / "now", [forked]).fault)
    assert "rolled back" in str(verified(tmp_path / "now", [checkpoint(garden(601))]).fault)


def test_a_stream_version_that_is_left_out_is_named(tmp_path: Path) -> None:
    """1 to n in each stream."""
    entries = [event("plot/1", 1), event("plot/2", 1), event("plot/1", 3)]
    assert str(of(tmp_path, entries).fault) == f"{LOG} index 2: the entry is version 3 of plot/1, where 2 is next"


DUTY = "duty/gs-4.first/1"
AROSE = event(DUTY, 1, "DutyArose")


@pytest.mark.parametrize(
    ("then", "why"),
    [
        ([event(DUTY, 2, "DutyArose")], "lets duty/gs-4.first/1 arise twice"),
        ([event(DUTY, 2, "DutyDischarged"), event(DUTY, 3, "DutyDischarged")], "has ended already"),
        ([event(DUTY, 2, "DutyVoided"), event(DUTY, 3, "DutyFellOverdue")], "has ended already"),
        ([event(DUTY, 2, "DutyWaived"), event(DUTY, 3, "DutyLapsed")], "has ended already"),
    ],
)
def test_a_duty_lives_once(tmp_path: Path, then: list[bytes], why: str) -> None:
    """It arises once and ends once."""
    found = of(tmp_path, [AROSE, *then])
    assert found.fault is not None
    assert found.fault.index == len(then)
    assert why in found.fault.what


@pytest.mark.parametrize(
    "kinds",
    [
        ("DutyReminded", "DutyFellOverdue", "DutyEscalated", "DutyDischarged"),
        ("DutyLapsed", "DutyDischarged"),
        ("DutyVoided", "EventCorrected", "DutyDischarged"),
    ],
)
def test_a_duty_may_end_late_or_be_corrected(tmp_path: Path, kinds: Sequence[str]) -> None:
    """What lapsed may be done all the same, and an end that never happened is taken back."""
    entries = [AROSE, *(event(DUTY, n, kind) for n, kind in enumerate(kinds, 2))]
    assert of(tmp_path, entries).fault is None


def test_a_duty_does_not_live_before_it_arose(tmp_path: Path) -> None:
    """Its first event is that it arose."""
    assert "precedes the arising" in str(of(tmp_path, [event(DUTY, 1, "DutyDischarged")]).fault)


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (b"", "is no JSON"),
        (b"\xff\xfe", "is no JSON"),
        (b"[1]", "is no JSON object"),
        (b"[" * 60_000, "is no JSON"),
        (b"{}", "is no event"),
        (event("plot/1", 1).replace(b"1,", b"true,"), "is no event"),
        (event("plot/1", 1, source="/gotland/kitchen"), "does not come from /gotland/garden"),
        (event("person/1", 1, "SubjectErased", personRef="1"), "without naming a decision"),
    ],
)
def test_an_entry_that_is_no_event_of_the_service_is_named(tmp_path: Path, entry: bytes, why: str) -> None:
    """Whatever was appended and signed, it is told and never raises."""
    assert why in str(of(tmp_path, [event("plot/9", 1), entry]).fault)


SECRET = event("plot/1", 1, note=sealed("subject/7"), items=[{"a/b": sealed("contact/8")}])
ERASED = event("person/7", 1, "SubjectErased", personRef="7", decision={"dnr": "RS 2026/1"})


def test_a_field_is_readable_while_its_key_lives(tmp_path: Path) -> None:
    """Both fields of the event."""
    found = of(tmp_path, [SECRET], live=["subject/7", "contact/8"])
    assert (found.fault, found.fields.readable) == (None, 2)


def test_a_field_is_redacted_after_an_erasure_by_decision(tmp_path: Path) -> None:
    """The log's bytes are as they were, and say why nobody can read them."""
    found = of(tmp_path, [SECRET, ERASED], live=["contact/8"])
    assert (found.fault, found.fields.readable, found.fields.redacted) == (None, 1, 1)


def test_a_key_destroyed_without_a_decision_is_unexplained(tmp_path: Path) -> None:
    """Somebody made history unreadable and said nothing."""
    found = of(tmp_path, [SECRET], live=["subject/7"])
    assert found.fields.unexplained == 1
    assert str(found.fault) == (
        f"{LOG} index 0: the sealed field /data/items/0/a~1b has no key, and no erasure explains it"
    )


def test_an_erasure_whose_key_lives_is_none(tmp_path: Path) -> None:
    """The decision was not carried out."""
    assert "its key still lives" in str(of(tmp_path, [SECRET, ERASED], live=["subject/7", "contact/8"]).fault)


def test_an_erasure_counts_in_every_log_of_the_export(tmp_path: Path) -> None:
    """A person's fields stand in other logs than the decision."""
    other = Signer("gotland/garden/kitchen", SIGNER._private)  # noqa: SLF001 - one service's key, another log's name
    export(tmp_path, [SECRET], live=["contact/8"])
    (tmp_path / LOG).rename(tmp_path / "kept")
    path = export(tmp_path, [ERASED])
    signed = Checkpoint(other.name, 1, checkpoint([ERASED]).root)
    (path / "checkpoint").write_bytes(signed.signed([other]))
    path.rename(tmp_path / "garden.kitchen")
    (tmp_path / "kept").rename(tmp_path / LOG)
    found = verify(tmp_path, [SIGNER.key, other.key])
    assert [(one.log, one.fault) for one in found] == [(LOG, None), ("garden.kitchen", None)]
    assert found[0].fields.redacted == 1


def grown(path: Path, name: str) -> None:
    """A file of 20 MB where a small one belongs."""
    with (path / name).open("ab") as file:
        file.truncate(20_000_000)


def pipe(path: Path, name: str) -> None:
    """A pipe that nobody writes to: to open it would wait for ever."""
    (path / name).unlink()
    os.mkfifo(path / name)


def link(path: Path, name: str) -> None:
    """A link to something endless."""
    (path / name).unlink()
    (path / name).symlink_to("/dev/zero")


def gone(path: Path, name: str) -> None:
    """Nothing."""
    (path / name).unlink()


def directory(path: Path, name: str) -> None:
    """A directory."""
    (path / name).unlink()
    (path / name).mkdir()


def garbage(path: Path, name: str) -> None:
    """Bytes of no meaning."""
    (path / name).write_bytes(bytes(range(256)))


@pytest.mark.parametrize("spoil", [grown, pipe, link, gone, directory, garbage])
@pytest.mark.parametrize(
    "name", ["checkpoint", "live-keys", "tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/001.p/44"]
)
def test_no_file_makes_it_wait_or_break(tmp_path: Path, name: str, spoil: Callable[[Path, str], None]) -> None:
    """Whatever lies in a file's place is a fault and no trace."""
    path = export(tmp_path, garden(300), live=LIVE)
    spoil(path, name)
    assert verified(tmp_path).fault is not None


@pytest.mark.parametrize("name", ["tile/0/002", "tile/0/001.p/43", "tile/entries/x001/000", "more", "tile/0/٠٠٠"])
def test_what_nobody_signed_has_no_place_in_a_log(tmp_path: Path, name: str) -> None:
    """A further tile, an older partial one, a note."""
    path = export(tmp_path, garden(300), live=LIVE)
    (path / name).parent.mkdir(parents=True, exist_ok=True)
    (path / name).write_bytes(b"x")
    assert "is no part of a log of 300 entries" in str(verified(tmp_path).fault)


def test_a_log_that_was_left_out_is_missed(tmp_path: Path) -> None:
    """A trusted key without its log; and a log without a trusted key."""
    export(tmp_path, garden(3), live=LIVE)
    other = Signer("gotland/garden/kitchen", STRANGER._private)  # noqa: SLF001 - made here
    faults = {one.log: str(one.fault) for one in verify(tmp_path, [other.key])}
    assert faults["garden.kitchen"] == "garden.kitchen: the log is not in this directory"
    assert faults[LOG] == f"{LOG}: no trusted key is of this log"


def test_one_log_s_directory_cannot_stand_in_for_another_s(tmp_path: Path) -> None:
    """Both are signed by the same service."""
    other = Signer("gotland/garden/kitchen", SIGNER._private)  # noqa: SLF001 - made here
    export(tmp_path, garden(3), live=LIVE).rename(tmp_path / "garden.kitchen")
    (found,) = verify(tmp_path, [other.key])
    assert "checkpoint is refused" in str(found.fault)


def test_an_interrupted_export_says_so(tmp_path: Path) -> None:
    """It is not tampering, and cannot be verified."""
    export(tmp_path, garden(600), upto=1)
    (tmp_path / LOG / "checkpoint").write_bytes(b"x")
    assert "interrupted" in str(verified(tmp_path).fault)


def test_a_hostile_name_does_not_reach_the_terminal(tmp_path: Path) -> None:
    """Control characters are shown as what they are not."""
    said = str(of(tmp_path, [event("plot/\x1b[2J", 2)]).fault)
    assert "\x1b" not in said


def test_what_is_given_to_verify_with_is_told_if_it_is_of_no_use(tmp_path: Path) -> None:
    """Keys, older checkpoints and directories that are none."""
    file = tmp_path / "keys"
    for text in ("", "no key\n", f"{ORIGIN}+00000000+AAAA\n", f"{SIGNER.key}"):
        file.write_text(text)
        with pytest.raises(CannotVerify):
            keys_of(str(file))
    file.write_text(f"{SIGNER.key}\n")
    assert keys_of(str(file)) == keys_of(str(SIGNER.key)) == KEYS
    with pytest.raises(CannotVerify):
        keys_of(str(tmp_path / "nowhere"))
    with pytest.raises(CannotVerify):
        verify(tmp_path / "nowhere", KEYS)
    (tmp_path / "note").write_bytes(checkpoint([]).signed([STRANGER]))
    for path in (tmp_path / "note", tmp_path / "nowhere", tmp_path):
        with pytest.raises(CannotVerify):
            checkpoints_of(path, KEYS)
