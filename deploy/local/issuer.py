"""The issuer of tokens for a suite without an identity provider: a key under `.medverka/`, made on first use."""

from datetime import datetime, timedelta
from pathlib import Path

import jwt
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from deploy.local.places import STATE
from deploy.secrets import make, signing_key

ISSUER = "medverka"
AUDIENCE = "medverka"
VALID = timedelta(hours=12)


def private_key(directory: Path = STATE / "issuer") -> bytes:
    """Give the private key's PEM."""
    directory.mkdir(parents=True, exist_ok=True)
    return make(directory, "token_private_key", signing_key)


def public_key(directory: Path = STATE / "issuer") -> Path:
    """Give the file with the public key, as services read it."""
    public = load_pem_private_key(private_key(directory), None).public_key()
    make(directory, "token_public_key", lambda: public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return directory / "token_public_key"


def token(sub: str, roles: list[str], now: datetime, key: bytes, valid: timedelta = VALID) -> str:
    """Give a signed token for a principal in some roles, valid from `now`."""
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": sub, "roles": roles, "iat": now, "exp": now + valid}
    return jwt.encode(claims, key, algorithm="EdDSA")
