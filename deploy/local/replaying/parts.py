"""A service as its composition root puts it together, under any authority's file; nothing of it is started."""

from importlib import import_module
from pathlib import Path

from pydantic import SecretStr

from shared.parts import Parts
from shared.settings import Settings

UNUSED = "a replay starts nothing"


def parts_of(service: str, authority: Path) -> Parts:
    """Put a service together. Raises AuthorityFileWrong."""
    settings = Settings(
        service=service, database_url=SecretStr(UNUSED), keys_url=SecretStr(UNUSED), keys_secret=Path(UNUSED),
        checkpoint_key=Path(UNUSED),
        kafka=UNUSED, authority=authority, token_keys=UNUSED, token_issuer=UNUSED,
    )  # fmt: skip
    parts: Parts = import_module(f"services.{service}.app").parts(settings)
    return parts
