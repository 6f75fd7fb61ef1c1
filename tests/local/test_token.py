"""`./medverka token`: a token that the embedded suite accepts."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local import issuer
from deploy.local.explained import WrongCall
from deploy.local.places import ROOT
from deploy.local.token import asked_role, main
from shared.clock import SystemClock
from shared.http.principal import Tokens, read_keys


async def test_the_suite_accepts_the_token(capsys: pytest.CaptureFixture[str]) -> None:
    """One line on stdout, which a service that reads the stack's public key takes for the role."""
    assert main(["--role", "buying-board", "--board", "education"]) == 0
    token = capsys.readouterr().out.removesuffix("\n")
    keys = read_keys(str(issuer.public_key()))
    tokens = Tokens(keys, issuer=issuer.ISSUER, audience=issuer.AUDIENCE, now=SystemClock().now)
    principal = await tokens.principal(f"Bearer {token}")
    assert (principal.sub, principal.roles) == ("local-buying-board-education", ("buying-board:education",))


def test_a_person_can_be_named_by_reference(capsys: pytest.CaptureFixture[str]) -> None:
    """Two officers of one role are needed where a second person must approve."""
    assert main(["--role", "auditor", "--sub", "a-1"]) == main(["--role", "auditor", "--sub", "a-2"]) == 0
    one, other = capsys.readouterr().out.split()
    assert one != other


@pytest.mark.parametrize(
    ("role", "board"),
    [
        ("janitor", None),
        ("buying-board", None),
        ("auditor", "education"),
        ("buying-board", "Ö"),
        ("buying-board:", None),
        ("", None),
    ],
)
def test_a_role_that_there_is_not_is_told(role: str, board: str | None) -> None:
    """One sentence that names the roles, or the board that is missing."""
    with pytest.raises(WrongCall) as caught:
        asked_role(role, board)
    assert "\n" not in str(caught.value)


def test_a_wrong_role_leaves_with_2() -> None:
    """On the command line: one line on stderr, nothing on stdout, and no trace."""
    command = [sys.executable, "-m", "deploy.local", "token", "--role", "janitor"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert "janitor" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("--project", "other"), "--against compose"),
        (("--against", "kubernetes"), "kubernetes"),
        (("--against", "compose", "--project", "No Such Project"), "No Such Project"),
        (("--against", "compose", "--project", "medverka-that-never-ran"), "medverka-that-never-ran"),
        (("--boards", "x"), "--boards"),
    ],
)
def test_a_token_that_cannot_be_had_is_one_sentence(arguments: tuple[str, ...], named: str) -> None:
    """A wrong call, or a suite in compose that is not there: one line that names it, nothing on stdout, and no trace."""
    command = [sys.executable, "-m", "deploy.local", "token", "--role", "auditor", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode in (1, 2)
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert named in done.stderr or "docker" in done.stderr


@pytest.mark.parametrize("call", [("token",), ("demo", "--lang", "de"), ("up", "--jsn"), ("notice",)])
def test_a_wrong_call_is_one_sentence(call: tuple[str, ...]) -> None:
    """What is missing or unknown, and where the help is; exit 2."""
    done = subprocess.run(
        [sys.executable, "-m", "deploy.local", *call], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    [line] = done.stderr.splitlines()
    assert line.startswith(f"medverka: {call[0]}: ")
    assert line.endswith(f"./medverka {call[0]} --help")


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_a_notice_is_read_from_a_regular_file_alone(tmp_path: Path, make: Callable[[Path], None]) -> None:
    """A named pipe that nobody writes is refused at once, and is not waited for; so is a directory."""
    path = tmp_path / "annons.xml"
    make(path)
    done = subprocess.run(
        [sys.executable, "-m", "deploy.local", "notice", str(path)],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    [line] = done.stderr.splitlines()
    assert line.startswith(str(path))
    assert "regular file" in line
