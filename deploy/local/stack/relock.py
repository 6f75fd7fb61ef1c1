"""Writes the lock files of the jars anew: `python -m deploy.local.stack.relock`, after a version below was changed."""

import hashlib
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from jgo.maven import MavenContext

from deploy.local.stack.jars import LOCKS, jdk_for_jgo


class Wanted(NamedTuple):
    """What we ask for by name."""

    coordinates: str
    with_dependencies: bool


WANTED: Mapping[str, Sequence[Wanted]] = {
    "kafka": (
        Wanted("org.apache.kafka:kafka_2.13:4.3.0", with_dependencies=True),
        # Alone, since its parent file would change Kafka's versions (decision 12).
        Wanted("org.apache.logging.log4j:log4j-slf4j-impl:2.25.4", with_dependencies=False),
    ),
    "eforms-sdk": (Wanted("eu.europa.ted.eforms:eforms-sdk:1.15.1", with_dependencies=False),),
}


def lines(context: MavenContext, wanted: Wanted) -> Iterator[str]:
    """A line for each jar that `wanted` comes to, with the digest of what is fetched now."""
    asked, further = context.resolver.resolve([context.create_dependency(wanted.coordinates)])
    for dependency in [*asked, *(further if wanted.with_dependencies else ())]:
        digest = hashlib.sha256(dependency.artifact.resolve().read_bytes()).hexdigest()
        yield f"{dependency.groupId}:{dependency.artifactId}:{dependency.version} {digest}"


def main() -> int:
    """Resolve everything and write the files."""
    with jdk_for_jgo(), tempfile.TemporaryDirectory() as fetched:
        context = MavenContext(repo_cache=Path(fetched))
        for name, all_wanted in WANTED.items():
            locked = sorted({line for wanted in all_wanted for line in lines(context, wanted)})
            (LOCKS / f"{name}.jars").write_text("\n".join(locked) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
