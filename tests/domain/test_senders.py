"""Who may post: how many, under how many secrets, and ids that are never used again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.senders import CampaignSecrets, NoSuchSender, SenderRefused, added, revoked, signing_secret

NOBODY = CampaignSecrets(1, bytes(32), ())


def secret(number: int) -> str:
    return signing_secret(number.to_bytes(32))


def with_keys(*names: str) -> CampaignSecrets:
    """A campaign whose senders were added in this order, each time with a new secret."""
    secrets = NOBODY
    for number, name in enumerate(names):
        secrets = added(secrets, name, secret(number), number)
    return secrets


def keys(secrets: CampaignSecrets) -> dict[str, list[str]]:
    return {sender.name: [each.id for each in sender.secrets] for sender in secrets.senders}


def test_a_sender_may_have_two_secrets_and_the_order_of_senders_stays() -> None:
    assert keys(with_keys("platform", "studio", "platform")) == {"platform": ["platform-1", "platform-2"], "studio": ["studio-1"]}


def test_a_third_secret_is_refused_until_one_is_revoked() -> None:
    both = with_keys("platform", "platform")
    with pytest.raises(SenderRefused, match="platform-1 and platform-2: revoke one first"):
        added(both, "platform", secret(9), 0)
    rotated = added(revoked(both, "platform", "platform-1"), "platform", secret(9), 0)
    assert keys(rotated) == {"platform": ["platform-2", "platform-3"]}


def test_a_ninth_sender_is_refused_but_not_the_eighths_second_secret() -> None:
    eight = with_keys(*"abcdefgh")
    with pytest.raises(SenderRefused, match="8 senders already: revoke one first"):
        added(eight, "i", secret(9), 0)
    assert keys(added(eight, "h", secret(9), 0))["h"] == ["h-1", "h-2"]
    assert keys(added(revoked(eight, "a", None), "i", secret(9), 0))["i"] == ["i-2"]


@pytest.mark.parametrize("name", ["platform", "studio"])
def test_no_secret_is_there_twice(name: str) -> None:
    with pytest.raises(SenderRefused, match="already in use"):
        added(with_keys("platform"), name, secret(0), 0)


@pytest.mark.parametrize("name", ["", "A", "a b", "a#b", "a.b", "名", "a" * 65, "a\n"])
def test_a_name_that_cannot_be_one_is_refused(name: str) -> None:
    """The name is part of the key under which batches are stored."""
    with pytest.raises(SenderRefused, match="1 to 64"):
        added(NOBODY, name, secret(0), 0)


@pytest.mark.parametrize("size", [24, 32, 64])
def test_a_secret_has_24_to_64_bytes(size: int) -> None:
    secret = signing_secret(bytes(size))
    (key,) = added(NOBODY, "platform", secret, 0).sender("platform").secrets
    assert key.secret == secret


@pytest.mark.parametrize(
    "text",
    [
        signing_secret(bytes(23)),
        signing_secret(bytes(65)),
        signing_secret(bytes(32)).removeprefix("whsec_"),
        signing_secret(bytes(32)).rstrip("="),
        signing_secret(bytes(32)) + "\n",
        "whsec_" + "!" * 44,
        "whsec_" + "秘" * 44,
        "whsec_",
        "",
    ],
)
def test_what_cannot_be_a_secret_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(SenderRefused) as refused:
        added(NOBODY, "platform", text, 0)
    assert str(refused.value) == "a secret must be whsec_ and the base64 of 24 to 64 bytes"


def test_revoking_takes_one_key_or_the_whole_sender() -> None:
    both = with_keys("platform", "platform", "studio")
    assert keys(revoked(both, "platform", "platform-2")) == {"platform": ["platform-1"], "studio": ["studio-1"]}
    assert keys(revoked(both, "platform", None)) == {"studio": ["studio-1"]}
    assert keys(revoked(both, "studio", "studio-1")) == {"platform": ["platform-1", "platform-2"]}


def test_the_newest_key_being_revoked_first_its_id_is_still_not_used_again() -> None:
    gone = with_keys("platform", "platform")
    for key in ("platform-2", "platform-1"):
        gone = revoked(gone, "platform", key)
    assert keys(added(gone, "platform", secret(9), 0)) == {"platform": ["platform-3"]}


@pytest.mark.parametrize(
    ("name", "key"), [("studio", None), ("platform", "platform-2"), ("platform", "studio-1"), ("platform", "")]
)
def test_what_is_not_there_cannot_be_revoked(name: str, key: str | None) -> None:
    with pytest.raises(NoSuchSender):
        revoked(with_keys("platform"), name, key)


def test_what_is_printed_shows_no_secret() -> None:
    secrets = with_keys("platform")
    for shown in (repr(secrets), repr(secrets.senders), repr(secrets.senders[0].secrets[0]), f"{secrets}"):
        assert secret(0).removeprefix("whsec_") not in shown
        assert "\\x00" not in shown


@given(st.lists(st.tuples(st.sampled_from("abcdefghij"), st.sampled_from(["add", "sender", "oldest", "newest"])), max_size=60))
def test_whatever_is_done_ids_are_never_used_again_and_limits_hold(deeds: list[tuple[str, str]]) -> None:
    secrets, ever = NOBODY, set[str]()
    for number, (name, deed) in enumerate(deeds):
        held = keys(secrets).get(name, ["none"])
        try:
            if deed == "add":
                secrets = added(secrets, name, secret(number), number)
                new = secrets.sender(name).secrets[-1].id
                assert new not in ever
                ever.add(new)
            else:
                secrets = revoked(secrets, name, {"sender": None, "oldest": held[0], "newest": held[-1]}[deed])
        except (SenderRefused, NoSuchSender):
            continue
        assert len(secrets.senders) <= 8
        assert all(1 <= len(sender.secrets) <= 2 for sender in secrets.senders)
