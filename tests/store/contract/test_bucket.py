"""Conditional writes, missing objects and lists of a bucket: the stand-in does as moto does, and both as AWS documents."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

Bucket = tuple[Any, str]


def refusal(deed: Any) -> tuple[str, int]:
    """The error's code and status."""
    with pytest.raises(ClientError) as refused:
        deed()
    response = refused.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


def test_an_object_is_created_once(bucket: Bucket, name: str) -> None:
    client, reports = bucket
    client.put_object(Bucket=reports, Key=name, Body=b"1", IfNoneMatch="*")
    again = refusal(lambda: client.put_object(Bucket=reports, Key=name, Body=b"2", IfNoneMatch="*"))
    assert again == ("PreconditionFailed", 412)
    assert client.get_object(Bucket=reports, Key=name)["Body"].read() == b"1"


def test_an_object_is_replaced_from_what_was_read(bucket: Bucket, name: str) -> None:
    client, reports = bucket
    tag = client.put_object(Bucket=reports, Key=name, Body=b"1", ContentType="text/plain")["ETag"]
    assert client.get_object(Bucket=reports, Key=name)["ETag"] == tag
    client.put_object(Bucket=reports, Key=name, Body=b"2", IfMatch=tag)
    stale = refusal(lambda: client.put_object(Bucket=reports, Key=name, Body=b"3", IfMatch=tag))
    assert stale == ("PreconditionFailed", 412)
    assert client.get_object(Bucket=reports, Key=name)["Body"].read() == b"2"


def test_an_object_that_is_gone_is_not_replaced(bucket: Bucket, name: str) -> None:
    client, reports = bucket
    gone = refusal(lambda: client.put_object(Bucket=reports, Key=name, Body=b"1", IfMatch='"0"'))
    assert gone == ("NoSuchKey", 404)
    with pytest.raises(client.exceptions.NoSuchKey):
        client.get_object(Bucket=reports, Key=name)


def test_a_missing_object_has_an_exception_of_its_own(bucket: Bucket, name: str) -> None:
    client, reports = bucket
    with pytest.raises(client.exceptions.NoSuchKey):
        client.get_object(Bucket=reports, Key=name)
    assert refusal(lambda: client.get_object(Bucket=reports, Key=name)) == ("NoSuchKey", 404)


def test_equal_bytes_have_equal_tags(bucket: Bucket, name: str) -> None:
    """So a replacement from what was read may follow a replacement by the same bytes."""
    client, reports = bucket
    tags = {client.put_object(Bucket=reports, Key=name, Body=body)["ETag"] for body in (b"1", b"2", b"1")}
    assert len(tags) == 2


def test_a_list_has_every_key_once_and_in_order(bucket: Bucket, name: str) -> None:
    client, reports = bucket
    keys = [f"{name}/{part}" for part in ("10", "9", "a/1", "a/2", "Z", "熊", "~")]
    for key in [*keys, f"{name}-other"]:
        client.put_object(Bucket=reports, Key=key, Body=key.encode())
    for most in (1, 2, 7, 1000):
        seen: list[str] = []
        more: dict[str, Any] = {}
        while True:
            page = client.list_objects_v2(Bucket=reports, Prefix=f"{name}/", MaxKeys=most, **more)
            assert page["KeyCount"] == len(page["Contents"]) <= most
            seen += [found["Key"] for found in page["Contents"]]
            if not page["IsTruncated"]:
                break
            more = {"ContinuationToken": page["NextContinuationToken"]}
        assert seen == sorted(keys)
    assert page["Contents"][0]["Size"] == len(f"{name}/10")


def test_an_empty_list_has_no_contents(bucket: Bucket, name: str) -> None:
    client, reports = bucket
    page = client.list_objects_v2(Bucket=reports, Prefix=name)
    assert "Contents" not in page
    assert (page["KeyCount"], page["IsTruncated"]) == (0, False)


def test_a_bucket_that_is_not_there_is_named_so(bucket: Bucket, name: str) -> None:
    client, _ = bucket
    assert refusal(lambda: client.get_object(Bucket="nowhere-at-all", Key=name))[0] == "NoSuchBucket"


def test_a_bucket_without_object_lock_says_so(bucket: Bucket) -> None:
    client, reports = bucket
    without = refusal(lambda: client.get_object_lock_configuration(Bucket=reports))
    assert without == ("ObjectLockConfigurationNotFoundError", 404)
