"""Requests per second of the local server, for batches of 1 and 500 on kept-alive connections.

Answers for: `LocalServer` over HTTP against the stand-in, and beside it the whole local stack with moto, as `locallove run`
is; the wall clock of clients in a process of their own, batches made and signed before it starts, every one answered 202.
Refuses: absolute promises. Server, stand-in and clients share the machine's cores.
"""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from multiprocessing import get_context
from statistics import median
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

import app
from bench.alone import alone
from bench.figures import Figure
from bench.workload import SECRET, SENDER, Batch, Crowd, campaign, live, signed
from chalicelib import runtime
from locallove.cloud.server import LocalServer

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Load:
    """One round of a subject: so many requests of so many reactions on so many connections, each kept or only for one request."""

    reactions: int
    connections: int
    requests: int
    kept: bool = True


LOADS = {
    "1_on_1": Load(1, 1, 64),
    "1_on_8": Load(1, 8, 96),
    "500_on_1": Load(500, 1, 16),
    "500_on_8": Load(500, 8, 24),
    "1_unkept": Load(1, 1, 64, kept=False),
}
QUICK = {key: Load(each.reactions, each.connections, each.connections, each.kept) for key, each in LOADS.items()}


def measure(endpoint_url: str, rounds: int, loads: dict[str, Load] = LOADS) -> list[Figure]:
    """The figures of the server alone, with the stand-in behind it."""
    served = alone(endpoint_url, by_the_server, loads, rounds)
    ratio = median(one / other for one, other in zip(served["1_on_1"], served["1_unkept"], strict=True))
    return [
        *_figures("server", "the server", served),
        Figure("server_kept_to_unkept", "kept alive / a connection for each request, batches of 1", ratio, ""),
    ]


def measure_with_moto(endpoint_url: str, rounds: int) -> list[Figure]:
    """The figures of the whole local stack; starting it takes longer than a quick run may."""
    kept = {key: load for key, load in LOADS.items() if load.kept}
    return _figures("stack", "the local stack with moto", alone(endpoint_url, by_the_local_stack, kept, rounds))


def _figures(prefix: str, what: str, measured: dict[str, list[float]]) -> list[Figure]:
    per_s = {key: median(measured[key]) for key, load in LOADS.items() if load.kept}
    requests = [
        Figure(
            f"{prefix}_{key}",
            f"{what}, batches of {LOADS[key].reactions}, {_connections(LOADS[key])}",
            each,
            "requests per second",
        )
        for key, each in per_s.items()
    ]
    most = max(per_s["500_on_1"], per_s["500_on_8"]) * 500
    return [*requests, Figure(f"{prefix}_reactions", f"{what}, batches of 500 at best", most, "reactions per second")]


def _connections(load: Load) -> str:
    return "1 connection" if load.connections == 1 else f"{load.connections} connections"


def by_the_server(loads: dict[str, Load], rounds: int) -> dict[str, list[float]]:
    """Requests per second of each load in each round, by the server with the stand-in behind it."""
    server = LocalServer(app.app, 0)
    server.start()
    try:
        return in_a_process_of_their_own(requests_per_s, server.url, loads, rounds)
    finally:
        server.close()


def by_the_local_stack(loads: dict[str, Load], rounds: int) -> dict[str, list[float]]:
    """The same by the whole local stack, which counts what it takes meanwhile."""
    from locallove.cloud.local import local_cloud  # noqa: PLC0415 - moto hooks itself into every client of its process

    definition = campaign()
    with local_cloud() as cloud:
        cloud.apply(definition)
        runtime.service().secrets.add_sender(definition.id, SENDER, SECRET, runtime.now_ms())
        return in_a_process_of_their_own(requests_per_s, cloud.url, loads, rounds)


def in_a_process_of_their_own(ask: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What clients find whose work is not the server's."""
    with ProcessPoolExecutor(1, get_context("spawn")) as clients:
        return clients.submit(ask, *args, **kwargs).result()


def requests_per_s(url: str, loads: dict[str, Load], rounds: int) -> dict[str, list[float]]:
    """What the clients do and find: requests per second of each load in each round, one round to warm up left out."""
    definition = campaign()
    crowd = Crowd(definition, seed=6)
    path = f"/v1/lives/{live(definition).id}/reactions"
    found: dict[str, list[float]] = {key: [] for key in loads}
    for _ in range(rounds + 1):
        for key, load in loads.items():
            spent = _seconds(url, path, load, crowd.batches(load.requests, load.reactions))
            found[key].append(load.requests / spent)
    return {key: each[1:] for key, each in found.items()}


def _seconds(url: str, path: str, load: Load, batches: Sequence[Batch]) -> float:
    """How long the answers to all these batches take by the wall clock; the connections are open when it starts."""
    posts = [(batch.text, {"Content-Type": "application/json", **signed(batch)}) for batch in batches]
    connections = [HTTPConnection(urlsplit(url).netloc, timeout=60) for _ in range(load.connections)]
    for connection in connections:
        connection.connect()

    def post_all(place: int) -> None:
        connection = connections[place]
        for text, headers in posts[place :: load.connections]:
            connection.request("POST", path, text, headers)
            answer = connection.getresponse()
            said = answer.read()
            assert answer.status == 202, said
            if not load.kept:
                connection.close()

    with ThreadPoolExecutor(load.connections) as threads:
        began = time.perf_counter()
        list(threads.map(post_all, range(load.connections)))
        spent = time.perf_counter() - began
    for connection in connections:
        connection.close()
    return spent
