"""The bucket's conditional writes: nothing is written twice, and a pointer moves only from where it was read."""

from collections.abc import Iterator

import boto3
import pytest

from chalicelib import runtime
from chalicelib.store.reports import Found, Reports, Taken
from locallove.cloud import aws

KEY = "test/latest.json"
JSON = "application/json"


@pytest.fixture
def reports() -> Iterator[Reports]:
    with aws.imitated():
        runtime.service.cache_clear()
        yield runtime.service().reports
        runtime.service.cache_clear()


def read(reports: Reports) -> Found:
    found = reports.read(KEY)
    assert found is not None
    return found


def test_what_is_not_there_is_none(reports: Reports) -> None:
    assert reports.read(KEY) is None


def test_a_pointer_moves_from_where_it_was_read(reports: Reports) -> None:
    reports.move(KEY, b"1", JSON, None)
    reports.move(KEY, b"2", JSON, read(reports))
    assert read(reports).body == b"2"


def test_a_pointer_is_created_once(reports: Reports) -> None:
    """Of two first runs at once the second is told so."""
    reports.move(KEY, b"1", JSON, None)
    with pytest.raises(Taken):
        reports.move(KEY, b"2", JSON, None)
    assert read(reports).body == b"1"


def test_a_pointer_that_somebody_else_has_moved_does_not_move_back(reports: Reports) -> None:
    """Of two runs that read the same pointer the slower is told so."""
    reports.move(KEY, b"1", JSON, None)
    stale = read(reports)
    reports.move(KEY, b"2", JSON, stale)
    with pytest.raises(Taken):
        reports.move(KEY, b"late", JSON, stale)
    assert read(reports).body == b"2"


def test_a_file_is_written_once_and_the_same_bytes_again_are_no_news(reports: Reports) -> None:
    reports.write_once(KEY, b"1", JSON)
    reports.write_once(KEY, b"1", JSON)
    with pytest.raises(Taken):
        reports.write_once(KEY, b"2", JSON)
    assert read(reports).body == b"1"


LOCKED = "locked"


@pytest.fixture
def locked(reports: Reports) -> Reports:
    """A bucket that was made with Object Lock."""
    boto3.client("s3").create_bucket(
        Bucket=LOCKED, ObjectLockEnabledForBucket=True, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-1"}
    )
    return Reports(boto3.client("s3"), LOCKED)


def hold_of(key: str) -> str | None:
    return boto3.client("s3").head_object(Bucket=LOCKED, Key=key).get("ObjectLockLegalHoldStatus")


def test_what_is_final_is_held_where_the_bucket_has_object_lock(locked: Reports) -> None:
    """And what is not is free to go, as are pointers."""
    locked.write_once("final", b"1", JSON)
    locked.write_once("final", b"1", JSON)
    locked.write_once("provisional", b"1", JSON, final=False)
    locked.move(KEY, b"1", JSON, None)
    assert [hold_of(key) for key in ("final", "provisional", KEY)] == ["ON", None, None]
    (version,) = boto3.client("s3").list_object_versions(Bucket=LOCKED, Prefix="final")["Versions"]
    with pytest.raises(boto3.client("s3").exceptions.ClientError, match="AccessDenied"):
        boto3.client("s3").delete_object(Bucket=LOCKED, Key="final", VersionId=version["VersionId"])


def test_a_bucket_without_object_lock_takes_what_is_final_as_it_is(reports: Reports) -> None:
    reports.write_once(KEY, b"1", JSON)
    name = runtime.service().settings.reports_bucket
    assert "ObjectLockLegalHoldStatus" not in boto3.client("s3").head_object(Bucket=name, Key=KEY)
