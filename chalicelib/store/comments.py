"""The text of comments in the reports bucket, where a campaign keeps it: an object for each batch, gone by itself after a while.

Access patterns: keep a batch's (intake, before the batch itself); a stored batch's (drawing a sample).
The key names the SHA-256 of the batch's text: what was put for a text that then lost its batch's id to another is never read.
"""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from chalicelib.domain.batches import StoredBatch
from chalicelib.store.clients import StorageRefused, code, refusals
from chalicelib.store.reports import Reports

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PREFIX = "comments/"


class Comments:
    """Kept text by live, sender and batch."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket
        self._objects = Reports(client, bucket)

    def put(self, batch: StoredBatch, body: bytes) -> None:
        """Keep the text of a batch's comments. Again under the same key: nothing new. Raises: StorageRefused."""
        try:
            with refusals():
                self._client.put_object(
                    Bucket=self._bucket, Key=_key(batch), Body=body, ContentType="application/gzip", IfNoneMatch="*"
                )
        except ClientError as error:
            if code(error) == "ConditionalRequestConflict":
                raise StorageRefused(code(error)) from error
            if code(error) != "PreconditionFailed":
                raise

    def of_batch(self, batch: StoredBatch) -> bytes | None:
        """What is kept of just this batch, with just this text. Raises: StorageRefused."""
        found = self._objects.read(_key(batch))
        return found.body if found else None


def _key(batch: StoredBatch) -> str:
    return f"{PREFIX}{batch.live}/{batch.sender}/{batch.batch}.{batch.sha256.hex()}.ndjson.gz"
