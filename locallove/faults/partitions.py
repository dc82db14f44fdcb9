"""One table's items in memory: by key, in order, page by page, and its stream where it has one.

Answers for: the order of sort keys (that of their UTF-8 bytes) and pages as DynamoDB cuts them: a page ends with the item that
takes it over 1 MB, or at the limit, and names that item's key, also when none is left.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from zlib import crc32

from locallove.faults.client import invalid
from locallove.faults.items import Item, Key, key_in, key_of, size
from locallove.faults.stream import Stream

PAGE_BYTES = 1024 * 1024


class Table:
    """Items by partition and sort key. What it hands out is its own: copy it before somebody changes it."""

    def __init__(self, stream: Stream | None) -> None:
        self.stream = stream
        self._partitions: dict[str, dict[str, Item]] = {}
        self._order: dict[str, list[str]] = {}

    def get(self, key: Key) -> Item | None:
        """The item, if there is one."""
        return self._partitions.get(key[0], {}).get(key[1])

    def write(self, key: Key, after: Item | None, now_ms: int, *, expired: bool = False) -> None:
        """Keep this item from now on, or none; the stream hears of it if that changes anything."""
        before = self.get(key)
        if before == after:
            return
        partition, order = self._partitions.setdefault(key[0], {}), self._order.setdefault(key[0], [])
        if before is None:
            insort(order, key[1])
        if after is None:
            del partition[key[1]]
            order.remove(key[1])
        else:
            partition[key[1]] = after
        if self.stream is not None:
            self.stream.append(before, after, now_ms, expired=expired)

    def partition(self, name: str, after: str | None, *, forward: bool = True) -> Iterator[Item]:
        """The items of a partition in the order of their sort keys, from the one that follows `after` on."""
        order, items = self._order.get(name, []), self._partitions.get(name, {})
        if forward:
            wanted = order[0 if after is None else bisect_right(order, after) :]
        else:
            wanted = order[: len(order) if after is None else bisect_left(order, after)][::-1]
        return (items[sort] for sort in wanted)

    def all(self, after: Key | None) -> Iterator[Item]:
        """All items, partitions in no order that means anything, from the one that follows `after` on."""
        for name in sorted(self._partitions, key=_place):
            if after is None or _place(name) >= _place(after[0]):
                yield from self.partition(name, after[1] if after is not None and after[0] == name else None)


def page(
    found: Iterable[Item], asked: Mapping[str, Any], keep: Callable[[Item], bool], show: Callable[[Item], Item]
) -> dict[str, Any]:
    """The answer to a query or scan: what is kept of one page of what was found. Raises: Refused."""
    limit = asked.get("Limit")
    if limit is not None and limit < 1:
        raise invalid("Limit must be greater than or equal to 1")
    items: list[Item] = []
    scanned = read = 0
    for item in found:
        scanned += 1
        read += size(item)
        if keep(item):
            items.append(show(item))
        if scanned == limit or read > PAGE_BYTES:
            return {"Items": items, "Count": len(items), "ScannedCount": scanned, "LastEvaluatedKey": key_in(item)}
    return {"Items": items, "Count": len(items), "ScannedCount": scanned}


def start_of(asked: Mapping[str, Any]) -> Key | None:
    """The key that a page follows. Raises: Refused."""
    return key_of(asked["ExclusiveStartKey"]) if "ExclusiveStartKey" in asked else None


def _place(partition: str) -> tuple[int, str]:
    return crc32(partition.encode()), partition
