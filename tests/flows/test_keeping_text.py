"""The text of comments: kept only where the campaign says so, before the batch, for that batch alone, and shown nowhere."""

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import msgspec
import pytest
from aws_faults import refused
from samples import LIVE, sample_campaign, signed_headers
from web.posting import Platform

from chalicelib import runtime, telemetry
from chalicelib.domain import comments
from chalicelib.flows.intake import Posted
from chalicelib.store.comments import PREFIX
from locallove.cloud.local import LocalCloud, local_cloud
from locallove.cloud.mirror import mirror

SAID = "言葉は誰にも見せない"


@pytest.fixture
def keeping() -> Iterator[Platform]:
    """A platform that posts to a campaign which keeps comments' text."""
    with local_cloud(background=False) as cloud:
        yield Platform.of(cloud, msgspec.structs.replace(sample_campaign(), keep_text=True))


def comment(platform: Platform, number: int, text: str | None = SAID) -> dict[str, Any]:
    return platform.like(number, kind="comment", **({} if text is None else {"text": text}))


def objects() -> dict[str, bytes]:
    """What is kept, by key, with every version that there ever was."""
    s3, bucket = boto3.client("s3"), runtime.service().settings.reports_bucket
    listed = s3.list_object_versions(Bucket=bucket, Prefix=PREFIX).get("Versions", [])
    assert len({each["Key"] for each in listed}) == len(listed), "an object was written twice"
    return {each["Key"]: s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read() for each in listed}


def lines(body: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress(body).splitlines()]


def test_by_default_nothing_is_kept(cloud: LocalCloud) -> None:
    platform = Platform.of(cloud, sample_campaign())
    assert platform.post(platform.text(comment(platform, 1))).status == 202
    assert objects() == {}


def test_where_the_campaign_keeps_text_it_is_there_with_nothing_but_the_stored_id(keeping: Platform) -> None:
    text = keeping.text(comment(keeping, 1), keeping.like(2), comment(keeping, 3, "=1+1\n\u2028\0"), comment(keeping, 4, None))
    assert keeping.post(text, batch="b-1").status == 202
    ((key, body),) = objects().items()
    assert key.startswith(f"comments/{LIVE}/platform/b-1.")
    stored = keeping.kept("b-1")
    assert lines(body) == [
        {"v": 1, "id": stored[0].id_hash.hex(), "text": SAID},
        {"v": 1, "id": stored[2].id_hash.hex(), "text": "=1+1\n\u2028\0"},
    ]
    assert body[4:8] == bytes(4), "no time in the header"
    assert comments.read(body) == {stored[0].id_hash: SAID, stored[2].id_hash: "=1+1\n\u2028\0"}


def test_what_says_nothing_or_is_rehearsed_or_rejected_leaves_nothing(keeping: Platform) -> None:
    assert keeping.post(keeping.text(comment(keeping, 1, " \n"), comment(keeping, 2, ""))).status == 202
    assert keeping.post(keeping.text(comment(keeping, 1), rehearsal=True)).status == 202
    assert objects() == {}
    bad = {**comment(keeping, 2), "user": ""}
    assert keeping.post(keeping.text(comment(keeping, 1, "good"), bad)).status == 202
    (body,) = objects().values()
    assert [line["text"] for line in lines(body)] == ["good"]


def test_half_a_surrogate_pair_costs_neither_the_comment_nor_the_others(keeping: Platform) -> None:
    assert keeping.post(keeping.text(comment(keeping, 1, "a\ud83db"), comment(keeping, 2, "c"))).status == 202
    (body,) = objects().values()
    assert [line["text"] for line in lines(body)] == ["a?b", "c"]


