"""Links to files of the reports bucket, each signed at the moment when it is asked for: whoever has one may read that file.

Answers for: links that S3 takes for some minutes (Signature Version 4), at the bucket's own regional address.
Refuses: who may have one, and whether the file is there: to sign, nothing is asked of S3.
"""

from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

VALID_S = 300
INVITED_VALID_S = 60
"""How long a link is good that only the holder of an invitation is given: to follow it, not to hand it on."""


def signing_client(links_url: str | None) -> "S3Client":
    """A client for signing only. `links_url` is where links lead in place of AWS: to an imitation, which has one host."""
    # Left to itself, boto3 signs links the old way, which newer regions refuse, and against the global host, which redirects.
    config = Config(signature_version="s3v4", s3={"addressing_style": "path" if links_url else "virtual"})
    return boto3.client("s3", endpoint_url=links_url, config=config)


class Links:
    """Links to published files by key."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def to(self, key: str, *, head: bool = False, valid_s: int = VALID_S) -> str:
        """A link to the object, good for so many seconds; a signature is good for one method, GET or HEAD."""
        operation = "head_object" if head else "get_object"
        return self._client.generate_presigned_url(operation, {"Bucket": self._bucket, "Key": key}, valid_s)
