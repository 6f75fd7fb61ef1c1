"""The servers that tests run on: the environment's, else Docker's, else embedded ones; never none."""

import os
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import pytest

from deploy.local.places import STATE
from deploy.local.stack import EmbeddedStack, Servers, databases, fresh_directory
from deploy.local.stack.servers import given_all
from shared.policy.authority import Authority
from tests.authorities import GOTLAND, NORRVINGE, run_over
from tests.docker_servers import docker_is_ready, docker_servers

# How long an example takes says something of the machine and nothing of the rule; speed is measured by `medverka bench`.
hypothesis.settings.register_profile("medverka", deadline=None)
hypothesis.settings.load_profile("medverka")

POLICY = Path(__file__).parent / "policy"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test of the policy over both authorities, and others that are marked `both`; `gotland`: over that one."""
    marks = {mark.name for mark in metafunc.definition.iter_markers()}
    of_one = "gotland" in marks or any("in_force" in m.args[0] for m in metafunc.definition.iter_markers("parametrize"))
    if not of_one and (POLICY in metafunc.definition.path.parents or "both" in marks):
        metafunc.parametrize("in_force", [GOTLAND, NORRVINGE], ids=lambda one: one.code, indirect=True)


@pytest.fixture(autouse=True)
def in_force(request: pytest.FixtureRequest) -> Iterator[Authority]:
    """Run the test over an authority: it is what `tests.authorities.authority` gives while the test runs."""
    one = getattr(request, "param", GOTLAND)
    with run_over(one):
        yield one


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """The three servers, once for the whole run."""
    if not given_all(os.environ) and os.environ.get("MEDVERKA_TEST_SERVERS") != "embedded" and docker_is_ready():
        with docker_servers() as containers:
            yield containers
    else:
        with fresh_directory(STATE / "tests") as directory, EmbeddedStack(directory) as stack:
            yield stack.servers


@pytest.fixture
async def database(servers: Servers) -> AsyncIterator[str]:
    """The address of an empty database of the services' cluster, for one test."""
    name = f"test_{uuid.uuid4().hex}"
    yield await databases.create(servers.database_url, name)
    await databases.drop(servers.database_url, name)


@pytest.fixture
async def keys_database(servers: Servers) -> AsyncIterator[str]:
    """The address of an empty database of the keys' cluster, for one test."""
    name = f"test_{uuid.uuid4().hex}"
    yield await databases.create(servers.keys_url, name)
    await databases.drop(servers.keys_url, name)


@pytest.fixture
def topic_prefix() -> str:
    """A prefix that no other test's topics have."""
    return f"test-{uuid.uuid4().hex[:12]}."
