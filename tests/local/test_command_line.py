"""`./medverka` finds its commands, and tells whatever goes wrong in one sentence."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.__main__ import report
from deploy.local.commands import COMMANDS
from deploy.local.explained import Explained, WrongCall
from deploy.local.places import ROOT
from shared.policy.authority import AuthorityFileWrong, load

LINKS = re.compile(r"\]\(([^)#:]+)\)")
README = (ROOT / "README.md").read_text()


def medverka(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line."""
    argv = [sys.executable, "-m", "deploy.local", *arguments]
    return subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("arguments", [(), ("--help",), ("-h",), ("help",)])
def test_without_a_command_all_are_listed(arguments: tuple[str, ...]) -> None:
    """The overview names every command, Swedish first."""
    told = medverka(*arguments)
    assert told.returncode == 0
    for name, command in COMMANDS.items():
        assert f"  {name} " in told.stdout
        assert told.stdout.index(command.swedish) < told.stdout.index(command.english)


def test_an_unknown_command_is_a_wrong_call() -> None:
    """One sentence with what there is, and exit 2."""
    told = medverka("dmeo")
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr == f"medverka: 'dmeo' is no command of ./medverka; there are {', '.join(COMMANDS)}\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_helps_with_an_example(name: str) -> None:
    """`--help` ends well and shows how the command is called."""
    told = medverka(name, "--help")
    assert told.returncode == 0, told.stderr
    assert f"medverka {name}" in told.stdout
    assert "xample" in told.stdout or "xempel" in told.stdout


@pytest.mark.parametrize("name", [name for name in COMMANDS if name != "test"])
def test_a_wrong_option_is_a_wrong_call(name: str) -> None:
    """An option that a command does not know is exit 2, without a trace."""
    told = medverka(name, "--no-such-option")
    assert told.returncode == 2
    assert "Traceback" not in told.stderr


def test_an_explained_error_is_its_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """An error that explains itself ends with its own exit code, and so do several at once."""
    assert report(WrongCall("what, where, what to do")) == 2
    assert capsys.readouterr().err == "medverka: what, where, what to do\n"
    assert report(ExceptionGroup("tasks", [Explained("one"), ExceptionGroup("more", [WrongCall("two")])])) == 2
    assert capsys.readouterr().err == "medverka: one\nmedverka: two\n"


def test_a_full_disk_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """What the system refuses about a file is told with the file's name."""
    with pytest.raises(OSError, match="Not a directory") as caught:
        (ROOT / "README.md" / "x").touch()
    assert report(caught.value) == 1
    assert capsys.readouterr().err.startswith(f"medverka: {ROOT / 'README.md' / 'x'}: Not a directory; see to ")


def test_an_unforeseen_error_goes_to_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    """Its sentence names the file that has the trace; a group counts as unforeseen if one of it is."""
    unforeseen = ExceptionGroup("tasks", [Explained("told"), KeyError("lost")])
    assert report(unforeseen) == 1
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    file = Path(told.strip().rpartition(" with ")[2])
    assert "KeyError: 'lost'" in file.read_text()


def test_a_reader_that_leaves_is_no_error() -> None:
    """`./medverka | head -0` prints no trace."""
    process = subprocess.Popen(
        [sys.executable, "-m", "deploy.local"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait() == 1


def test_the_readme_shows_commands_and_files_that_exist() -> None:
    """The block of commands is `demo` and `test`, and every link leads to something."""
    block = re.search(r"```sh\n(.*?)```", README, re.DOTALL)
    assert block is not None
    commands = [line.split("#")[0].split() for line in block[1].splitlines()]
    assert commands == [["./medverka", "demo"], ["./medverka", "test"]]
    assert {name for _, name in commands} <= set(COMMANDS)
    for link in LINKS.findall(README):
        assert (ROOT / link).exists(), link
    assert os.access(ROOT / "medverka", os.X_OK)
    assert README.count("\n") <= 50


def test_a_wrong_authority_s_file_is_a_wrong_call(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Its own sentence with the file, and exit 2; nothing to report to us."""
    with pytest.raises(AuthorityFileWrong) as wrong:
        load(tmp_path / "nowhere.toml")
    assert report(wrong.value) == 2
    told = capsys.readouterr().err
    assert "nowhere.toml" in told
    assert "unexpected" not in told
