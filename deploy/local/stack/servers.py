"""Where the servers are: the three addresses that everything else is given."""

from collections.abc import Mapping
from dataclasses import dataclass

DATABASE_URL = "MEDVERKA_DATABASE_URL"
KEYS_URL = "MEDVERKA_KEYS_URL"
KAFKA = "MEDVERKA_KAFKA"


@dataclass(frozen=True, slots=True)
class Servers:
    """`database_url` and `keys_url` name each cluster's maintenance database, as a user who may create others."""

    database_url: str
    keys_url: str
    kafka: str  # host:port

    def environment(self) -> Mapping[str, str]:
        """The variables by which another process finds the same servers."""
        return {DATABASE_URL: self.database_url, KEYS_URL: self.keys_url, KAFKA: self.kafka}


def given_all(environment: Mapping[str, str]) -> bool:
    """Whether the environment names every server."""
    return all(environment.get(name) for name in (DATABASE_URL, KEYS_URL, KAFKA))
