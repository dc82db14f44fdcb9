"""The bucket's files, copied to a folder so that a person can open them: all but the text of comments, which nobody is shown."""

from collections.abc import Iterator
from pathlib import Path

import boto3

from chalicelib.store import comments


def mirror(bucket: str, folder: Path) -> list[Path]:
    """Copy the bucket's objects (not comments' text) into the folder and give the files written; what else lies there stays."""
    return list(_copied(bucket, folder))


def _copied(bucket: str, folder: Path) -> Iterator[Path]:
    s3 = boto3.client("s3")
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for found in page.get("Contents", []):
            if found["Key"].startswith(comments.PREFIX):
                continue
            file = folder / found["Key"]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(s3.get_object(Bucket=bucket, Key=found["Key"])["Body"].read())
            yield file
