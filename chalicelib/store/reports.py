"""The reports bucket: what is published, written once, and pointers that only move forward.

Access patterns: write a file unless it is there (publishing); read one; list some; replace a pointer if it is still the one that
was read.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from chalicelib.store.clients import StorageRefused, code, refusals

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

JSON = "application/json"

_HELD: Mapping[str, Any] = {"ObjectLockLegalHoldStatus": "ON"}
_NO_LOCK = "ObjectLockConfigurationNotFoundError"
_LOST = {"PreconditionFailed", "ConditionalRequestConflict"}


class Taken(Exception):
    """There is another content under this key already, or somebody else replaced it meanwhile."""


@dataclass(frozen=True, slots=True)
class Found:
    """An object's bytes, and the tag that a conditional replacement needs."""

    body: bytes
    etag: str


class Reports:
    """Published files by key."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket
        self._lock: bool | None = None

    def read(self, key: str) -> Found | None:
        """The object, if there is one. Raises: StorageRefused."""
        try:
            with refusals():
                answer = self._client.get_object(Bucket=self._bucket, Key=key)
                return Found(answer["Body"].read(), answer["ETag"])
        except self._client.exceptions.NoSuchKey:
            return None

    def keys(self, prefix: str) -> Iterator[str]:
        """The keys that begin with this prefix, in their order. Raises: StorageRefused."""
        more: dict[str, Any] = {}
        while True:
            with refusals():
                page = self._client.list_objects_v2(Bucket=self._bucket, Prefix=prefix, **more)
            yield from (found["Key"] for found in page.get("Contents", ()))
            if not page.get("IsTruncated"):
                return
            more = {"ContinuationToken": page["NextContinuationToken"]}

    def write_once(self, key: str, body: bytes, media_type: str, *, final: bool = True) -> None:
        """Write the object unless these very bytes are already there. Raises: Taken, StorageRefused.

        Where the bucket has Object Lock, what is `final` is put under a legal hold: nobody deletes it until somebody lifts that.
        """
        hold = _HELD if final and self._has_lock() else {}
        try:
            with refusals():
                self._client.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType=media_type, IfNoneMatch="*", **hold)
        except ClientError as error:
            if code(error) not in _LOST:
                raise
            found = self.read(key)
            if found is None:
                raise StorageRefused(f"{key} is being written by somebody else") from error
            if found.body != body:
                raise Taken(key) from error

    def move(self, key: str, body: bytes, media_type: str, before: Found | None) -> None:
        """Replace a pointer that is still as it was read (None: not there yet). Raises: Taken, StorageRefused."""
        try:
            with refusals():
                if before is None:
                    self._client.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType=media_type, IfNoneMatch="*")
                else:
                    self._client.put_object(Bucket=self._bucket, Key=key, Body=body, ContentType=media_type, IfMatch=before.etag)
        except ClientError as error:
            if code(error) in _LOST:
                raise Taken(key) from error
            raise

    def _has_lock(self) -> bool:
        """Whether the bucket was made with Object Lock, which is decided once."""
        if self._lock is None:
            try:
                with refusals():
                    self._client.get_object_lock_configuration(Bucket=self._bucket)
                self._lock = True
            except ClientError as error:
                if code(error) != _NO_LOCK:
                    raise
                self._lock = False
        return self._lock
