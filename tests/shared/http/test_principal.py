"""Who asks: every request but a few has a principal, and one table says what it may (design.md §3)."""

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from shared.http.guard import PUBLIC
from shared.http.principal import IssuerKey, KeysUnfit, Principal, Tokens, parse_keys, read_keys
from shared.http.problem import Problem
from shared.policy.role import BUYING_BOARD, PROCUREMENT_OFFICE, Role
from tests.shared.http.inn import AUDIENCE, ISSUER, NOW, SIGNING, At, Inn, accepting, token
from tests.shared.http.test_commands import booked, post, reason

DECISION = {"dnr": "RS 2026/9", "decidedOn": "2026-03-01", "decidedByRole": "executive-board"}


@pytest.fixture
async def nobody(inn: Inn) -> AsyncIterator[httpx.AsyncClient]:
    """Someone without a token."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(inn.app()), base_url="http://inn") as client:
        yield client


@pytest.fixture(scope="module")
def rsa() -> RSAPrivateKey:
    """An RSA key."""
    return generate_rsa(public_exponent=65537, key_size=2048)


async def why(header: str | None, tokens: Tokens | None = None) -> str:
    """Give the code with which a header is refused."""
    with pytest.raises(Problem) as caught:
        await (tokens or accepting(At())).principal(header)
    assert caught.value.status == 401
    assert caught.value.headers["www-authenticate"].startswith("Bearer")
    return caught.value.reason


# Whether there is one


@pytest.mark.parametrize("path", PUBLIC)
async def test_a_few_paths_need_no_token(nobody: httpx.AsyncClient, path: str) -> None:
    """What says that the service lives, and what it is."""
    assert (await nobody.get(path)).status_code == 200


@pytest.mark.parametrize("path", ["/v1/bookings", "/metrics", "/asyncapi.json", "/unknown", "/health/", "/docs/x"])
async def test_every_other_path_needs_a_token(nobody: httpx.AsyncClient, path: str) -> None:
    """401 before anything else is said, whether the path exists or not."""
    answer = await nobody.get(path)
    assert reason(answer) == (401, "token-missing")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic eDp5", "token"])
async def test_another_header_is_no_token(header: str | None) -> None:
    """Only a bearer token counts."""
    assert await why(header) == "token-missing"


async def test_a_token_gives_who_asks_and_their_roles() -> None:
    """The scheme's case does not matter; unknown roles are left out, and may do nothing."""
    given = token("registry-officer", "janitor", "buying-board:education", "buying-board", "buying-board:")
    principal = await accepting(At()).principal(f"bearer {given}")
    assert principal == Principal("officer-1", (Role("registry-officer"), Role("buying-board:education")))


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"iss": "https://other.example"}, "token-for-others"),
        ({"aud": "other"}, "token-for-others"),
        ({"iss": None}, "token-incomplete"),
        ({"aud": None}, "token-incomplete"),
        ({"exp": None}, "token-incomplete"),
        ({"sub": None}, "token-incomplete"),
        ({"exp": "soon"}, "token-unreadable"),
        ({"nbf": "soon"}, "token-unreadable"),
        ({"roles": "auditor"}, "token-unreadable"),
        ({"roles": [1]}, "token-unreadable"),
        ({"sub": "eva.svensson@example.se"}, "sub-not-a-reference"),
        ({"sub": "Eva Svensson"}, "sub-not-a-reference"),
        ({"sub": "811218-9876"}, "sub-not-a-reference"),
        ({"sub": "user:198112189876"}, "sub-not-a-reference"),
        ({"sub": "x" * 101}, "sub-not-a-reference"),
        ({"sub": ""}, "sub-not-a-reference"),
    ],
)
async def test_a_token_that_does_not_count_says_why(claims: dict[str, Any], code: str) -> None:
    """By or for somebody else, incomplete, or with a sub that would name a person in the log for ever."""
    assert await why(f"Bearer {token('auditor', **claims)}") == code


async def test_a_token_without_roles_may_nothing() -> None:
    """It is a principal all the same, with no role."""
    assert (await accepting(At()).principal(f"Bearer {token(roles=None)}")).roles == ()


