"""A stand-in for DynamoDB and SSM on loopback, in a process of its own: it answers at once and keeps nothing.

Answers for: the CPU of the other side never being counted, every write being accepted, the definition and the secrets that intake
reads; the headers that botocore checks. Refuses: being a database.
"""

import asyncio
import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any
from zlib import crc32

import msgspec

from bench.workload import PSEUDONYM_KEY, SECRET, SENDER, live
from chalicelib.domain.applied import successor
from chalicelib.domain.campaigns import Campaign
from chalicelib.domain.senders import CampaignSecrets, SenderSecrets, SigningSecret

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Canned:
    """The answer to a call whose target ends with `operation` and whose body holds `needle`."""

    operation: bytes
    needle: bytes
    body: bytes

    @classmethod
    def of(cls, operation: str, needle: str, document: dict[str, Any]) -> "Canned":
        return cls(operation.encode(), needle.encode(), json.dumps(document).encode())


NOTHING = b"{}"
"""How DynamoDB answers a write; an answer to a read without an item is the same."""


def answers(definition: Campaign, now_ms: int) -> tuple[Canned, ...]:
    """What intake reads of a campaign in force."""
    applied, _ = successor(None, definition, now_ms, None)
    pointer = {"Item": {"campaign": {"S": definition.id}}}
    item = {"sk": {"S": "definition"}, "body": {"B": base64.b64encode(msgspec.json.encode(applied)).decode()}}
    body = {"Items": [item], "Count": 1, "ScannedCount": 1}
    secrets = CampaignSecrets(1, PSEUDONYM_KEY, (SenderSecrets(SENDER, (SigningSecret(f"{SENDER}-1", SECRET),)),))
    parameter = {"Name": "secrets", "Type": "SecureString", "Value": msgspec.json.encode(secrets).decode(), "Version": 1}
    return (
        Canned.of("GetItem", f'"live#{live(definition).id}"', pointer),
        Canned.of("Query", f'"campaign#{definition.id}"', body),
        Canned.of("GetParameter", "", {"Parameter": parameter}),
        Canned.of("Query", "", {"Items": [], "Count": 0, "ScannedCount": 0}),
    )


@contextmanager
def running(canned: tuple[Canned, ...]) -> Iterator[str]:
    """The stand-in until the end of the block; gives its URL."""
    spawn = get_context("spawn")
    receiver, sender = spawn.Pipe(duplex=False)
    process = spawn.Process(target=_serve, args=(canned, sender), daemon=True)
    process.start()
    sender.close()
    try:
        yield f"http://{HOST}:{receiver.recv()}"
    finally:
        process.terminate()
        process.join()


def _serve(canned: tuple[Canned, ...], ready: Connection) -> None:
    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(lambda: _Answering(canned), HOST, 0)
        ready.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(serve())


class _Answering(asyncio.Protocol):
    """One kept-alive connection of HTTP/1.1."""

    def __init__(self, canned: tuple[Canned, ...]) -> None:
        self._canned = canned
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, found, rest = self._received.partition(b"\r\n\r\n")
        if not found:
            return
        headers = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
        length = int(headers.get(b"content-length", b"0"))
        if len(rest) >= length:
            self._received = rest[length:]
            self._answer(headers[b"x-amz-target"], rest[:length])

    def _answer(self, target: bytes, asked: bytes) -> None:
        body = NOTHING
        for each in self._canned:
            if target.endswith(each.operation.lower()) and each.needle in asked:
                body = each.body
                break
        assert isinstance(self._transport, asyncio.Transport)
        self._transport.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nConnection: keep-alive\r\n"
            b"x-amzn-RequestId: 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEF\r\n"
            b"x-amz-crc32: %d\r\nContent-Length: %d\r\n\r\n%b" % (crc32(body), len(body), body)
        )
