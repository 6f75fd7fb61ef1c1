"""Who asks: a bearer JWT (RFC 6750, 7519) of the authority's own issuer, signed with EdDSA or RS256.

`sub` is the principal, and it is what events name as their actor, for ever: so it must be a reference that says nothing of the
person, which the issuer resolves. A name, an e-mail address or a personnummer there is refused.
"""

import asyncio
import base64
import binascii
import json
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import jwt
import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from shared.diagnostics import like_personnummer
from shared.http import problem
from shared.http.problem import NO_PASSWORD, NO_TOKEN, bad_token
from shared.policy.role import BUYING_BOARD, Role, is_buying_board, is_role

LEEWAY_S = 30  # clocks of two machines differ
REMEMBERED = 4_096
SUB = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:|-]{0,99}")
LONGEST = 8_192

PublicKey = Ed25519PublicKey | RSAPublicKey


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks, and the roles that the issuer gave."""

    sub: str
    roles: tuple[Role, ...]

    def acting(self, may: Sequence[Role], board: str | None = None) -> Role | None:
        """Give the role in which the principal may, where one of these may; of buying boards only `board`, if one is named."""
        for role in self.roles:
            if role in may:
                return role
            if BUYING_BOARD in may and is_buying_board(role) and board in {None, role, role.partition(":")[2]}:
                return role
        return None


class KeysUnfit(Exception):
    """What the setting names holds no public key that tokens can be checked with."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(
            f"MEDVERKA_TOKEN_KEYS: {where}: {why}; give the issuer's public Ed25519 or RSA keys, as PEM or JWKS"
        )


@dataclass(frozen=True, slots=True)
class IssuerKey:
    """One of the issuer's keys; `kid` is its name where it has one."""

    kid: str | None
    key: PublicKey

    @property
    def algorithm(self) -> str:
        """The one algorithm that tokens under this key have."""
        return "EdDSA" if isinstance(self.key, Ed25519PublicKey) else "RS256"


def read_keys(where: str) -> list[IssuerKey]:
    """Read the keys that a setting names: files separated by commas. Raises KeysUnfit."""
    return [key for name in where.split(",") for key in _read(Path(name.strip()))]


def _read(path: Path) -> Iterable[IssuerKey]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise KeysUnfit(str(path), error.strerror or "unreadable") from error
    return parse_keys(data, str(path))


def parse_keys(data: bytes, where: str) -> list[IssuerKey]:
    """Read a PEM with one or more keys, or a JWKS (RFC 7517). Raises KeysUnfit."""
    try:
        found = _jwks(data) if data.lstrip().startswith(b"{") else _pem(data)
    except (ValueError, KeyError, TypeError, jwt.PyJWTError) as error:
        raise KeysUnfit(where, str(error)) from error
    if not found:
        raise KeysUnfit(where, "no key in it")
    return found


def _pem(data: bytes) -> list[IssuerKey]:
    blocks = re.findall(rb"-----BEGIN PUBLIC KEY-----.+?-----END PUBLIC KEY-----", data, re.DOTALL)
    return [IssuerKey(None, _fit(load_pem_public_key(block))) for block in blocks]


def _jwks(data: bytes) -> list[IssuerKey]:
    keys = [jwt.PyJWK(key) for key in json.loads(data)["keys"] if key.get("use", "sig") == "sig"]
    return [IssuerKey(key.key_id, _fit(key.key)) for key in keys]


def _fit(key: object) -> PublicKey:
    if isinstance(key, Ed25519PublicKey | RSAPublicKey):
        return key
    raise ValueError("a key of another kind, or a private one")


def _password(credentials: str) -> str:
    """Give the password of a Basic authorization; nothing where it cannot be read."""
    try:
        return base64.b64decode(credentials.strip(), validate=True).decode().partition(":")[2]
    except (binascii.Error, ValueError):
        return ""


ISSUER_SILENT = problem.busy(
    "issuer-silent", "Utfärdarens nycklar går inte att läsa just nu, så token kan inte prövas; försök igen.",
    "The issuer's keys cannot be read now, so the token cannot be checked; try again.", after_s=60,
)  # fmt: skip


log = structlog.get_logger()


