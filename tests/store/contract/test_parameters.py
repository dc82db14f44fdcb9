"""Parameters by version: the stand-in does as moto does, and the secrets' own class works on both."""

from typing import Any

import pytest

from chalicelib.domain.senders import signing_secret
from chalicelib.store.secrets import NoSecrets, Secrets


def test_a_parameter_is_created_once_and_its_versions_are_numbered(parameters: Any, name: str) -> None:
    put = {"Name": f"/{name}", "Type": "SecureString"}
    assert parameters.put_parameter(**put, Value="1", Overwrite=False)["Version"] == 1
    with pytest.raises(parameters.exceptions.ParameterAlreadyExists):
        parameters.put_parameter(**put, Value="2", Overwrite=False)
    assert parameters.put_parameter(**put, Value="3", Overwrite=True)["Version"] == 2
    for asked, value, version in ((f"/{name}", "3", 2), (f"/{name}:1", "1", 1), (f"/{name}:2", "3", 2)):
        found = parameters.get_parameter(Name=asked, WithDecryption=True)["Parameter"]
        assert (found["Value"], found["Version"]) == (value, version)


def test_what_is_not_there_has_exceptions_of_its_own(parameters: Any, name: str) -> None:
    with pytest.raises(parameters.exceptions.ParameterNotFound):
        parameters.get_parameter(Name=f"/{name}", WithDecryption=True)
    parameters.put_parameter(Name=f"/{name}", Type="SecureString", Value="1", Overwrite=False)
    with pytest.raises(parameters.exceptions.ParameterVersionNotFound):
        parameters.get_parameter(Name=f"/{name}:7", WithDecryption=True)


def test_secrets_are_made_once_and_a_sender_is_added(parameters: Any, name: str) -> None:
    secrets = Secrets(parameters, lambda campaign: f"/{campaign}/secrets")
    with pytest.raises(NoSecrets):
        secrets.fetch(name)
    secrets.create(name, b"1" * 32)
    secrets.create(name, b"2" * 32)
    secrets.add_sender(name, "platform", signing_secret(b"3" * 32), 1_700_000_000_000)
    found = secrets.fetch(name)
    assert found.pseudonym_key == b"1" * 32
    assert [sender.name for sender in found.senders] == ["platform"]
