"""The bucket from which CloudFormation takes what was packaged: zips and template, each under the hash of its content.

Answers for: equal content under an equal address, so that deploying the same package again changes nothing.
Refuses: deleting. What an earlier release was made of stays, for going back to it.
"""

import json
from collections.abc import Mapping
from copy import deepcopy
from hashlib import sha256
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.store.clients import code
from locallove.operate.account import Account
from locallove.operate.mistake import Mistake

TEMPLATE = "sam.json"


def packaged(stage: str, folder: Path) -> dict[str, Any]:
    """The template of a package. Raises: Mistake where there is none."""
    try:
        template: dict[str, Any] = json.loads((folder / TEMPLATE).read_text(encoding="utf-8"))
    except OSError as error:
        raise Mistake(f"{folder} holds no package ({error.strerror}): make package STAGE={stage}") from error
    return template


def uploaded(account: Account, stage: str, folder: Path, template: Mapping[str, Any]) -> str:
    """Upload a package; gives the address at which CloudFormation finds its template. Raises: ClientError."""
    bucket, template = _bucket(account), deepcopy(dict(template))
    for resource in template["Resources"].values():
        properties = resource.get("Properties", {})
        for name in {"CodeUri", "ContentUri"} & properties.keys():
            key = _put(account, bucket, stage, (folder / properties[name]).read_bytes(), ".zip")
            properties[name] = f"s3://{bucket}/{key}"
    key = _put(account, bucket, stage, json.dumps(template, sort_keys=True).encode(), ".json")
    return f"{account.s3.meta.endpoint_url}/{bucket}/{key}"


def _bucket(account: Account) -> str:
    """The bucket's name; it is made if there is none: private, encrypted, of this account alone."""
    s3, name = account.s3, f"locallove-artifacts-{account.number}-{account.region}"
    try:
        s3.head_bucket(Bucket=name, ExpectedBucketOwner=account.number)
    except ClientError as error:
        if code(error) not in ("404", "NoSuchBucket"):
            raise
        elsewhere: Any = {"CreateBucketConfiguration": {"LocationConstraint": account.region}}
        s3.create_bucket(Bucket=name, **({} if account.region == "us-east-1" else elsewhere))
        closed = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
        s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=dict.fromkeys(closed, True))  # type: ignore[arg-type]
    return name


def _put(account: Account, bucket: str, stage: str, body: bytes, ending: str) -> str:
    key = f"{stage}/{sha256(body).hexdigest()}{ending}"
    account.s3.put_object(Bucket=bucket, Key=key, Body=body)
    return key
