"""Secrets in SSM: what an instance knows and for how long, and changes at the same time of which none is lost."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from aws_faults import asked, refused
from botocore.exceptions import (
    BotoCoreError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    ReadTimeoutError,
)

from chalicelib import runtime
from chalicelib.domain.senders import CampaignSecrets, NoSuchSender, SenderRefused, signing_secret
from chalicelib.store import clients
from chalicelib.store.clients import StorageRefused
from chalicelib.store.secrets import NoSecrets, Secrets
from locallove.cloud.local import local_cloud

CAMPAIGN = "test-campaign"
PARAMETER = f"/locallove/local/{CAMPAIGN}/secrets"
NOW = 1_700_000_000_000
SECOND = 1_000
MINUTE = 60 * SECOND


def instance() -> Secrets:
    """One more process that knows nothing yet: a Lambda instance, or an operator."""
    return Secrets(clients.ssm(None), runtime.service().settings.secrets_parameter)


def secret(number: int) -> str:
    return signing_secret(number.to_bytes(32))


def keys(secrets: CampaignSecrets) -> list[str]:
    return [each.id for sender in secrets.senders for each in sender.secrets]


def put_by_hand(value: str) -> None:
    boto3.client("ssm").put_parameter(Name=PARAMETER, Value=value, Type="SecureString", Overwrite=True)


def newest() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        boto3.client("ssm").get_parameter(Name=PARAMETER, WithDecryption=True)["Parameter"]["Value"]
    )
    return found


@contextmanager
def just_before_each_put(of: Secrets, *deeds: Callable[[], object]) -> Iterator[None]:
    """The deeds are done one by one, each when a change has been decided on and AWS has not seen it yet."""
    waiting = list(deeds)

    def interfere(_: dict[str, Any]) -> bool:
        if waiting:
            waiting.pop(0)()
        return False

    with refused(of._client, "PutParameter", "never", when=interfere):
        yield
    assert waiting == []


@pytest.fixture(scope="module", autouse=True)
def ssm() -> Iterator[None]:
    """One imitated SSM for all these tests, which share nothing but the name of a parameter."""
    with local_cloud(background=False):
        yield


@pytest.fixture
def operator() -> Secrets:
    """An operator of a campaign that nobody may post to yet."""
    boto3.client("ssm").delete_parameters(Names=[PARAMETER])
    operator = instance()
    operator.create(CAMPAIGN, bytes(range(32)))
    return operator


def test_an_instance_asks_once_a_minute(operator: Secrets) -> None:
    lambda_ = instance()
    with asked(lambda_._client, "GetParameter") as requests:
        for moment in range(NOW, NOW + MINUTE, SECOND):
            lambda_.of(CAMPAIGN, moment)
        assert len(requests) == 1
        lambda_.of(CAMPAIGN, NOW + MINUTE)
        assert len(requests) == 2


def test_a_revoked_secret_is_gone_everywhere_within_a_minute(operator: Secrets) -> None:
    operator.add_sender(CAMPAIGN, "platform", secret(1), NOW)
    operator.add_sender(CAMPAIGN, "platform", secret(2), NOW)
    lambda_ = instance()
    assert keys(lambda_.of(CAMPAIGN, NOW)) == ["platform-1", "platform-2"]
    operator.revoke(CAMPAIGN, "platform", "platform-1")
    assert keys(lambda_.of(CAMPAIGN, NOW + MINUTE - 1)) == ["platform-1", "platform-2"]
    assert keys(lambda_.of(CAMPAIGN, NOW + MINUTE)) == ["platform-2"]


def test_what_is_fresh_is_5_s_old_at_most_and_asked_for_no_more_often(operator: Secrets) -> None:
    """A new secret works within seconds; a stranger who sends wrong signatures all day costs a call in 5 s."""
    lambda_ = instance()
    lambda_.of(CAMPAIGN, NOW)
    operator.add_sender(CAMPAIGN, "platform", secret(1), NOW)
    with asked(lambda_._client, "GetParameter") as requests:
        assert keys(lambda_.fresh(CAMPAIGN, NOW + 5 * SECOND - 1)) == []
        assert requests == []
        assert keys(lambda_.fresh(CAMPAIGN, NOW + 5 * SECOND)) == ["platform-1"]
        for moment in range(NOW + 5 * SECOND, NOW + 65 * SECOND, 100):
            lambda_.fresh(CAMPAIGN, moment)
        assert len(requests) == 12


@pytest.mark.parametrize(
    ("error", "status"),
    [("ThrottlingException", 400), ("InternalServerError", 500), ("AccessDeniedException", 400), ("InvalidKeyId", 400)],
)
def test_the_last_good_secrets_serve_for_15_minutes_if_ssm_fails(operator: Secrets, error: str, status: int) -> None:
    operator.add_sender(CAMPAIGN, "platform", secret(1), NOW)
    lambda_ = instance()
    lambda_.of(CAMPAIGN, NOW)
    with refused(lambda_._client, "GetParameter", error, status=status) as refusals:
        for moment in range(NOW, NOW + 15 * MINUTE, SECOND):
            assert keys(lambda_.of(CAMPAIGN, moment)) == ["platform-1"]
        assert len(refusals) == 14
        for moment in range(NOW + 15 * MINUTE, NOW + 16 * MINUTE, SECOND):
            with pytest.raises(StorageRefused):
                lambda_.of(CAMPAIGN, moment)
        assert len(refusals) == 26
    assert keys(lambda_.of(CAMPAIGN, NOW + 16 * MINUTE)) == ["platform-1"]


@pytest.mark.parametrize("error", [ReadTimeoutError, ConnectTimeoutError, EndpointConnectionError, CredentialRetrievalError])
def test_ssm_that_does_not_answer_at_all_is_ssm_failing(operator: Secrets, error: type[BotoCoreError]) -> None:
    def silence(_: dict[str, Any]) -> bool:
        raise error(endpoint_url="nowhere", provider="nobody", error_msg="nothing")

    lambda_ = instance()
    with refused(lambda_._client, "GetParameter", "never", when=silence), pytest.raises(StorageRefused):
        lambda_.of(CAMPAIGN, NOW)
    lambda_.of(CAMPAIGN, NOW + 5 * SECOND)
    with refused(lambda_._client, "GetParameter", "never", when=silence):
        lambda_.of(CAMPAIGN, NOW + 10 * MINUTE)


def test_secrets_that_cannot_be_read_are_ssm_failing(operator: Secrets) -> None:
    """Neither what is broken nor what a later release wrote takes away what an instance knows, and no error repeats it."""
    operator.add_sender(CAMPAIGN, "platform", secret(1), NOW)
    whole = newest()
    for value in (
        "{",
        "[]",
        json.dumps({**whole, "pseudonym_key": secret(1)}),
        json.dumps({**whole, "after": None, "version": 2}),
    ):
        lambda_ = instance()
        lambda_.of(CAMPAIGN, NOW)
        put_by_hand(value)
        assert keys(lambda_.of(CAMPAIGN, NOW + MINUTE)) == ["platform-1"]
        with pytest.raises(StorageRefused, match="the secrets of test-campaign") as error:
            instance().of(CAMPAIGN, NOW)
        assert secret(1) not in repr(error.getrepr(showlocals=False))
        put_by_hand(json.dumps({**whole, "after": None}))


def test_ssm_that_fails_says_so_to_a_wrong_signature_too(operator: Secrets) -> None:
    """Old secrets cannot tell a stranger from somebody whose secret is new."""
    lambda_ = instance()
    lambda_.of(CAMPAIGN, NOW)
    with refused(lambda_._client, "GetParameter", "ThrottlingException") as refusals:
        for moment in range(NOW + 5 * SECOND, NOW + 15 * SECOND, 100):
            with pytest.raises(StorageRefused):
                lambda_.fresh(CAMPAIGN, moment)
    assert len(refusals) == 2
    assert keys(lambda_.fresh(CAMPAIGN, NOW + 15 * SECOND)) == []


def test_a_campaign_that_was_never_applied_has_no_secrets() -> None:
    for deed in (
        lambda: instance().of("nowhere", NOW),
        lambda: instance().fetch("nowhere"),
        lambda: instance().add_sender("nowhere", "platform", secret(1), NOW),
        lambda: instance().revoke("nowhere", "platform", None),
    ):
        with pytest.raises(NoSecrets):
            deed()


def test_creating_twice_keeps_the_first_key_and_the_senders(operator: Secrets) -> None:
    operator.add_sender(CAMPAIGN, "platform", secret(1), NOW)
    before = newest()
    operator.create(CAMPAIGN, bytes(32))
    assert newest() == before
    secrets = operator.fetch(CAMPAIGN)
    assert (secrets.pseudonym_key, keys(secrets)) == (bytes(range(32)), ["platform-1"])


def test_of_two_changes_at_once_none_is_lost(operator: Secrets) -> None:
    operator.add_sender(CAMPAIGN, "platform", secret(1), NOW)
    other = instance()
    with just_before_each_put(operator, lambda: other.revoke(CAMPAIGN, "platform", None)):
        operator.add_sender(CAMPAIGN, "studio", secret(2), NOW)
    assert keys(instance().fetch(CAMPAIGN)) == ["studio-2"]


def test_of_many_changes_at_once_none_is_lost(operator: Secrets) -> None:
    """Each decides on what it read before the next one got in between, and gets in between again when it tries again."""
    b, c, d = instance(), instance(), instance()

    def add(of: Secrets, name: str, number: int) -> Callable[[], object]:
        return lambda: of.add_sender(CAMPAIGN, name, secret(number), NOW)

    with (
        just_before_each_put(operator, add(b, "b", 2), add(instance(), "e", 5)),
        just_before_each_put(b, add(c, "c", 3), add(instance(), "f", 6)),
        just_before_each_put(c, add(d, "d", 4), add(instance(), "c", 7)),
    ):
        add(operator, "a", 1)()
    assert sorted(keys(instance().fetch(CAMPAIGN))) == ["a-1", "b-1", "c-1", "c-2", "d-1", "e-1", "f-1"]


def test_nobody_sees_a_change_missing_while_another_is_made_again(operator: Secrets) -> None:
    """What was put over it does not count, not even if whoever put it dies then and there."""
    other = instance()
    seen: list[list[str]] = []
    with (
        just_before_each_put(
            operator,
            lambda: other.add_sender(CAMPAIGN, "other", secret(2), NOW),
            lambda: seen.append(keys(instance().fetch(CAMPAIGN))),
        ),
    ):
        operator.add_sender(CAMPAIGN, "mine", secret(1), NOW)
    assert seen == [["other-1"]]
    assert [sender["name"] for sender in newest()["senders"]] == ["other", "mine"]


def test_what_another_change_has_made_impossible_is_refused(operator: Secrets) -> None:
    operator.add_sender(CAMPAIGN, "platform", secret(1), NOW)
    other = instance()
    with (
        just_before_each_put(operator, lambda: other.add_sender(CAMPAIGN, "platform", secret(2), NOW)),
        pytest.raises(SenderRefused, match="revoke one first"),
    ):
        operator.add_sender(CAMPAIGN, "platform", secret(3), NOW)
    assert keys(instance().fetch(CAMPAIGN)) == ["platform-1", "platform-2"]


def test_others_that_never_stop_end_a_change_with_try_again(operator: Secrets) -> None:
    def other(number: int) -> Callable[[], object]:
        return lambda: instance().add_sender(CAMPAIGN, "abcde"[number], secret(number), NOW)

    with just_before_each_put(operator, *map(other, range(5))), pytest.raises(StorageRefused, match="at the same time"):
        operator.add_sender(CAMPAIGN, "mine", secret(9), NOW)
    assert keys(instance().fetch(CAMPAIGN)) == ["a-1", "b-1", "c-1", "d-1", "e-1"]


def test_a_put_that_the_sdk_repeats_changes_once(operator: Secrets) -> None:
    """Its first answer was lost on the way; and somebody else got in between, too."""

    def same_put(request: dict[str, Any]) -> bool:
        put_by_hand(json.loads(request["body"])["Value"])
        return False

    with refused(operator._client, "PutParameter", "never", when=same_put):
        operator.add_sender(CAMPAIGN, "platform", secret(1), NOW)
    assert keys(operator.fetch(CAMPAIGN)) == ["platform-1"]

    def same_put_and_another(request: dict[str, Any]) -> bool:
        same_put(request)
        instance().add_sender(CAMPAIGN, "studio", secret(2), NOW)
        return False

    with refused(operator._client, "PutParameter", "never", when=same_put_and_another):
        operator.revoke(CAMPAIGN, "platform", "platform-1")
    assert keys(operator.fetch(CAMPAIGN)) == ["studio-2"]


def test_the_first_stored_form_is_read_and_changed(operator: Secrets) -> None:
    """Version 1 as it was before keys had a moment and versions said what they were made from."""
    sender = {"name": "platform", "secrets": [{"id": "platform-1", "secret": secret(1)}]}
    for _ in range(2):
        put_by_hand(json.dumps({"version": 1, "pseudonym_key": "A" * 43 + "=", "senders": [sender]}))
    assert keys(instance().of(CAMPAIGN, NOW)) == ["platform-1"]
    operator.add_sender(CAMPAIGN, "platform", secret(2), NOW)
    assert [(each.id, each.made_at_ms) for each in operator.fetch(CAMPAIGN).senders[0].secrets] == [
        ("platform-1", 0),
        ("platform-2", NOW),
    ]


def test_a_parameter_that_was_put_back_from_a_copy_counts(operator: Secrets) -> None:
    """The first version counts whatever it says: there is nothing before it."""
    operator.add_sender(CAMPAIGN, "platform", secret(1), NOW)
    copy = json.dumps({**newest(), "after": 17})
    boto3.client("ssm").delete_parameter(Name=PARAMETER)
    put_by_hand(copy)
    operator.add_sender(CAMPAIGN, "platform", secret(2), NOW)
    assert keys(instance().of(CAMPAIGN, NOW)) == ["platform-1", "platform-2"]


def test_the_largest_secrets_fit_a_standard_parameter(operator: Secrets) -> None:
    """Eight senders of the longest name with two secrets of 32 bytes, after a hundred revocations."""
    for number in range(100):
        operator.add_sender(CAMPAIGN, "x" * 64, secret(number), NOW)
        operator.revoke(CAMPAIGN, "x" * 64, None)
    for number in range(16):
        operator.add_sender(CAMPAIGN, f"{number % 8}" * 64, secret(number), NOW)
    (found,) = boto3.client("ssm").describe_parameters(ParameterFilters=[{"Key": "Name", "Values": [PARAMETER]}])["Parameters"]
    assert (found["Type"], found["Tier"]) == ("SecureString", "Standard")
    assert len(json.dumps(newest(), separators=(",", ":"))) < 3600


def test_what_does_not_fit_is_refused_before_it_is_put(operator: Secrets) -> None:
    """Secrets of 64 bytes, which a platform may bring, with the longest names."""
    for number in range(15):
        operator.add_sender(CAMPAIGN, f"{number % 8}" * 64, signing_secret(number.to_bytes(64)), NOW)
    with pytest.raises(SenderRefused, match="together would take more than 4096 bytes"):
        operator.add_sender(CAMPAIGN, "7" * 64, signing_secret(bytes([1]) * 64), NOW)
    assert len(keys(instance().fetch(CAMPAIGN))) == 15


def test_what_aws_says_of_a_value_that_it_refuses_is_not_repeated(operator: Secrets) -> None:
    with refused(operator._client, "PutParameter", "ValidationException"), pytest.raises(StorageRefused) as error:
        operator.add_sender(CAMPAIGN, "platform", secret(1), NOW)
    assert (str(error.value), error.value.__cause__, error.value.__suppress_context__) == ("SSM refuses the value", None, True)


def test_revoking_what_is_not_there_puts_nothing(operator: Secrets) -> None:
    with refused(operator._client, "PutParameter", "never") as refusals, pytest.raises(NoSuchSender):
        operator.revoke(CAMPAIGN, "platform", None)
    assert refusals == []
