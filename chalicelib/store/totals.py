"""The `totals` table: counters by minute (or rehearsal) and stream shard, each row with the last position added.

Access patterns: add to one row if its position allows (counting); the rows of a live (reading); whether a live has been
counted at all (applying a campaign); delete the rows of a live (the operator, to count it anew). No two shards write the same
row, so there is no contention and no transaction.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from chalicelib.domain.standing import Row
from chalicelib.domain.tally import MEASURES, Counts
from chalicelib.store.clients import code, old_item, pages, refusals

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

COUNTED = "counted"
"""Sort key of the mark that a live has been counted: it is there before the first count is."""


class RowVanished(Exception):
    """A row that had been seen is gone: an error, never zero."""


class UpdateInvalid(Exception):
    """DynamoDB refuses this update as invalid, now and whenever it is tried again."""


@dataclass(frozen=True, slots=True)
class RowKey:
    """A row: `minute` since the epoch, or None for the shard's rehearsals."""

    live: str
    minute: int | None
    shard_hash: str

    @property
    def sort_key(self) -> str:
        """`{minute}#{shard hash}`, minutes padded so that rows sort by time."""
        first = "rehearsal" if self.minute is None else f"{self.minute:010d}"
        return f"{first}#{self.shard_hash}"


@dataclass(frozen=True, slots=True)
class Addition:
    """What records add to a row: counts by market, the position of the last record, and when the newest was received (ms)."""

    counts: Mapping[str, Counts]
    last: str
    as_of_ms: int


class Totals:
    """Counters that are added to exactly once per stream record."""

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table
        self._marked: set[str] = set()

    def add_if_before(self, row: RowKey, addition: Addition, first: str) -> str | None:
        """Add to the row and move its position, if it stands before `first` or the row is new.

        None when added; else the position at which the row stands. Raises: StorageRefused, RowVanished, UpdateInvalid.
        """
        return self._add(row, addition, "attribute_not_exists(q) OR q < :guard", first)

    def add_if_at(self, row: RowKey, addition: Addition, observed: str) -> str | None:
        """Add to the row and move its position, if it stands exactly at `observed`; else as above."""
        return self._add(row, addition, "q = :guard", observed)

    def mark_counted(self, live: str) -> None:
        """Put on record, before the first count, that the live is counted from now on. Raises: StorageRefused."""
        if live in self._marked:
            return
        with refusals():
            self._client.put_item(TableName=self._table, Item={"pk": {"S": live}, "sk": {"S": COUNTED}, "v": {"N": "1"}})
        self._marked.add(live)

    def is_counted(self, live: str) -> bool:
        """Whether the live has been counted, or is about to be. Raises: StorageRefused."""
        with refusals():
            key: Any = {"pk": {"S": live}, "sk": {"S": COUNTED}}
            return "Item" in self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)

    def clear(self, live: str) -> None:
        """Delete every row of a live, so that it can be counted anew. Its mark stays. Raises: StorageRefused."""
        for item in self._items(live, 0, consistent=True):
            with refusals():
                self._client.delete_item(TableName=self._table, Key={"pk": item["pk"], "sk": item["sk"]})

    def position(self, row: RowKey) -> str:
        """Where a row stands, or nothing (which sorts first) for a row that is not there. Raises: StorageRefused."""
        with refusals():
            key: Any = {"pk": {"S": row.live}, "sk": {"S": row.sort_key}}
            found = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        return found["Item"]["q"]["S"] if "Item" in found else ""

    def ping(self) -> None:
        """Read one item that is not there, to see whether the table answers. Raises: StorageRefused."""
        with refusals():
            self._client.get_item(TableName=self._table, Key={"pk": {"S": "health"}, "sk": {"S": "health"}})

    def rows(self, live: str, *, since: int = 0, consistent: bool = False) -> Iterator[Row]:
        """The rows of a live from this minute on, and its rehearsals, which sort behind all minutes. Raises: StorageRefused."""
        return map(_row, self._items(live, since, consistent=consistent))

    def _items(self, live: str, since: int, *, consistent: bool) -> Iterator[dict[str, Any]]:
        """The rows as they are stored, without the mark."""
        for page in pages(
            self._client.query,
            TableName=self._table,
            KeyConditionExpression="pk = :live AND sk >= :since",
            ExpressionAttributeValues={":live": {"S": live}, ":since": {"S": f"{since:010d}"}},
            ConsistentRead=consistent,
        ):
            yield from (item for item in page["Items"] if item["sk"]["S"] != COUNTED)

    def _add(self, row: RowKey, addition: Addition, condition: str, guard: str) -> str | None:
        names: dict[str, str] = {}
        values: dict[str, Any] = {
            ":guard": {"S": guard},
            ":last": {"S": addition.last},
            ":as_of": {"N": str(addition.as_of_ms)},
            ":v": {"N": "1"},
        }
        added: list[str] = []
        for market, each in sorted(addition.counts.items()):
            for measure in MEASURES:
                if number := getattr(each, measure):
                    place = len(added)
                    names[f"#c{place}"] = f"{measure}.{market}"
                    values[f":c{place}"] = {"N": str(number)}
                    added.append(f"#c{place} :c{place}")
        try:
            with refusals():
                self._client.update_item(
                    TableName=self._table,
                    Key={"pk": {"S": row.live}, "sk": {"S": row.sort_key}},
                    UpdateExpression="SET q = :last, as_of = :as_of, v = :v" + (" ADD " + ", ".join(added) if added else ""),
                    ConditionExpression=condition,
                    ExpressionAttributeValues=values,
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                    **({"ExpressionAttributeNames": names} if names else {}),  # type: ignore[arg-type]
                )
        except ClientError as error:
            if code(error) == "ValidationException":
                raise UpdateInvalid(str(error)) from error
            if code(error) != "ConditionalCheckFailedException":
                raise
            if "q" not in (observed := old_item(error)):
                raise RowVanished(f"{row.live} {row.sort_key}") from error
            position: str = observed["q"]["S"]
            return position
        return None


def _row(item: Mapping[str, Any]) -> Row:
    sums: dict[str, dict[str, int]] = {}
    for name, value in item.items():
        measure, dot, market = name.partition(".")
        if dot:
            sums.setdefault(market, {})[measure] = int(value["N"])
    minute = item["sk"]["S"].partition("#")[0]
    return Row(
        minute=None if minute == "rehearsal" else int(minute),
        markets={market: Counts(**measures) for market, measures in sums.items()},
        as_of_ms=int(item["as_of"]["N"]),
    )
