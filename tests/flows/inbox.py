"""A subscriber of the topic for notices: a queue, as a program that reads them has it."""

import json
from dataclasses import dataclass
from typing import Any, NamedTuple

import boto3

from chalicelib import runtime


class Received(NamedTuple):
    """A notice as it arrives."""

    subject: str
    text: str
    attributes: dict[str, str]


@dataclass(frozen=True, slots=True)
class Inbox:
    """The queue of one subscriber."""

    url: str

    def take(self) -> list[Received]:
        """What has come since the last time, in the order in which it was sent."""
        sqs: Any = boto3.client("sqs")
        found = []
        while messages := sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages"):
            for each in messages:
                sqs.delete_message(QueueUrl=self.url, ReceiptHandle=each["ReceiptHandle"])
                body = json.loads(each["Body"])
                attributes = {name: value["Value"] for name, value in body["MessageAttributes"].items()}
                found.append(Received(body["Subject"], body["Message"], attributes))
        return found

    def ids(self) -> list[str]:
        """The ids of what has come."""
        return [each.attributes["id"] for each in self.take()]


def subscribed() -> Inbox:
    """A new subscriber of the topic."""
    topic = runtime.service().settings.notices_topic
    assert topic is not None
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="notices")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    boto3.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return Inbox(url)
