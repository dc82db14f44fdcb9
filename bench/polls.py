"""Watching over HTTP: requests per second for a live's totals, the whole answer or 304, and the bytes of each.

Answers for: the local server against the stand-in, whose live has 120 minutes in eight shards, read once a second meanwhile; the
wall clock of clients in a process of their own. Refuses: absolute promises, and what a gateway and a CDN add or pack.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from statistics import median
from urllib.parse import urlsplit

import app
from bench import standin
from bench.alone import alone
from bench.figures import Figure
from bench.reads import SIZES, a_row, canned, tables
from bench.serving import in_a_process_of_their_own
from bench.workload import campaign, live
from chalicelib import runtime
from locallove.cloud.server import LocalServer

CONNECTIONS = 8


@dataclass(frozen=True, slots=True)
class Poll:
    """A way of asking for totals: the whole answer each time, or only when it has changed."""

    query: str
    has_it: bool


POLLS = {
    "plain": Poll("", has_it=False),
    "same": Poll("", has_it=True),
    "series": Poll("?series=minute", has_it=False),
    "series_same": Poll("?series=minute", has_it=True),
}


def measure(endpoint_url: str, rounds: int, requests: int) -> list[Figure]:
    """The figures of this row: so many rounds of so many requests on each connection."""
    definition = campaign()
    in_force = standin.answers(definition, runtime.now_ms())
    rows = canned(definition, *tables(definition, SIZES[0], alone(endpoint_url, a_row)))
    with standin.running((*rows, *in_force)) as url:
        found = alone(url, by_the_server, live(definition).id, rounds, requests)
    said = {
        name: f"totals{' by minute' if each.query else ''}, {'304' if each.has_it else '200'}" for name, each in POLLS.items()
    }
    per_s = [
        Figure(f"polls_{name}", f"{said[name]}, {CONNECTIONS} connections", each[0], "requests per second")
        for name, each in found.items()
    ]
    return per_s + [Figure(f"poll_bytes_{name}", said[name], each[1], "bytes per poll") for name, each in found.items()]


def by_the_server(name: str, rounds: int, requests: int) -> dict[str, tuple[float, float]]:
    """Requests per second of each way of asking, and the bytes of an answer, headers included, by the server."""
    server = LocalServer(app.app, 0)
    server.start()
    try:
        return in_a_process_of_their_own(polled, server.url, f"/v1/lives/{name}/totals", rounds, requests)
    finally:
        server.close()


def polled(url: str, path: str, rounds: int, requests: int) -> dict[str, tuple[float, float]]:
    """What the clients do and find, one round to warm up left out."""
    spent: dict[str, list[float]] = {name: [] for name in POLLS}
    sizes: dict[str, float] = {}
    for _ in range(rounds + 1):
        for name, poll in POLLS.items():
            first = HTTPConnection(urlsplit(url).netloc, timeout=60)
            first.request("GET", path + poll.query)
            answer = first.getresponse()
            answer.read()
            first.close()
            headers = {"If-None-Match": answer.headers["etag"]} if poll.has_it else {}
            began = time.perf_counter()
            with ThreadPoolExecutor(CONNECTIONS) as threads:
                asked = [threads.submit(_ask, url, path + poll.query, headers, requests) for _ in range(CONNECTIONS)]
                (sizes[name],) = {size for each in asked for size in each.result()}
            spent[name].append(CONNECTIONS * requests / (time.perf_counter() - began))
    return {name: (median(each[1:]), sizes[name]) for name, each in spent.items()}


def _ask(url: str, path: str, headers: dict[str, str], requests: int) -> set[int]:
    """Ask so often on one kept-alive connection; gives the sizes of the answers, status line and headers included."""
    connection = HTTPConnection(urlsplit(url).netloc, timeout=60)
    sizes = set()
    for _ in range(requests):
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        assert answer.status == (304 if headers else 200), body
        head = [f"HTTP/1.1 {answer.status} {answer.reason}", *(f"{name}: {value}" for name, value in answer.getheaders()), "", ""]
        sizes.add(len("\r\n".join(head)) + len(body))
    connection.close()
    return sizes