@pytest.mark.parametrize("text", ["x", "a.b.c", "x" * 9000, "ö"])
async def test_what_is_no_jwt_is_told(text: str) -> None:
    """Whatever stands there."""
    assert await why(f"Bearer {text}") == "token-unreadable"


async def test_a_token_counts_until_it_expires() -> None:
    """With half a minute's leeway, also when it was seen before; and not before its time."""
    clock = At()
    tokens = accepting(clock)
    header = f"Bearer {token('auditor', exp=int((NOW + timedelta(minutes=1)).timestamp()))}"
    await tokens.principal(header)
    clock.time = NOW + timedelta(seconds=89)
    await tokens.principal(header)
    clock.time = NOW + timedelta(seconds=90)
    assert await why(header, tokens) == "token-expired"
    early = token("auditor", nbf=int((clock.time + timedelta(seconds=31)).timestamp()), exp=2**33)
    assert await why(f"Bearer {early}", tokens) == "token-not-yet"


# Whose signature counts


async def test_another_keys_signature_does_not_count() -> None:
    """Neither a stranger's, nor none, nor one with our public key as a secret (the algorithm is the key's)."""
    public = SIGNING.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    strangers = token("auditor", key=Ed25519PrivateKey.generate())
    unsigned = token("auditor", key="", algorithm="none")
    secret = token("auditor", key=public, algorithm="HS256")
    changed = ".".join([*token("auditor").split(".")[:2], strangers.rpartition(".")[2]])
    for given in (strangers, unsigned, secret, changed):
        assert await why(f"Bearer {given}") == "token-signature"


async def test_rsa_signatures_count_too(rsa: RSAPrivateKey) -> None:
    """RS256 beside EdDSA, each only with a key of its kind."""
    tokens = Tokens([IssuerKey(None, rsa.public_key())], issuer=ISSUER, audience=AUDIENCE, now=At().now)
    assert (await tokens.principal(f"Bearer {token('auditor', key=rsa, algorithm='RS256')}")).roles == ("auditor",)
    assert await why(f"Bearer {token('auditor', key=rsa, algorithm='RS512')}", tokens) == "token-signature"
    assert await why(f"Bearer {token('auditor')}", tokens) == "token-signature"


async def test_the_issuers_new_key_is_read_when_it_is_met() -> None:
    """A token under an unknown key makes the keys be read again, at most once a minute."""
    clock, reads = At(), 0

    async def refresh() -> list[IssuerKey]:
        nonlocal reads
        reads += 1
        return [IssuerKey("k1", SIGNING.public_key())] if reads > 1 else []

    tokens = Tokens([], issuer=ISSUER, audience=AUDIENCE, now=clock.now, refresh=refresh)
    header = f"Bearer {token('auditor')}"
    assert await why(header, tokens) == await why(header, tokens) == "token-signature"
    assert reads == 1
    clock.time += timedelta(minutes=1)
    assert (await tokens.principal(header)).sub == "officer-1"
    assert reads == 2


async def test_an_issuer_that_is_silent_is_nobody_s_fault() -> None:
    """Its keys cannot be read: 503 and when to ask again, until they can; whose key is known is let in meanwhile."""
    clock, is_there = At(), False

    async def refresh() -> list[IssuerKey]:
        if not is_there:
            raise KeysUnfit("https://issuer.example", "no answer")
        return [IssuerKey("k1", SIGNING.public_key())]

    tokens = Tokens([], issuer=ISSUER, audience=AUDIENCE, now=clock.now, refresh=refresh)
    header = f"Bearer {token('auditor')}"
    for _ in range(2):
        with pytest.raises(Problem) as silent:
            await tokens.principal(header)
        assert (silent.value.status, silent.value.reason) == (503, "issuer-silent")
    is_there = True
    clock.time += timedelta(minutes=1)
    assert (await tokens.principal(header)).sub == "officer-1"


# Where keys come from


def pem(key: Any) -> bytes:
    """Write a public key."""
    written: bytes = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return written


