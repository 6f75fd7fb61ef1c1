"""The door to the key store: a key a person, a contact or a sole trader, in a Postgres cluster of its own.

Databases of one cluster share their write-ahead log and backups, so a key that lies beside what it seals would be restored
together with it. A key is durable before the first event that it seals, and a destroyed one is never made again.
"""

from collections.abc import Iterable, Mapping
from typing import Final, Protocol

from shared.contracts.values import Key

PURPOSES: Final = ("subject", "contact", "sole-trader", "referral", "winner")
CLAIMS: Final = "claims"
"""The purpose of a service's own key for what is unique and personal, and for what it refused: `claims:<service>`."""


class KeyDestroyed(Exception):
    """The person's key was destroyed: nothing can be added about them any more."""

    def __init__(self, ref: str) -> None:
        self.ref = ref
        super().__init__(
            f"{ref}: its key was destroyed, so nothing personal can be recorded under it; use a new reference"
        )


class EpochUnknown(Exception):
    """Keys are wrapped by a secret that this process was not given."""

    def __init__(self, epoch: str) -> None:
        super().__init__(
            f"keys of epoch {epoch} cannot be read; add that epoch's secret as a line to MEDVERKA_KEYS_SECRET"
        )


def key_ref(purpose: str, ref: str) -> str:
    """Name a key: `subject/<ref>`. It stands in events, so it says nothing of the person."""
    return f"{purpose}/{ref}"


class Keys(Protocol):
    """What a service may do with keys. `PostgresKeys` and `MemoryKeys` pass the same contract test."""

    async def key_for(self, purpose: str, ref: str, person_ref: str | None = None) -> Key:
        """Give the key, made durably if there is none yet; `person_ref` ties it to a person. Raises KeyDestroyed."""
        ...

    async def find(self, refs: Iterable[str]) -> Mapping[str, Key]:
        """Give the keys that are there, by their names (`subject/<ref>`); destroyed ones and others' are missing."""
        ...

    async def destroy(self, ref: str) -> bool:
        """Destroy a key by its name for ever; False where there was none any more."""
        ...

    def forget(self, ref: str) -> None:
        """Drop what this process remembers of a key that another one destroyed."""
        ...
