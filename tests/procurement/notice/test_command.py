"""`./medverka notice`, as its caller sees it."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.explained import WrongCall
from deploy.local.notice import main
from deploy.local.places import ROOT
from services.procurement.notice.reader import read
from tests.procurement.notice.building import (
    buyer,
    cac,
    cbc,
    document,
    efac,
    extension,
    language,
    lot,
    notice,
    organisation,
    organisations,
    party_name,
    party_number,
    project,
    qualification,
    requirement,
    terms,
)


def _file(directory: Path, name: str, data: bytes) -> str:
    path = directory / name
    path.write_bytes(data)
    return str(path)


def test_json_is_a_line_a_notice_in_the_files_order(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """UTF-8, whatever the notice's own encoding was."""
    files = [
        _file(tmp_path, "b.xml", notice(cbc("VersionID", "å"))),
        _file(tmp_path, "a.xml", document(cbc("VersionID", "ö")).encode("utf-16")),
    ]
    assert main([*files, "--json"]) == 0
    out, err = capfdbinary.readouterr()
    assert [json.loads(line)["notice_version"] for line in out.splitlines()] == ["å", "ö"]
    assert "å".encode() in out
    assert err == b""


def test_a_refused_file_is_one_line_and_the_others_are_read(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """The line names the file; nothing of it goes to standard output."""
    good = _file(tmp_path, "good.xml", notice(cbc("VersionID", "01")))
    bad = _file(tmp_path, "bad\nname.xml", b"<!DOCTYPE x><x/>")
    missing, directory = str(tmp_path / "missing.xml"), str(tmp_path)
    assert main(["--json", bad, missing, good, directory]) == 1
    out, err = capfdbinary.readouterr()
    assert len(out.splitlines()) == 1
    assert err.decode().splitlines() == [
        f"{tmp_path}/bad name.xml: it has a document type declaration; a notice needs none: remove it",
        f"{missing}: No such file or directory",
        f"{directory}: ingen vanlig fil; spara annonsen i en / no regular file; save the notice in one",
    ]


@pytest.mark.parametrize("argv", [[], ["--json"], ["--no-such-option", "x.xml"]])
def test_a_wrong_call_is_told_apart(argv: list[str]) -> None:
    """One sentence, and exit status 2."""
    with pytest.raises(WrongCall) as wrong:
        main(argv)
    assert wrong.value.exit_code == 2
    assert len(str(wrong.value).splitlines()) == 1


def test_the_example_of_the_help_is_a_call_that_works(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """`--help` shows how to call it, and that is how it is called."""
    with pytest.raises(SystemExit) as exit_:
        main(["--help"])
    assert exit_.value.code == 0
    shown = capfdbinary.readouterr().out.decode()
    [example] = [line.split() for line in shown.splitlines() if line.strip().endswith("annons.xml")]
    file = _file(tmp_path, example[-1], notice())
    assert main([*example[2:-1], file]) == 0


def test_a_person_reads_a_few_lines(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """What is not said is left out, and nothing in a notice commands the terminal."""
    data = notice(
        organisations(organisation("ORG-1", party_name("Region Gotland"), party_number("232100-0826"))),
        language("SWE"),
        cbc("NoticeTypeCode", "cn-social", listName="competition"),
        buyer("ORG-1"),
        project(cbc("Name", "Tvätt\u009b2J", languageID="SWE")),
        lot(terms(qualification(requirement("res-ws"))), project(cbc("Name", "Lakan"))),
    )
    assert main([_file(tmp_path, "n.xml", data)]) == 0
    assert capfdbinary.readouterr().out.decode() == (
        "n.xml: annonserad / published (cn-social)\n"
        "– titel / title: Tvätt 2J\n"
        "– köpare / buyer: Region Gotland (232100-0826)\n"
        "– LOT-0001: Lakan · reserverad / reserved: res-ws\n"
        "\n"
    )


def test_a_person_reads_of_results(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """What became of each lot, also where little is said."""
    result = efac("LotResult", cbc("TenderResultCode", "clos-nw"), efac("TenderLot", cbc("ID", "LOT-0001")))
    data = notice(extension(efac("NoticeResult", result, efac("LotResult"))), cac("ContractingParty"))
    assert main([_file(tmp_path, "n.xml", data)]) == 0
    lines = capfdbinary.readouterr().out.decode().splitlines()
    assert lines[1:3] == ["– resultat / result LOT-0001: clos-nw", "– resultat / result ?: ?"]


def _many(directory: Path) -> list[str]:
    return [_file(directory, f"{number}.xml", notice()) for number in range(120)]


def _command(files: list[str]) -> list[str]:
    return [sys.executable, "-c", "import sys; from deploy.local.notice import main; main(sys.argv[1:])", *files]


def test_long_work_shows_its_progress_on_a_terminal(tmp_path: Path) -> None:
    """The bar goes to standard error, where a person looks, and the notices to where they are sent."""
    ours, theirs = pty.openpty()
    finished = subprocess.run(
        _command([*_many(tmp_path), "--json"]), cwd=ROOT, stdout=subprocess.PIPE, stderr=theirs, check=True
    )
    os.close(theirs)
    assert os.read(ours, 1)
    os.close(ours)
    assert len(finished.stdout.splitlines()) == 120


def test_long_work_shows_no_progress_in_a_pipe(tmp_path: Path) -> None:
    """A log gets no bar."""
    finished = subprocess.run(_command([*_many(tmp_path), "--json"]), cwd=ROOT, capture_output=True, check=True)
    assert finished.stderr == b""


def test_the_model_is_at_hand_without_an_xml_library() -> None:
    """The domain imports the model, and must not drag lxml in with it."""
    code = "import sys, services.procurement.notice.kind; sys.exit('lxml' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_a_notice_is_a_value() -> None:
    """Two readings of the same bytes are equal."""
    data = notice(lot(), cbc("VersionID", "01"))
    assert read(data) == read(data)
