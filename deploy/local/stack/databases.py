"""Databases on a cluster, made and dropped."""

import re
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg

NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


def in_database(maintenance_url: str, name: str, user: str | None = None, password: str | None = None) -> str:
    """The address of another database of the same cluster, as another user where one is given."""
    parts = urlsplit(maintenance_url)
    address = parts.netloc.rpartition("@")[2]
    login = parts.netloc.rpartition("@")[0] if user is None else f"{quote(user)}:{quote(password or '')}"
    return urlunsplit(parts._replace(netloc=f"{login}@{address}" if login else address, path=f"/{name}"))


def quoted(name: str) -> str:
    """A name as it stands in SQL; only plain ones, so that nothing needs escaping."""
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name for a database or role; use a-z, 0-9 and _")
    return f'"{name}"'


async def create(maintenance_url: str, name: str) -> str:
    """Make an empty database; returns its address."""
    connection = await asyncpg.connect(maintenance_url)
    try:
        await connection.execute(f"CREATE DATABASE {quoted(name)}")
    finally:
        await connection.close()
    return in_database(maintenance_url, name)


async def create_if_missing(maintenance_url: str, name: str) -> str:
    """See to it that a database is there; returns its address."""
    connection = await asyncpg.connect(maintenance_url)
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            await connection.execute(f"CREATE DATABASE {quoted(name)}")
    finally:
        await connection.close()
    return in_database(maintenance_url, name)


async def drop(maintenance_url: str, name: str) -> None:
    """Remove a database, and whoever is still connected to it."""
    connection = await asyncpg.connect(maintenance_url)
    try:
        await connection.execute(f"DROP DATABASE IF EXISTS {quoted(name)} WITH (FORCE)")
    finally:
        await connection.close()


async def create_owned(maintenance_url: str, name: str, password: str) -> str:
    """See to it that a role and its own database of the same name are there, with this password; returns the address.

    Nobody else may connect to it: a service reads its own database only.
    """
    role = quoted(name)
    connection = await asyncpg.connect(maintenance_url)
    try:
        if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", name):
            await connection.execute(f"CREATE ROLE {role} LOGIN")
        secret = await connection.fetchval("SELECT quote_literal($1)", password)
        await connection.execute(f"ALTER ROLE {role} PASSWORD {secret}")
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            await connection.execute(f"CREATE DATABASE {role} OWNER {role}")
        await connection.execute(f"REVOKE CONNECT ON DATABASE {role} FROM PUBLIC")
    finally:
        await connection.close()
    return in_database(maintenance_url, name, name, password)
