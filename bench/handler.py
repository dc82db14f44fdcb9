"""CPU per reaction at the API: the whole handler beside the floor and beside one PutItem per reaction, in one run.

Answers for: the processor time of this process only, all against the same stand-in; in every round each subject gets new batches,
made and signed before its clock starts, and the median over the rounds is given. Refuses: absolute promises; ratios count.
"""

import gc
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from statistics import median
from typing import TYPE_CHECKING, Any

import boto3
import msgspec
from standardwebhooks.webhooks import Webhook

import app
from bench.alone import alone
from bench.figures import Figure
from bench.workload import PSEUDONYM_KEY, SECRET, Batch, Context, Crowd, campaign, live, proxy_event, signed
from chalicelib.domain import reactions
from chalicelib.domain.packing import ID_BYTES, USER_BYTES

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SUBJECTS = {
    "handler_1": "handler, batches of 1",
    "handler_100": "handler, batches of 100",
    "handler_500": "handler, batches of 500",
    "handler_500_gzip": "handler, batches of 500, gzipped",
    "floor": "floor: verify, decode, compress, one PutItem for 500",
    "floor_pseudonyms": "the same with pseudonyms",
    "put_item_each": "one PutItem per reaction",
}


def measure(endpoint_url: str, rounds: int) -> list[Figure]:
    """The figures of this row."""
    spent = alone(endpoint_url, microseconds, rounds)
    ratios = [
        Figure(
            "put_item_each_to_handler",
            "one PutItem per reaction / handler at 500",
            _ratio(spent, "put_item_each", "handler_500"),
            "",
            at_least=100,
        ),
        Figure("handler_to_floor", "handler at 500 / floor", _ratio(spent, "handler_500", "floor"), "", at_most=2),
        Figure(
            "handler_to_floor_pseudonyms",
            "handler at 500 / floor with pseudonyms",
            _ratio(spent, "handler_500", "floor_pseudonyms"),
            "",
            at_most=2,
        ),
    ]
    return [*(Figure(key, what, median(spent[key]), "µs of CPU per reaction") for key, what in SUBJECTS.items()), *ratios]


def _ratio(spent: Mapping[str, Sequence[float]], one: str, other: str) -> float:
    """The median of the rounds' own ratios: a busy neighbour slows both sides of a round."""
    return median(each / beside for each, beside in zip(spent[one], spent[other], strict=True))


def microseconds(rounds: int) -> dict[str, list[float]]:
    """Microseconds of CPU per reaction of each subject in each round, one round to warm up left out.

    A round is short and has every subject in it. What preparing it left behind is collected before its clocks start.
    """
    definition = campaign()
    subjects = _subjects(Crowd(definition, seed=1), live(definition).id)
    spent: dict[str, list[float]] = {name: [] for name in subjects}
    for _ in range(rounds + 1):
        prepared = {name: prepare() for name, prepare in subjects.items()}
        gc.collect()
        for name, work in prepared.items():
            spent[name].append(_cpu_us(work) / work.reactions)
    return {name: each[1:] for name, each in spent.items()}


@dataclass(frozen=True, slots=True)
class Work:
    """What a subject does in one round, and how many reactions that is."""

    reactions: int
    steps: Sequence[Callable[[], None]]


def _subjects(crowd: Crowd, live_id: str) -> Mapping[str, Callable[[], Work]]:
    """For each subject what prepares a round of it, on new batches."""
    client = boto3.client("dynamodb")

    def handler(number: int, size: int, *, gzipped: bool = False) -> Work:
        events = [proxy_event(live_id, each, gzipped=gzipped) for each in crowd.batches(number, size)]
        return Work(number * size, [_posted(event) for event in events])

    def floor(*, pseudonyms: bool) -> Work:
        (batch,) = crowd.batches(1, 500)
        return Work(500, [_floor(client, batch, pseudonyms=pseudonyms)])

    def put_item_each() -> Work:
        (batch,) = crowd.batches(1, 20)
        return Work(20, [_put(client, each) for each in msgspec.json.decode(batch.text)["reactions"]])

    return {
        "handler_1": lambda: handler(20, 1),
        "handler_100": lambda: handler(4, 100),
        "handler_500": lambda: handler(1, 500),
        "handler_500_gzip": lambda: handler(1, 500, gzipped=True),
        "floor": lambda: floor(pseudonyms=False),
        "floor_pseudonyms": lambda: floor(pseudonyms=True),
        "put_item_each": put_item_each,
    }


def _cpu_us(work: Work) -> float:
    began = time.process_time_ns()
    for step in work.steps:
        step()
    return (time.process_time_ns() - began) / 1000


def _posted(event: dict[str, Any]) -> Callable[[], None]:
    def post() -> None:
        answer = app.app(event, Context())
        assert answer["statusCode"] == 202, answer

    return post


def _floor(client: "DynamoDBClient", batch: Batch, *, pseudonyms: bool) -> Callable[[], None]:
    """What any intake must do: see that the batch is signed, understand it, and keep it compressed by one write."""
    headers = signed(batch)

    def keep() -> None:
        Webhook(SECRET).verify(batch.text, headers, json_parse=False)
        understood = msgspec.json.decode(batch.text, type=reactions.Batch)
        kept = _pseudonymous(understood) if pseudonyms else batch.text
        key: dict[str, Any] = {"pk": {"S": understood.live}, "sk": {"S": batch.id}}
        client.put_item(TableName="floor", Item={**key, "body": {"B": zlib.compress(kept, 1)}})

    return keep


def _pseudonymous(batch: reactions.Batch) -> bytes:
    """The batch with keyed hashes in place of ids and users, as MessagePack."""
    ids = blake2b(key=PSEUDONYM_KEY, digest_size=ID_BYTES)
    users = blake2b(key=PSEUDONYM_KEY, digest_size=USER_BYTES)

    def hashed(keyed: Any, name: str) -> bytes:
        copy = keyed.copy()
        copy.update(name.encode())
        digest: bytes = copy.digest()
        return digest

    def without_names(reaction: reactions.Reaction) -> tuple[object, ...]:
        who, which = hashed(users, reaction.user), hashed(ids, reaction.id)
        return which, who, reaction.kind, reaction.count, reaction.at, reaction.market, reaction.gift, reaction.value

    return msgspec.msgpack.encode([without_names(each) for each in batch.reactions])


def _put(client: "DynamoDBClient", reaction: dict[str, Any]) -> Callable[[], None]:
    attributes = {name: {"S": str(value)} for name, value in reaction.items() if name != "id"}
    item: dict[str, Any] = {"pk": {"S": "live"}, "sk": {"S": reaction["id"]}, **attributes}

    def put() -> None:
        client.put_item(TableName="each", Item=item)

    return put
