"""Ids as contract and files write them: of campaigns, regions and lives, and of markets; and hashes."""

import re
from typing import Annotated, TypeAlias

import msgspec

_ID = re.compile(r"[a-z0-9-]{1,64}")

Id: TypeAlias = Annotated[
    str, msgspec.Meta(pattern=r"^[a-z0-9-]{1,64}$(?!\n)", description="1 to 64 of the characters a-z, 0-9 and -")
]
MarketCode: TypeAlias = Annotated[
    str, msgspec.Meta(pattern=r"^[A-Z]{2}$(?!\n)", description="two capital letters of ISO 3166-1, such as JP")
]

Digest: TypeAlias = Annotated[
    str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$(?!\n)", description="32 bytes in hexadecimal, such as a SHA-256")
]
Pseudonym: TypeAlias = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{16}$(?!\n)", description="a keyed hash of 8 bytes")]


def is_id(text: str) -> bool:
    """Whether this can be the id of a campaign, region or live."""
    return _ID.fullmatch(text) is not None
