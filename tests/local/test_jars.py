"""Jars are what their lock files say."""

import hashlib
from pathlib import Path

import pytest

from deploy.local.stack.jars import JarMissing, LockedJar, fetch_one, jars, locked
from deploy.local.stack.relock import WANTED


@pytest.mark.parametrize("name", WANTED)
def test_every_jar_has_the_locked_digest(name: str) -> None:
    """What lies in the cache is what was locked, and what is asked for by name is among it."""
    digests = {jar.file_name: jar.sha256 for jar in locked(name)}
    assert {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in jars(name)} == digests
    assert {wanted.coordinates for wanted in WANTED[name]} <= {jar.coordinates for jar in locked(name)}


def test_a_jar_with_another_digest_is_refused(tmp_path: Path) -> None:
    """A jar that is not the locked one does not get into the cache."""
    jar = LockedJar("org.jspecify:jspecify:1.0.0", "0" * 64)
    with pytest.raises(JarMissing, match=r"^org.jspecify:jspecify:1.0.0 has digest .*, not the locked 000"):
        fetch_one(jar, tmp_path / "own", tmp_path / "cache")
    assert not (tmp_path / "cache").exists()
