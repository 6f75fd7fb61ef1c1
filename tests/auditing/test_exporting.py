"""Exports: the same log gives the same bytes, however often and wherever the writing was interrupted."""

from pathlib import Path

import pytest

from deploy.local.auditing.exporting import NotThisLog
from tests.auditing.logs import LIVE, LOG, STRANGER, contents, export, garden

SIZES = [0, 1, 255, 256, 257, 600, 66_000]


@pytest.mark.parametrize("size", SIZES)
def test_the_same_log_gives_the_same_bytes(tmp_path: Path, size: int) -> None:
    """Written at once, or written again over itself."""
    entries = garden(size)
    export(tmp_path / "once", entries, live=LIVE)
    export(tmp_path / "twice", entries, live=LIVE)
    export(tmp_path / "twice", entries, live=LIVE)
    assert contents(tmp_path / "once") == contents(tmp_path / "twice")


@pytest.mark.parametrize("first", [0, 1, 200, 256, 300, 599])
def test_an_export_that_goes_on_is_as_one_from_the_beginning(tmp_path: Path, first: int) -> None:
    """What was partial at the former end is gone, and the keys of both parts are there."""
    entries = garden(600)
    export(tmp_path / "whole", entries, live=LIVE)
    export(tmp_path / "parts", entries[:first], live=LIVE)
    export(tmp_path / "parts", entries, live=LIVE)
    assert contents(tmp_path / "parts") == contents(tmp_path / "whole")


@pytest.mark.parametrize("bundles", [0, 1, 2, 3])
def test_an_interrupted_export_is_taken_up_again(tmp_path: Path, bundles: int) -> None:
    """Also where it was interrupted behind an earlier, finished one, and another size is aimed at now."""
    entries = garden(1000)
    export(tmp_path / "whole", entries, live=LIVE)
    export(tmp_path / "parts", entries[:100], live=LIVE)
    export(tmp_path / "parts", entries[:700], live=LIVE, upto=bundles)
    assert (tmp_path / "parts" / LOG / "unfinished").exists()
    export(tmp_path / "parts", entries, live=LIVE)
    assert contents(tmp_path / "parts") == contents(tmp_path / "whole")


def test_only_keys_of_the_log_that_live_are_told(tmp_path: Path) -> None:
    """Who may read one log learns nothing of the persons in another; a destroyed key goes from the list."""
    export(tmp_path, garden(300), live=("subject/0", "subject/3", "contact/elsewhere"))
    assert (tmp_path / LOG / "live-keys").read_text() == "subject/0\nsubject/3\n"
    export(tmp_path, garden(301), live=("subject/3",))
    assert (tmp_path / LOG / "live-keys").read_text() == "subject/3\n"


def test_a_directory_of_a_longer_log_is_not_shortened(tmp_path: Path) -> None:
    """A log never shrinks: that is a restore that lost something, or another suite's directory."""
    export(tmp_path, garden(300))
    with pytest.raises(NotThisLog, match="never shrinks"):
        export(tmp_path, garden(299))


def test_a_directory_of_another_log_is_not_gone_on_with(tmp_path: Path) -> None:
    """What is there does not give the root together with what is new."""
    export(tmp_path, garden(300), by=STRANGER)
    other = [b"{}", *garden(600)[1:]]
    with pytest.raises(NotThisLog, match="do not give the checkpoint's root"):
        export(tmp_path, other)
