"""The engines, one after the other, and which they are."""

from collections.abc import Iterator
from itertools import count
from typing import Any

import moto
import pytest
from store.contract import dynamodb_local as local
from store.contract import engines
from store.contract.engines import Engine

from chalicelib import settings
from chalicelib.store import clients
from locallove.cloud import aws
from locallove.faults.bucket import Bucket
from locallove.faults.parameters import Parameters

NUMBERS = count(1)


def pytest_report_header() -> str:
    """The engines' names and versions."""
    third = f"DynamoDB Local {local.version()}" if local.is_there() else "no DynamoDB Local"
    return f"the store's contract on: stand-in, moto {moto.__version__}, {third}"


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Where DynamoDB Local is."""
    with local.running() as found:
        yield found


@pytest.fixture(
    scope="module",
    params=[engines.STANDIN, engines.MOTO, pytest.param(engines.DYNAMODB_LOCAL, marks=pytest.mark.needs("dynamodb-local"))],
)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """One engine for all tests of a module: each test has partitions of its own."""
    if request.param == engines.STANDIN:
        made = engines.standin()
    elif request.param == engines.MOTO:
        made = engines.moto()
    else:
        made = engines.dynamodb_local(request.getfixturevalue("address"))
    with made as running:
        yield running


@pytest.fixture
def name() -> str:
    """A partition, live or key that no other test uses."""
    return f"test-{next(NUMBERS)}"


@pytest.fixture(scope="module", params=[engines.STANDIN, engines.MOTO])
def bucket(request: pytest.FixtureRequest) -> Iterator[tuple[Any, str]]:
    """The engine's S3 client, and the reports bucket there."""
    with aws.imitated():
        name = settings.read().reports_bucket
        yield (clients.s3(None) if request.param == engines.MOTO else Bucket(name, lambda: engines.NOW_MS)), name


@pytest.fixture(scope="module", params=[engines.STANDIN, engines.MOTO])
def parameters(request: pytest.FixtureRequest) -> Iterator[Any]:
    """The engine's SSM client."""
    with aws.imitated():
        yield clients.ssm(None) if request.param == engines.MOTO else Parameters(lambda: engines.NOW_MS)
