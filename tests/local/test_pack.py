"""`medverka pack`: the parts as files, whose digests are the manifest's, and as a person reads them."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from deploy.local.answers.asking import NotAnswered
from deploy.local.answers.pack import main, shown, written
from deploy.local.explained import WrongCall
from services.consultation.domain.calendar import year_began
from shared.http.showing import json as as_answered
from tests.consultation.stories import initiate
from tests.consultation.world import World
from tests.spec import at


def pack() -> dict[str, object]:
    """A frozen version, as a client gets it over HTTP."""
    world = World().does(year_began(2026), year_began(2027), initiate("2027-05-04", at=at("2027-05-04")))
    answered: dict[str, object] = json.loads(as_answered(world.pack(1, 2027)))
    return answered


def test_the_parts_are_written_with_the_bytes_of_their_digests(tmp_path: Path) -> None:
    """Whoever gets the files can check each by the manifest, and the manifest by the frozen digest."""
    given = pack()
    written(given, tmp_path / "out")
    manifest = (tmp_path / "out/manifest.json").read_bytes()
    assert sha256(manifest).hexdigest() == given["manifestDigest"]
    for part in json.loads(manifest)["parts"]:
        assert sha256((tmp_path / f"out/{part['name']}.json").read_bytes()).hexdigest() == part["sha256"]
    assert json.loads((tmp_path / "out/differences.json").read_bytes()) == []


def test_a_part_that_was_changed_is_not_written(tmp_path: Path) -> None:
    """What does not have the manifest's digest is refused before anything is written."""
    given = pack()
    given["parts"]["contributions"][0]["paid"] = "1"  # type: ignore[index]  # JSON
    with pytest.raises(NotAnswered, match="contributions"):
        written(given, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_nothing_is_written_among_other_files(tmp_path: Path) -> None:
    """A directory that holds something is left alone."""
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(WrongCall, match="not empty"):
        written(pack(), tmp_path)


def test_it_is_shown_as_an_agenda_with_what_it_rests_on(capsys: pytest.CaptureFixture[str]) -> None:
    """The points in their order, in the language asked for."""
    shown(pack(), "sv")
    swedish = capsys.readouterr().out
    assert "Underlag 2027" in swedish
    assert "1. Bidraget och hur det har använts" in swedish
    assert "Inget bidrag är beslutat för 2026" in swedish
    shown(pack(), "en")
    assert "No contribution was decided for 2026" in capsys.readouterr().out


def test_two_ways_of_giving_it_are_one_too_many() -> None:
    """A wrong call is one sentence."""
    with pytest.raises(WrongCall, match="not both"):
        main(["2026", "--json", "--out", "x"])
