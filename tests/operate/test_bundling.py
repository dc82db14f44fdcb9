"""What is packaged: nothing that a used tree has left, equal layers of equal content, and only Pythons that Lambda takes."""

import os
import platform
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest

from locallove.operate import bundling
from locallove.operate.bundling import TAKEN_UNTIL, checked_runtime, copy_project
from locallove.operate.mistake import Mistake

TODAY = date(2026, 11, 26)


def test_the_runtime_follows_the_packaging_python(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "python_version_tuple", lambda: ("3", "13", "1"))
    assert checked_runtime(TODAY) == "3.13"


@pytest.mark.parametrize(("version", "today"), [("3.10", TODAY), ("3.15", TODAY), ("3.11", date(2027, 9, 1))])
def test_a_python_that_lambda_does_not_take_is_refused_naming_those_that_it_does(
    monkeypatch: pytest.MonkeyPatch, version: str, today: date
) -> None:
    monkeypatch.setattr(platform, "python_version_tuple", lambda: (*version.split("."), "0"))
    with pytest.raises(Mistake) as refused:
        checked_runtime(today)
    assert f"Python {version}:" in str(refused.value)
    assert "3.13" in str(refused.value)


def test_the_last_day_of_a_runtime_is_still_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "python_version_tuple", lambda: ("3", "11", "9"))
    assert checked_runtime(TAKEN_UNTIL["3.11"]) == "3.11"


def test_the_copy_has_the_service_and_nothing_that_running_it_left(tmp_path: Path) -> None:
    copy_project(tmp_path, "arm64")
    names = {path.relative_to(tmp_path).parts[0] for path in tmp_path.rglob("*") if path.is_file()}
    assert names == {"app.py", "chalicelib", ".chalice", "requirements.txt"}
    assert not [path for path in tmp_path.rglob("*") if path.name == "__pycache__" or path.suffix == ".pyc"]


def test_equal_content_makes_equal_zips_whenever_it_was_written(tmp_path: Path) -> None:
    zips = []
    for number, moment in enumerate((1_000_000_000, 1_700_000_000)):
        folder = tmp_path / str(number)
        for name in ("python/b.py", "fonts/a.ttf"):
            file = folder / name
            file.parent.mkdir(parents=True)
            file.write_bytes(name.encode())
            os.utime(file, (moment, moment))
        bundling._zip(folder, tmp_path / f"{number}.zip")
        zips.append((tmp_path / f"{number}.zip").read_bytes())
    assert zips[0] == zips[1]
    with ZipFile(tmp_path / "0.zip") as zipped:
        assert zipped.namelist() == ["fonts/a.ttf", "python/b.py"]
