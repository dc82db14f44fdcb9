"""An S3 client in memory, for the calls that `chalicelib/store` makes on its bucket.

Answers for: conditional writes (`IfNoneMatch="*"`, `IfMatch`), pages of a list in the order of the keys' bytes, S3's error codes.
Refuses: every other call and parameter (NotImitated); versions, links; the bucket is one without Object Lock.
Source: Amazon S3 user guide, "Conditional writes".
"""

from dataclasses import dataclass
from hashlib import md5
from io import BytesIO
from typing import Any

from locallove.faults.client import Around, Client, Clock, NotImitated, Refused, plainly

MAX_KEYS = 1000

_PUT = frozenset({"Body", "Bucket", "CacheControl", "ContentEncoding", "ContentType", "IfMatch", "IfNoneMatch", "Key"})
_GET = frozenset({"Bucket", "Key"})
_LOCK = frozenset({"Bucket"})
_LIST = frozenset({"Bucket", "ContinuationToken", "MaxKeys", "Prefix", "StartAfter"})


@dataclass(frozen=True, slots=True)
class _Object:
    body: bytes
    media_type: str

    @property
    def etag(self) -> str:
        return f'"{md5(self.body, usedforsecurity=False).hexdigest()}"'


class Bucket(Client):
    """One bucket and its objects. `clock` gives milliseconds; `around` stands around every call."""

    errors = ("NoSuchBucket", "NoSuchKey")

    def __init__(self, name: str, clock: Clock, around: Around = plainly) -> None:
        super().__init__(clock, around)
        self._name = name
        self._objects: dict[str, _Object] = {}

    def put_object(self, **asked: Any) -> dict[str, Any]:
        """Write an object, as PutObject. Raises: ClientError, NotImitated."""
        return self._call("PutObject", asked, _PUT, self._put)

    def get_object(self, **asked: Any) -> dict[str, Any]:
        """An object, as GetObject. Raises: ClientError, NotImitated."""
        return self._call("GetObject", asked, _GET, self._get)

    def list_objects_v2(self, **asked: Any) -> dict[str, Any]:
        """A page of keys, as ListObjectsV2. Raises: ClientError, NotImitated."""
        return self._call("ListObjectsV2", asked, _LIST, self._list)

    def get_object_lock_configuration(self, **asked: Any) -> dict[str, Any]:
        """As GetObjectLockConfiguration of a bucket without Object Lock. Raises: ClientError, NotImitated."""
        return self._call("GetObjectLockConfiguration", asked, _LOCK, self._lock)

    def objects(self) -> dict[str, bytes]:
        """All that the bucket holds at this moment, without a call."""
        return {key: found.body for key, found in sorted(self._objects.items())}

    def _put(self, asked: dict[str, Any]) -> dict[str, Any]:
        self._check(asked)
        found = self._objects.get(asked["Key"])
        if asked.get("IfNoneMatch", "*") != "*" or {"IfMatch", "IfNoneMatch"} <= asked.keys():
            raise NotImitated("IfNoneMatch other than * or together with IfMatch")
        if "IfMatch" in asked and found is None:
            raise Refused("NoSuchKey", "The specified key does not exist.", 404)
        if ("IfNoneMatch" in asked and found) or ("IfMatch" in asked and found and asked["IfMatch"] != found.etag):
            raise Refused("PreconditionFailed", "At least one of the pre-conditions you specified did not hold", 412)
        made = _Object(bytes(asked["Body"]), asked.get("ContentType", "binary/octet-stream"))
        self._objects[asked["Key"]] = made
        return {"ETag": made.etag}

    def _get(self, asked: dict[str, Any]) -> dict[str, Any]:
        self._check(asked)
        found = self._objects.get(asked["Key"])
        if found is None:
            raise Refused("NoSuchKey", "The specified key does not exist.", 404)
        about = {"ETag": found.etag, "ContentLength": len(found.body), "ContentType": found.media_type}
        return {"Body": BytesIO(found.body), **about}

    def _list(self, asked: dict[str, Any]) -> dict[str, Any]:
        self._check(asked)
        prefix, most = asked.get("Prefix", ""), min(asked.get("MaxKeys", MAX_KEYS), MAX_KEYS)
        after = asked.get("ContinuationToken", asked.get("StartAfter", ""))
        keys = [key for key in sorted(self._objects) if key.startswith(prefix) and key > after]
        shown = [(key, self._objects[key]) for key in keys[:most]]
        answer: dict[str, Any] = {"IsTruncated": len(keys) > most, "KeyCount": len(shown), "MaxKeys": most, "Prefix": prefix}
        if shown:
            answer["Contents"] = [{"Key": key, "Size": len(found.body), "ETag": found.etag} for key, found in shown]
        if len(keys) > most:
            answer["NextContinuationToken"] = keys[most - 1]
        return answer

    def _lock(self, asked: dict[str, Any]) -> dict[str, Any]:
        self._check(asked)
        raise Refused("ObjectLockConfigurationNotFoundError", "Object Lock configuration does not exist for this bucket", 404)

    def _check(self, asked: dict[str, Any]) -> None:
        if asked["Bucket"] != self._name:
            raise Refused("NoSuchBucket", "The specified bucket does not exist", 404)
