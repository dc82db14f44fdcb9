"""The chain: every statement's hash, each entry with the hash of the entry before, apart from the statements.

Answers for: the form of an entry and whether a row of entries holds together.
Refuses: being part of a statement: who loses a number takes the next, and no statement's bytes change by that.
"""

from collections.abc import Sequence
from hashlib import sha256

import msgspec


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Entry `number` (from 1): a statement's SHA-256, whose it is (`live` is null for a campaign's own), and the entry before."""

    version: int
    number: int
    campaign: str
    live: str | None
    statement_sha256: str
    previous_sha256: str | None


class Broken(Exception):
    """The chain does not hold together; the message says at which entry."""


def encode(entry: Entry) -> bytes:
    """The bytes that are published and hashed."""
    return msgspec.json.format(msgspec.json.encode(entry), indent=1)


def name(number: int) -> str:
    """The entry's name."""
    return f"{number:06d}.json"


def following(entries: Sequence[bytes], campaign: str, live: str | None, statement_sha256: str) -> Entry:
    """The entry that comes after these."""
    previous = sha256(entries[-1]).hexdigest() if entries else None
    return Entry(1, len(entries) + 1, campaign, live, statement_sha256, previous)


def read(entries: Sequence[bytes]) -> list[Entry]:
    """The entries from the first on, each checked against the one before. Raises: Broken."""
    found: list[Entry] = []
    previous: str | None = None
    for number, body in enumerate(entries, start=1):
        try:
            entry = msgspec.json.decode(body, type=Entry)
        except ValueError as error:
            raise Broken(f"entry {number} cannot be read: {error}") from error
        if entry.number != number:
            raise Broken(f"entry {number} says that it is number {entry.number}")
        if entry.previous_sha256 != previous:
            raise Broken(f"entry {number} does not name the entry before it")
        if encode(entry) != body:
            raise Broken(f"entry {number} is not in the form in which entries are published")
        previous = sha256(body).hexdigest()
        found.append(entry)
    return found