def test_the_text_is_in_no_receipt_total_report_log_or_copy(
    keeping: Platform, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", telemetry.SERVICE)
    text = keeping.text(comment(keeping, 1), {**comment(keeping, 2), "market": "no"})
    answers = [keeping.post(text, batch="b-1").body for _ in range(2)]
    with refused(runtime.service()._s3, "PutObject", "SlowDown", status=503):
        answers.append(keeping.post(text, batch="b-2").body)
    totals = json.dumps(keeping.totals(), ensure_ascii=False)
    assert keeping.cloud.publish()["published"]
    files = mirror(runtime.service().settings.reports_bucket, tmp_path)
    assert {"batch stored", "request answered"} <= {record.message for record in caplog.records}
    logged = caplog.text + repr([vars(record) for record in caplog.records])
    seen = [*answers, totals.encode(), logged.encode(), *(file.read_bytes() for file in files)]
    escaped = json.dumps(SAID)[1:-1].encode()
    assert not any(SAID.encode() in each or escaped in each for each in seen)
    assert objects()
    assert not (tmp_path / "comments").exists()


def test_a_batch_that_is_sent_again_writes_nothing_more(keeping: Platform) -> None:
    text = keeping.text(comment(keeping, 1))
    assert [keeping.post(text, batch="b-1").status for _ in range(3)] == [202, 200, 200]
    assert len(objects()) == 1


def test_text_that_was_erased_does_not_come_back_and_changes_no_total(keeping: Platform) -> None:
    text = keeping.text(comment(keeping, 1))
    assert keeping.post(text, batch="b-1").status == 202
    before = keeping.totals()
    (key,) = objects()
    s3, bucket = boto3.client("s3"), runtime.service().settings.reports_bucket
    for each in s3.list_object_versions(Bucket=bucket, Prefix=PREFIX)["Versions"]:
        s3.delete_object(Bucket=bucket, Key=key, VersionId=each["VersionId"])
    assert keeping.post(text, batch="b-1").status == 200
    assert objects() == {}
    assert keeping.totals() == before


def test_equal_batch_ids_of_two_senders_do_not_meet(keeping: Platform) -> None:
    other = keeping.cloud.add_sender(keeping.campaign.id, "platform-b")
    text = keeping.text(comment(keeping, 1))
    assert keeping.post(text, batch="b-1").status == 202
    assert keeping.post(text, batch="b-1", secret=other).status == 202
    assert len(objects()) == 2


def test_where_the_bucket_refuses_nothing_is_stored_and_the_same_batch_is_taken_later(keeping: Platform) -> None:
    text = keeping.text(comment(keeping, 1))
    with refused(runtime.service()._s3, "PutObject", "SlowDown", status=503) as refusals:
        answer = keeping.post(text, batch="b-1")
    assert refusals
    assert (answer.status, answer.headers["Retry-After"], keeping.items()) == (503, "2", 0)
    assert keeping.post(text, batch="b-1").status == 202
    assert (keeping.items(), len(objects())) == (1, 1)


def test_where_the_table_refuses_after_it_the_same_bytes_are_there_once(keeping: Platform) -> None:
    text = keeping.text(comment(keeping, 1))
    with refused(runtime.service()._dynamodb, "PutItem", "ThrottlingException"):
        assert keeping.post(text, batch="b-1").status == 503
    first = objects()
    assert keeping.items() == 0
    assert first, "the text is put before the batch"
    assert keeping.post(text, batch="b-1").status == 202
    assert objects() == first


def test_another_text_under_the_same_id_is_refused_and_keeps_nothing(keeping: Platform) -> None:
    assert keeping.post(keeping.text(comment(keeping, 1)), batch="b-1").status == 202
    assert keeping.post(keeping.text(comment(keeping, 1, "other")), batch="b-1").status == 409
    assert len(objects()) == 1


def test_of_two_texts_at_once_the_losers_is_never_read(keeping: Platform) -> None:
    """Both found nothing stored, and both put what their comments say; the table took one."""
    assert keeping.post(keeping.text(comment(keeping, 1, "winner")), batch="b-1").status == 202
    service = runtime.service()
    (stored,) = service.reactions.of_channel(keeping.live)
    ((_, body),) = objects().items()
    lost = gzip.compress(gzip.decompress(body).replace(b"winner", b"loser"))
    service.comments.put(msgspec.structs.replace(stored, sha256=bytes(32)), lost)
    assert len(objects()) == 2
    found = service.comments.of_batch(stored)
    assert found is not None
    assert list(comments.read(found).values()) == ["winner"]


def test_what_is_not_ours_is_refused_without_saying_what_it_holds() -> None:
    for body in (b"", SAID.encode(), gzip.compress(SAID.encode()), gzip.compress(f'{{"text": "{SAID}"}}'.encode())):
        with pytest.raises(ValueError, match="not kept comments") as raised:
            comments.read(body)
        assert SAID not in str(raised.value)


def test_no_client_of_s3_is_made_unless_text_is_kept(cloud: LocalCloud) -> None:
    """The API's cold start does not pay for it."""
    platform = Platform.of(cloud, sample_campaign())
    fresh, text = runtime.Service(runtime.service().settings), platform.text(comment(platform, 1))
    fresh.intake.take(Posted(LIVE, signed_headers(platform.secret, "b-1", text), text, runtime.now_ms()))
    assert "_s3" not in vars(fresh)
