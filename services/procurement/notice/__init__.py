"""Reads an eForms notice: bytes in, a frozen `Notice` out (`reader.read`), or `Unreadable` with the reason.

`model` is what the rest of the service sees and needs no XML library; `fields` says where each value stands.
"""
