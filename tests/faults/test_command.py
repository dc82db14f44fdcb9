"""`locallove faults` as a stranger calls it."""

import json

import pytest
from command_line import locallove

from locallove.faults.chance import KINDS
from locallove.faults.runs import first_caught


def test_the_trace_depends_on_the_seeds_alone() -> None:
    """Not on the salt of Python's hashes, nor on the number of processors."""
    one, other = (locallove("faults", "--runs", "8", "--no-bugs", "--json", PYTHONHASHSEED=salt) for salt in ("1", "2"))
    assert one.returncode == 0, one.stderr
    assert one.stdout == other.stdout
    said = json.loads(one.stdout)
    assert (said["runs"], said["lost"], said["doubled"], said["wrong_totals"], said["failed_seeds"]) == (8, 0, 0, 0, [])
    assert list(said["faults"]) == list(KINDS)
    assert said["events"] > 1_000


def test_a_failing_seed_names_its_faults_and_the_command_that_repeats_it() -> None:
    seed = first_caught("skip the batch", range(1, 100))
    result = locallove("faults", "--runs", "1", "--seed", str(seed), "--no-bugs", "--plant", "skip the batch")
    assert result.returncode == 1
    assert "1 failed" in result.stdout.splitlines()[-1]
    assert f"Seed {seed}: " in result.stderr
    assert " faults:\n    " in result.stderr
    again = f'  again: locallove faults --runs 1 --seed {seed} --no-bugs --plant "skip the batch"'
    assert result.stderr.splitlines()[-1] == again


def test_a_planted_bug_that_goes_unnoticed_is_a_failure() -> None:
    result = locallove("faults", "--runs", "1", "--json")
    assert result.returncode == 1
    caught, planted = json.loads(result.stdout)["planted_bugs_caught"].split("/")
    assert int(caught) < int(planted) == 13


@pytest.mark.parametrize("arguments", [("--runs", "0"), ("--seed", "-1"), ("--plant", "nothing"), ("--runs", "many")])
def test_wrong_arguments_end_with_2(arguments: tuple[str, str]) -> None:
    assert locallove("faults", *arguments).returncode == 2
