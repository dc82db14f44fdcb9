"""Health: which release this is, and whether its tables answer."""

from collections.abc import Mapping
from typing import Literal, Protocol

import msgspec

from chalicelib import __version__
from chalicelib.store.clients import StorageRefused


class Table(Protocol):
    """Something kept that can be asked whether it answers."""

    def ping(self) -> None:
        """Read one item. Raises: StorageRefused."""


class Health(msgspec.Struct, frozen=True):
    """`ok` when every table answers."""

    status: Literal["ok", "degraded"]
    version: str
    tables: dict[str, bool]


def check(tables: Mapping[str, Table]) -> Health:
    """Ask every table once."""
    found = {name: _answers(table) for name, table in tables.items()}
    return Health("ok" if all(found.values()) else "degraded", __version__, found)


def _answers(table: Table) -> bool:
    try:
        table.ping()
    except StorageRefused:
        return False
    return True
