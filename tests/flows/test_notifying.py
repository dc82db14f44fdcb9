"""Notifying: one notice for each final report and for each correction; twice at worst, never none, and in nobody's way."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import boto3
import pytest
from aws_faults import asked, refused
from flows.closed import Closed, closed_campaign
from flows.inbox import Inbox, subscribed
from publishing import publish
from samples import LIVE

from chalicelib import runtime, telemetry
from chalicelib.domain.payments import Payment
from chalicelib.flows.decisions import Decision
from chalicelib.store.clients import StorageRefused
from locallove.cloud.local import local_cloud

MOVED, SAME = {"published": 3, "skipped": 0}, {"published": 0, "skipped": 3}
FIRST = ["campaign/test-campaign/1", f"live/{LIVE}/1"]
SECOND = ["campaign/test-campaign/2", f"live/{LIVE}/2"]
WITHOUT_B2 = Decision(exclude_batches=frozenset({"platform#b-2"}), exclude_because="forged", correct="b-2 was forged")


@pytest.fixture
def closed() -> Iterator[Closed]:
    with local_cloud(background=False) as cloud:
        cloud.apply(campaign := closed_campaign())
        subject = Closed(cloud, campaign)
        subject.send("b-1", *(subject.like(number) for number in range(30)))
        subject.send("b-2", subject.like(40, count=70))
        yield subject


@pytest.fixture
def inbox(closed: Closed) -> Inbox:
    return subscribed()


def about_a_notice(asked: dict[str, Any]) -> bool:
    return b"notice#" in asked["body"]


def sns() -> Any:
    notifier = runtime.service().notifier
    assert notifier is not None
    return notifier._notices._topics


def on_record() -> list[tuple[str, str]]:
    items = boto3.client("dynamodb").scan(TableName=runtime.service().settings.campaigns_table)["Items"]
    return sorted((each["pk"]["S"], each["sk"]["S"]) for each in items if each["pk"]["S"].startswith("notice#"))


def report(closed: Closed, prefix: str) -> Any:
    files = closed.published()
    folder = json.loads(files[f"{prefix}/latest.json"])["folder"]
    return json.loads(files[f"{prefix}/{folder}/report.json"])


def test_a_provisional_report_has_no_notice(closed: Closed, inbox: Inbox) -> None:
    assert closed.cloud.publish() == MOVED
    assert inbox.take() == []
    assert on_record() == []


def test_a_settled_live_and_its_campaign_have_one_notice_each_and_no_second_one(closed: Closed, inbox: Inbox) -> None:
    closed.settle()
    assert inbox.take() == [], "settled is not yet published"
    assert publish() == MOVED
    assert inbox.ids() == FIRST
    assert on_record() == [("notice#test-campaign", "#1"), ("notice#test-campaign", f"{LIVE}#1")]
    assert publish() == SAME
    payment = Payment(LIVE, "JPY", 700, "2023-02-10", "熊本県", "one", None, "2023-02-10T00:00:00Z")
    assert runtime.service().campaigns.pay("test-campaign", payment)
    assert publish() == MOVED, "a payment is a new report, of the same statement"
    assert inbox.take() == []


def test_a_notice_has_the_reports_figures_to_the_unit(closed: Closed, inbox: Inbox) -> None:
    payment = Payment(LIVE, "JPY", 700, "2023-02-10", "熊本県", "one", None, "2023-02-10T00:00:00Z")
    assert runtime.service().campaigns.pay("test-campaign", payment)
    settled = closed.settle()
    publish()
    notices = {each.attributes["id"]: each for each in inbox.take()}
    for name, prefix in zip(FIRST, ("test-campaign/campaign", f"test-campaign/live-{LIVE}"), strict=True):
        said, notice = report(closed, prefix), notices[name]
        assert said["donation_minor"] == 2000
        counts, balance = said["figures"]["counts"], said["balance"]
        for label, number in (("いいね", counts["like"]), ("コメント", counts["comment"]), ("総リアクション", counts["total"])):
            assert f"\n{label}：{number:,}\n" in notice.text
        for label in ("Likes: 100", "Comments: 0", "Gifts: 0", "Total reactions: 100", "Donation: ¥2,000"):
            assert f"\n{label}\n" in notice.text
        for label, part in (
            ("約束した額（最大）", "promised"),
            ("確定した額", "earned"),
            ("支払済み", "paid"),
            ("未払い", "open"),
        ):
            assert f"\n{label}：{balance[f'{part}_minor']:,}円\n" in notice.text
        assert [balance[f"{part}_minor"] for part in ("promised", "earned", "paid", "open")] == [2000, 2000, 700, 1300]
        digest = notice.attributes["statement_sha256"]
        assert notice.text.count(f"：{digest[:16]}\n") == notice.text.count(f"SHA-256：{digest}\n") == 1
    live = notices[f"live/{LIVE}/1"]
    assert live.attributes == {
        "id": f"live/{LIVE}/1",
        "kind": "final",
        "campaign": "test-campaign",
        "live": LIVE,
        "statement_sha256": settled.statement_sha256,
    }
    assert live.subject == f"Local Love: {LIVE} final, No. 1"
    assert "\nPublic page, with the statement and how to check it: /live/test-campaign\n" in live.text


def test_a_correction_has_a_notice_that_says_so_and_why(closed: Closed, inbox: Inbox) -> None:
    first = closed.settle()
    publish()
    assert inbox.ids() == FIRST
    closed.settle(WITHOUT_B2)
    assert publish() == MOVED
    notices = inbox.take()
    assert [each.attributes["id"] for each in notices] == SECOND
    for each in notices:
        assert each.attributes["kind"] == "correction"
        assert each.subject.endswith(" corrected, No. 2")
        assert f"訂正：Live [{LIVE}] 第2号（理由：b-2 was forged）" in each.text
        assert "\nTotal reactions: 30\n" in each.text
    assert f"訂正前のSHA-256：{first.statement_sha256}\n" in notices[1].text
    assert publish() == SAME
    assert inbox.take() == []


def test_a_correction_before_the_first_report_has_the_only_notice(closed: Closed, inbox: Inbox) -> None:
    closed.settle()
    closed.settle(WITHOUT_B2)
    publish()
    assert inbox.ids() == SECOND


def test_a_topic_that_refuses_stops_no_report_and_is_tried_again(
    closed: Closed, inbox: Inbox, caplog: pytest.LogCaptureFixture
) -> None:
    """Also when nothing has moved in the meantime."""
    closed.settle()
    for _ in range(2):
        with refused(sns(), "Publish", "InternalError", status=500), pytest.raises(ExceptionGroup) as caught:
            publish()
        assert [type(each) for each in caught.value.exceptions] == [StorageRefused] * 2
        assert [each.__notes__ for each in caught.value.exceptions] == [[f"notice {name}"] for name in FIRST]
        assert report(closed, "test-campaign/campaign")["provisional"] is False
        assert inbox.take() == []
    lines = [vars(each) for each in caplog.records]
    assert [each["notice"] for each in lines if each["message"] == "notice failed"] == FIRST * 2
    assert publish() == SAME
    assert inbox.ids() == FIRST


def test_a_notice_that_is_always_refused_holds_up_no_other(closed: Closed, inbox: Inbox) -> None:
    closed.settle()
    with (
        refused(sns(), "Publish", "InvalidParameter", lambda asked: FIRST[0] in asked["body"].values()),
        pytest.raises(ExceptionGroup) as caught,
    ):
        publish()
    assert len(caught.value.exceptions) == 1
    assert inbox.ids() == FIRST[1:]


def test_killed_between_sending_and_recording_it_is_sent_again_under_the_same_id(closed: Closed, inbox: Inbox) -> None:
    closed.settle()
    with refused(runtime.service()._dynamodb, "PutItem", "ThrottlingException", about_a_notice), suppress(ExceptionGroup):
        publish()
    assert on_record() == []
    assert publish() == SAME
    assert inbox.ids() == FIRST * 2
    publish()
    assert inbox.take() == []


def test_killed_before_sending_it_is_not_lost(closed: Closed, inbox: Inbox) -> None:
    closed.settle()
    with refused(runtime.service()._dynamodb, "GetItem", "ThrottlingException", about_a_notice), suppress(ExceptionGroup):
        publish()
    assert inbox.take() == []
    publish()
    assert inbox.ids() == FIRST


def test_a_run_that_was_overtaken_by_a_correction_sends_nothing_old(closed: Closed, inbox: Inbox) -> None:
    """It has read the first statement; then a correction and a whole other run come in between."""
    closed.settle()
    service = runtime.service()
    overtaking: list[str] = []
    read = service.reports.read

    def overtaken(key: str) -> Any:
        if key.endswith("latest.json") and not overtaking:
            overtaking.append(key)
            closed.settle(WITHOUT_B2)
            publish(at_ms=closed.opens_ms)
        return read(key)

    service.reports.read = overtaken  # type: ignore[method-assign]
    assert publish() == SAME
    assert inbox.ids() == SECOND


def test_a_campaigns_old_statement_is_not_sent_with_the_figures_of_a_corrected_live(closed: Closed, inbox: Inbox) -> None:
    """A correction was interrupted between the live's new statement and the campaign's."""
    closed.settle()
    settler, now_ms = runtime.service().settler, closed.opens_ms + 5000
    with (
        refused(
            runtime.service()._s3, "PutObject", "SlowDown", lambda asked: "/campaign/settled-0002" in asked["url"], status=503
        ),
        pytest.raises(StorageRefused),
    ):
        settler.settle(closed.campaign.id, LIVE, now_ms, WITHOUT_B2)
    publish()
    assert inbox.ids() == SECOND[1:]
    settler.settle_all(now_ms)
    publish()
    assert inbox.ids() == SECOND[:1]


def test_without_a_topic_nothing_is_sent_and_all_is_published(
    monkeypatch: pytest.MonkeyPatch, closed: Closed, inbox: Inbox
) -> None:
    closed.settle()
    monkeypatch.setenv("LOCALLOVE_NOTICES_TOPIC", "")
    runtime.service.cache_clear()
    assert publish() == MOVED
    assert (inbox.take(), on_record()) == ([], [])


def test_the_address_is_the_public_pages_and_begins_with_the_public_one(
    monkeypatch: pytest.MonkeyPatch, closed: Closed, inbox: Inbox
) -> None:
    closed.settle()
    monkeypatch.setenv("LOCALLOVE_PUBLIC_URL", "https://api.example.org/api/")
    runtime.service.cache_clear()
    publish()
    addresses = [re.findall(r"https?:\S+", each.text) for each in inbox.take()]
    assert addresses == [["https://api.example.org/api/live/test-campaign"] * 2] * 2


def test_a_definition_is_read_without_the_records_of_notices(closed: Closed, inbox: Inbox) -> None:
    """The API reads a campaign's partition with every refresh; what it reads does not grow with notices."""
    closed.settle()
    publish()
    assert len(on_record()) == 2
    with asked(runtime.service()._dynamodb, "Query") as queries:
        assert runtime.service().campaigns.get(closed.campaign.id) is not None
    assert [each["ExpressionAttributeValues"][":pk"]["S"] for each in queries] == ["campaign#test-campaign"]


def test_a_notice_is_a_line_of_the_log_and_a_metric(
    closed: Closed,
    inbox: Inbox,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO", telemetry.SERVICE)
    closed.settle()
    monkeypatch.setenv("POWERTOOLS_METRICS_DISABLED", "false")
    with refused(sns(), "Publish", "InternalError", status=500), suppress(ExceptionGroup):
        publish()
    publish()
    metrics = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [each["NoticeFailures"] for each in metrics if "NoticeFailures" in each] == [[1.0]] * 2
    assert [each["NoticesSent"] for each in metrics if "NoticesSent" in each] == [[1.0]] * 2
    assert not any("PublishingFailures" in each for each in metrics)
    lines = [vars(each) for each in caplog.records]
    assert [each["notice"] for each in lines if each["message"] == "notice sent"] == FIRST