def test_keys_are_read_from_files(tmp_path: Path, rsa: RSAPrivateKey) -> None:
    """PEM with several keys, and JWKS with their names, separated by a comma."""
    (tmp_path / "keys.pem").write_bytes(pem(SIGNING) + pem(rsa))
    jwk = jwt.algorithms.OKPAlgorithm.to_jwk(SIGNING.public_key(), as_dict=True) | {"kid": "k1", "use": "sig"}
    (tmp_path / "keys.json").write_text(json.dumps({"keys": [jwk, jwk | {"use": "enc"}]}))
    found = read_keys(f"{tmp_path}/keys.pem, {tmp_path}/keys.json")
    assert [(key.kid, key.algorithm) for key in found] == [(None, "EdDSA"), (None, "RS256"), ("k1", "EdDSA")]


PRIVATE = SIGNING.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize("data", [b"", b"x", b"{}", b'{"keys": []}', b'{"keys": [{"kty": "oct", "k": "AA"}]}', PRIVATE])
def test_what_holds_no_public_key_stops_the_start(data: bytes) -> None:
    """Empty, broken, a shared secret, a private key: the setting is named, with what it should hold."""
    with pytest.raises(KeysUnfit, match=r"^MEDVERKA_TOKEN_KEYS: keys: .*; give the issuer's public"):
        parse_keys(data, "keys")


def test_a_key_of_another_kind_stops_the_start() -> None:
    """An elliptic curve that no token here uses."""
    with pytest.raises(KeysUnfit, match="a key of another kind"):
        parse_keys(pem(generate_private_key(SECP256R1())), "keys")


def test_a_missing_file_stops_the_start(tmp_path: Path) -> None:
    """It is named."""
    with pytest.raises(KeysUnfit, match=r"none\.pem: No such file"):
        read_keys(str(tmp_path / "none.pem"))


# What they may


async def test_a_role_that_may_not_is_told_which_may(nobody: httpx.AsyncClient) -> None:
    """403 names the roles, before the body is even read."""
    answer = await nobody.post("/v1/bookings", content=b"{", headers={"authorization": f"Bearer {token('auditor')}"})
    assert reason(answer) == (403, "role-may-not")
    assert "registry-officer" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("roles", "status"),
    [
        (["procurement-office"], 200),
        (["buying-board:education"], 200),
        (["auditor", "buying-board:education"], 200),
        (["buying-board:culture"], 403),
        (["buying-board:culture", "buying-board:education"], 200),
        (["buying-board"], 403),
        (["auditor"], 403),
    ],
)
async def test_a_board_acts_for_itself_alone(
    inn: Inn, officer: httpx.AsyncClient, roles: list[str], status: int
) -> None:
    """The board that the command names, or a role that may for all."""
    place = (await booked(officer)).headers["location"]
    body = {"board": "education", "decision": DECISION}
    answer = await post(officer, f"{place}/servings", body, Authorization=f"Bearer {token(*roles)}")
    assert answer.status_code == status
    if status == 200:
        assert inn.append.submitted[-1].role in roles


async def test_a_role_that_no_unit_holds_cannot_act(officer: httpx.AsyncClient, inn: Inn) -> None:
    """403: an event names the unit, and the authority's file has no such board."""
    place = (await booked(officer)).headers["location"]
    body = {"board": "unheard", "decision": DECISION}
    answer = await post(officer, f"{place}/servings", body, Authorization=f"Bearer {token('buying-board:unheard')}")
    assert reason(answer) == (403, "role-not-held")
    assert len(inn.append.submitted) == 1


def test_the_first_role_that_may_is_the_acting_one() -> None:
    """Of several roles, the issuer's order counts; any board may where none is named."""
    both = Principal("x", (Role("buying-board:education"), PROCUREMENT_OFFICE))
    assert both.acting((PROCUREMENT_OFFICE, BUYING_BOARD)) == "buying-board:education"
    assert both.acting((PROCUREMENT_OFFICE, BUYING_BOARD), "culture") == PROCUREMENT_OFFICE
    assert both.acting((BUYING_BOARD,), "buying-board:education") == "buying-board:education"
    assert both.acting((Role("auditor"),)) is None
