"""Days on which something fails around the service: nothing is lost, nothing is counted twice, and others are served."""

import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Barrier
from typing import Any

import pytest
from aws_faults import refused, unanswered
from client import Answer, problem
from web.posting import Platform, another

from chalicelib import runtime
from locallove.cloud import server
from locallove.sender import Batch, Patience, Reaction, Sender, Watch, batches

MINUTE_MS = 60_000


def every(nth: int) -> Callable[[Any], bool]:
    """True at every so many-th call."""
    calls = count(1)
    return lambda _: next(calls) % nth == 0


def sixty_batches(platform: Platform) -> list[Batch]:
    reactions = (Reaction(id=f"r{n}", kind="like", at=platform.like()["at"], user="u", count=n % 9 + 1) for n in range(300))
    cut = list(batches(reactions, platform.live.id, 5))
    assert len(cut) == 60
    return cut


def send(platform: Platform, sent: list[Batch]) -> list[int]:
    """Through the sender kit, which does not wait here; gives the final statuses."""
    sender = Sender(platform.cloud.url, platform.secret, patience=Patience(), watch=Watch(sleep=lambda _: None))
    try:
        return [sender.post(batch.live, batch.id, batch.text).status for batch in sent]
    finally:
        sender.close()


def test_the_store_refuses_every_third_write_and_nothing_is_lost_or_twice(platform: Platform) -> None:
    ours = Platform.of(platform.cloud, another("third"))
    sent, before = sixty_batches(ours), ours.items()
    with refused(runtime.service()._dynamodb, "PutItem", "ProvisionedThroughputExceededException", every(3)) as refusals:
        assert send(ours, sent) == [202] * 60
    assert len(refusals) == 29
    assert ours.items() - before == 60
    assert ours.totals()["counts"]["total"] == sum(batch.counts.total for batch in sent)


def test_every_third_answer_of_the_store_is_lost_and_nothing_is_twice(platform: Platform) -> None:
    """The batch is stored, the sender is told 503, and finds its receipt when it comes again."""
    ours = Platform.of(platform.cloud, another("lost"))
    sent, before = sixty_batches(ours), ours.items()
    with unanswered(runtime.service()._dynamodb, "PutItem", every(3)) as lost:
        statuses = send(ours, sent)
    assert len(lost) == 29
    assert (statuses.count(200), statuses.count(202)) == (29, 31)
    assert ours.items() - before == 60
    assert ours.totals()["counts"]["total"] == sum(batch.counts.total for batch in sent)


@pytest.mark.parametrize("failing", ["refused", "unanswered"])
def test_the_counters_fail_at_every_third_write_and_totals_are_exact(platform: Platform, failing: str) -> None:
    """The pump delivers again, cut smaller and overlapping, as Lambda does; the first ten batches are there to overlap with."""
    ours = Platform.of(platform.cloud, another(f"counter-{failing}"))
    sent = sixty_batches(ours)
    send(ours, sent[:10])
    ours.cloud.pump.drain()
    dynamodb = runtime.service()._dynamodb
    failure: Any = (
        refused(dynamodb, "UpdateItem", "ThrottlingException", every(3))
        if failing == "refused"
        else unanswered(dynamodb, "UpdateItem", every(3))
    )
    with failure as failures:
        for first in range(10, 60, 15):
            send(ours, sent[first : first + 15])
            ours.cloud.pump.drain()
    assert len(failures) >= 2
    assert ours.totals()["counts"]["total"] == sum(batch.counts.total for batch in sent)


def test_eight_threads_send_one_batch_at_once_and_it_is_stored_and_counted_once(platform: Platform) -> None:
    ours = Platform.of(platform.cloud, another("eight"))
    before, text, together = ours.items(), ours.text(ours.like(1, count=7)), Barrier(8)

    def post(_: int) -> Answer:
        together.wait()
        return ours.post(text, batch="b-1")

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(post, range(8)))
    assert sorted(answer.status for answer in answers) == [200] * 7 + [202]
    assert {answer.body.replace(b'"replayed":true', b'"replayed":false') for answer in answers} == {
        next(answer.body for answer in answers if answer.status == 202)
    }
    assert ours.items() - before == 1
    assert ours.totals()["counts"]["total"] == 7


def test_ssm_down_before_the_first_fetch_is_503_with_retry_after(platform: Platform) -> None:
    ours = Platform.of(platform.cloud, another("ssm-first"))
    before = ours.items()
    with refused(runtime.service().secrets._client, "GetParameter", "InternalServerError", status=500) as refusals:
        answers = [ours.post(batch="b-1") for _ in range(3)]
    assert [problem(answer) for answer in answers] == [(503, "storage-refused")] * 3
    assert all(int(answer.headers["retry-after"]) > 0 for answer in answers)
    assert (len(refusals), ours.items()) == (1, before)


@pytest.mark.parametrize(("minutes", "status"), [(1.5, 202), (14.9, 202), (15, 503)])
def test_ssm_down_after_a_good_fetch_is_not_noticed_for_15_minutes(platform: Platform, minutes: float, status: int) -> None:
    """The fetch was so many minutes ago."""
    ours = Platform.of(platform.cloud, another(f"ssm-{int(minutes)}"))
    secrets = runtime.service().secrets
    secrets.of(ours.campaign.id, runtime.now_ms() - int(minutes * MINUTE_MS))
    with refused(secrets._client, "GetParameter", "ThrottlingException") as refusals:
        assert ours.post().status == status
    assert refusals == ["GetParameter"]


def stalled(platform: Platform, text: bytes) -> socket.socket:
    """A connection on which the first half of a batch has come."""
    host, _, port = platform.cloud.url.removeprefix("http://").partition(":")
    connection = socket.create_connection((host, int(port)), timeout=10)
    head = f"POST /v1/lives/{platform.live.id}/reactions HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(text)}\r\n"
    headers = {"Content-Type": "application/json", "webhook-id": "slow-1"}
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    connection.sendall(f"{head}{lines}\r\n".encode() + text[: len(text) // 2])
    return connection


def test_slow_bodies_keep_nobody_waiting(platform: Platform) -> None:
    """They are waited for longer than this client waits for its answer."""
    before = platform.items()
    slow = [stalled(platform, platform.text(platform.like())) for _ in range(20)]
    assert platform.post().status == 202
    for connection in slow:
        connection.close()
    assert platform.items() == before + 1


def test_a_slow_body_is_cut_off(platform: Platform, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(server._Handler, "timeout", 0.2)
    before = platform.items()
    with stalled(platform, platform.text(platform.like())) as connection:
        assert connection.recv(1) == b""
    assert platform.items() == before
    assert capfd.readouterr().err == ""