class Tokens:
    """Checks tokens. One that was checked is remembered until it expires, since a signature costs more than all else."""

    def __init__(
        self, keys: Sequence[IssuerKey], *, issuer: str, audience: str, now: Callable[[], datetime],
        refresh: Callable[[], Awaitable[Sequence[IssuerKey]]] | None = None,
    ) -> None:  # fmt: skip
        self._keys, self._issuer, self._audience, self._now = tuple(keys), issuer, audience, now
        self._refresh, self._refreshing = refresh, asyncio.Lock()
        self._refreshed_at = float("-inf")
        self._out_of_reach = False
        self._known: OrderedDict[str, tuple[float, Principal]] = OrderedDict()

    async def principal(self, authorization: str | None, *, as_password: bool = False) -> Principal:
        """Give who asks, from the header's value; the token may come as a password (RFC 7617). Raises Problem: 401."""
        scheme, _, token = (authorization or "").partition(" ")
        if as_password and scheme.lower() == "basic":
            scheme, token = "bearer", _password(token)
        if scheme.lower() != "bearer" or not token:
            raise NO_PASSWORD if as_password else NO_TOKEN
        until, known = self._known.get(token, (0.0, None))
        now = self._now().timestamp()
        if known is not None and now < until:
            return known
        claims = await self._claims(token, now)
        principal = _principal(claims)
        self._remember(token, _expires(claims, now), principal)
        return principal

    def _remember(self, token: str, until: float, principal: Principal) -> None:
        self._known[token] = (until, principal)
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    async def _claims(self, token: str, now: float) -> Mapping[str, Any]:
        if len(token) > LONGEST:
            raise bad_token("token-unreadable", "Token är för lång.", "The token is too long.")
        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError:
            raise bad_token("token-unreadable", "Token är ingen JWT.", "The token is no JWT.") from None
        fitting = self._fitting(header)
        if not fitting and self._refresh is not None:
            await self._read_again(now)
            fitting = self._fitting(header)
        for key in fitting:
            claims = self._verified(token, key)
            if claims is not None:
                return claims
        raise bad_token(
            "token-signature", "Token är inte undertecknad av en godtagen utfärdare.",
            "The token is not signed by the accepted issuer.",
        )  # fmt: skip

    def _fitting(self, header: Mapping[str, Any]) -> list[IssuerKey]:
        """Give the keys that can have signed it: the algorithm is the key's, never the token's choice."""
        kid, algorithm = header.get("kid"), header.get("alg")
        return [k for k in self._keys if k.algorithm == algorithm and (kid is None or k.kid in {None, kid})]

    async def _read_again(self, now: float) -> None:
        """Read the issuer's keys again, at most once a minute: it may have changed them."""
        async with self._refreshing:
            if self._refresh is not None and now - self._refreshed_at >= 60:  # noqa: PLR2004 - a minute
                self._refreshed_at = now
                try:
                    self._keys = tuple(await self._refresh())
                except KeysUnfit as error:
                    self._out_of_reach = True
                    log.warning("issuer's keys not read", error=str(error))
                else:
                    self._out_of_reach = False
        if self._out_of_reach:
            raise ISSUER_SILENT

    def _verified(self, token: str, key: IssuerKey) -> Mapping[str, Any] | None:
        options: Any = {
            "require": ["exp", "iss", "aud", "sub"],
            "verify_exp": False, "verify_nbf": False, "verify_iat": False,  # by our own clock, below
        }  # fmt: skip
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                key.key,
                algorithms=[key.algorithm],
                issuer=self._issuer,
                audience=self._audience,
                options=options,
            )
        except jwt.InvalidSignatureError:
            return None
        except jwt.MissingRequiredClaimError as error:
            raise bad_token(
                "token-incomplete", f"Token saknar {error.claim}.", f"The token lacks {error.claim}."
            ) from None
        except (jwt.InvalidIssuerError, jwt.InvalidAudienceError):
            raise bad_token(
                "token-for-others",
                "Token är utfärdad av eller för någon annan.",
                "The token is by or for somebody else.",
            ) from None
        except jwt.PyJWTError:
            raise bad_token("token-unreadable", "Token går inte att läsa.", "The token cannot be read.") from None
        return claims


def _expires(claims: Mapping[str, Any], now: float) -> float:
    """Give when the token ends. Raises Problem where it has, or has not begun."""
    times = (claims["exp"], claims.get("nbf", 0))
    if not all(isinstance(time, int | float) for time in times):
        raise bad_token("token-unreadable", "Tokens tider går inte att läsa.", "The token's times cannot be read.")
    if now >= times[0] + LEEWAY_S:
        raise bad_token("token-expired", "Token har gått ut; hämta en ny.", "The token has expired; get a new one.")
    if now < times[1] - LEEWAY_S:
        raise bad_token("token-not-yet", "Token gäller inte än.", "The token is not valid yet.")
    return float(times[0]) + LEEWAY_S


def _principal(claims: Mapping[str, Any]) -> Principal:
    sub, roles = claims["sub"], claims.get("roles", [])
    if not isinstance(sub, str) or not SUB.fullmatch(sub) or like_personnummer(sub):
        raise bad_token(
            "sub-not-a-reference", "sub ska vara en referens som inte säger vem det är, högst 100 tecken.",
            "sub must be a reference that does not say who it is, of at most 100 characters.",
        )  # fmt: skip
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise bad_token("token-unreadable", "roles ska vara en lista.", "roles must be a list.")
    return Principal(sub, tuple(Role(role) for role in roles if is_role(role)))


async def tokens(where: str, *, issuer: str, audience: str, now: Callable[[], datetime]) -> Tokens:
    """Make the check from settings: keys from files, or from the issuer's address. Raises KeysUnfit."""
    if not where.startswith("https://"):
        return Tokens(read_keys(where), issuer=issuer, audience=audience, now=now)

    async def refresh() -> Sequence[IssuerKey]:
        return await asyncio.to_thread(_fetched, where)

    return Tokens(await refresh(), issuer=issuer, audience=audience, now=now, refresh=refresh)


def _fetched(address: str) -> list[IssuerKey]:
    """Read the issuer's JWKS. Raises KeysUnfit."""
    try:
        found = jwt.PyJWKClient(address, cache_jwk_set=False, timeout=5).fetch_data()
    except jwt.PyJWTError as error:
        raise KeysUnfit(address, str(error)) from error
    return parse_keys(json.dumps(found).encode(), address)
