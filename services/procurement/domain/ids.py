"""Ids of what a reaction makes: the same cause gives the same id, so that repeating a reaction makes nothing new."""

from hashlib import sha256

from shared.contracts.values import Id


def derived(cause: str, *about: str) -> Id:
    """Give a UUIDv7 with the time of its cause (a UUIDv7 itself) and a digest of what it is about instead of chance."""
    digest = sha256("\n".join((cause, *about)).encode()).hexdigest()
    variant = "89ab"[int(digest[3], 16) % 4]
    return Id(f"{cause[:13]}-7{digest[:3]}-{variant}{digest[4:7]}-{digest[7:19]}")
