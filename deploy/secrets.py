"""Makes what is secret in a deployment, once: `python -m deploy.secrets DIRECTORY`.

A file a secret, named as the settings want them. What is there is left alone, so running it again changes nothing. Where an
operator has a vault, it is mounted in this directory's place and this is not run.
"""

import argparse
import secrets
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

SERVICES = ("registry", "placements", "procurement", "consultation")
CLUSTERS = {"postgres": "medverka_database_url", "keys": "medverka_keys_url"}
PASSWORD_BYTES = 32


def password() -> bytes:
    """Give a password that needs no quoting in a URL."""
    return secrets.token_urlsafe(PASSWORD_BYTES).encode()


def make(directory: Path, name: str, content: Callable[[], bytes]) -> bytes:
    """Give a secret's content; write it first where it is not there, whole or not at all.

    Whoever sees the directory may read it: each container is shown its own directory and no other.
    """
    path = directory / name
    if not path.exists():
        new = path.with_suffix(".new")
        new.write_bytes(content())
        new.chmod(0o444)
        new.rename(path)
    return path.read_bytes()


def signing_key() -> bytes:
    """Give a private key: that of the issuer of a deployment without an identity provider, or one that a service signs with."""
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def public_of(private: bytes) -> bytes:
    """Give the public key that the services verify tokens with."""
    return (
        load_pem_private_key(private, None).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )


def make_all(root: Path) -> None:
    """Make every secret of the suite: a directory for each who is shown some, and in it nothing of the others."""

    def secret(name: str, content: Callable[[], bytes]) -> bytes:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        return make(root, name, content)

    wrapping = secret("shared/keys_secret", password)
    issuer = secret("issuer/token_private_key", signing_key)
    for cluster, setting in CLUSTERS.items():
        superuser = secret(f"{cluster}/superuser", password).decode()
        if cluster == "keys":
            owners = f"postgresql://postgres:{superuser}@keys:5432/keys".encode()
            secret("keys-owner/url", partial(bytes, owners))
        for service in SERVICES:
            own = secret(f"{cluster}/{service}", password).decode()
            database = service if cluster == "postgres" else "keys"
            url = f"postgresql://{service}:{own}@{cluster}:5432/{database}".encode()
            secret(f"{service}/{setting}", partial(bytes, url))
    for service in SERVICES:
        secret(f"{service}/keys_secret", partial(bytes, wrapping))
        secret(f"{service}/token_public_key", partial(public_of, issuer))
        secret(f"{service}/checkpoint_key", signing_key)  # a key a service: none can sign for another


def main() -> int:
    """Run."""
    parser = argparse.ArgumentParser(
        description="Makes what is secret in a deployment, once.", epilog="Example: python -m deploy.secrets /secrets"
    )
    parser.add_argument("directory", type=Path)
    arguments = parser.parse_args()
    try:
        make_all(arguments.directory)
    except OSError as error:
        sys.stderr.write(f"{error.filename}: {error.strerror}; name a directory that can be written\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
