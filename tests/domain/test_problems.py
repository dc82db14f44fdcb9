"""Problems: every mistake of outside data, each at its place, and nothing raised whatever comes in."""

import json
import re
from typing import Annotated, Any, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.problems import Problem, convert, json_number, known, sketch

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "size", "sort", "parts", "main", "x~/y"]), inner, max_size=5)
    ),
    max_leaves=20,
)


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A part for these tests."""

    name: Annotated[str, msgspec.Meta(pattern="^[a-z]+$", description="small letters")]
    size: Annotated[int, msgspec.Meta(ge=1)] = 1
    sort: Literal["good", "bad"] = "good"


class Whole(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole for these tests."""

    parts: tuple[Part, ...]
    main: Part | None = None


@pytest.mark.parametrize(
    ("pointer", "key_path"),
    [
        ("/lives/0/donation/cap", "lives[0].donation.cap"),
        ("/cap", "cap"),
        ("", "(the whole file)"),
        ("/limits/a.b", 'limits."a.b"'),
        ("/a~1b~0c", '"a/b~c"'),
        ("/two\nlines", '"two\\nlines"'),
        ("/lives/٣", 'lives."\\u0663"'),
    ],
)
def test_a_pointer_is_said_as_toml_writes_it_on_one_line(pointer: str, key_path: str) -> None:
    assert Problem(pointer, "").key_path == key_path


def test_every_problem_is_listed_at_its_place_and_without_the_value() -> None:
    data = {"parts": [{"name": "A"}, {"size": 0}, 7, {"name": "a", "sort": "ugly", "x~/y": 1}], "main": {"name": 5}}
    whole, problems = convert(data, Whole)
    assert whole is None
    assert [(problem.pointer, problem.detail) for problem in problems] == [
        ("/parts/0/name", "must be small letters"),
        ("/parts/1/name", "is required"),
        ("/parts/1/size", "Expected `int` >= 1"),
        ("/parts/2", "Expected `object`, got `int`"),
        ("/parts/3/sort", "must be one of good, bad"),
        ("/parts/3/x~0~1y", "is not a known field"),
        ("/main/name", "must be small letters"),
    ]


def test_one_object_in_place_of_a_list_is_a_problem() -> None:
    """`[lives]` where TOML needs `[[lives]]`."""
    assert convert({"parts": {"name": "a"}}, Whole) == (None, [Problem("/parts", "Expected `array`, got `object`")])


@pytest.mark.parametrize(
    ("size", "taken"),
    [("2", True), ("2.0", True), ("0.2e1", True), ("2.5", False), ("1e400", False), ("true", False), ('"2"', False)],
)
def test_a_whole_number_may_be_written_with_a_point(size: str, taken: bool) -> None:
    part, _ = convert(json.loads(f'{{"name": "a", "size": {size}}}', parse_float=json_number), Part)
    assert (part == Part("a", 2)) is taken


@given(json_values)
def test_whatever_comes_in_is_a_value_or_has_problems(data: Any) -> None:
    whole, problems = convert(data, Whole)
    assert (whole is None) == bool(problems)


@given(json_values)
def test_a_sketch_keeps_what_can_be_read_and_says_what_cannot(data: Any) -> None:
    """Exactly the values that are problems are unknown; a list that is none is empty."""
    whole, problems = convert(data, Whole)
    drawn = sketch(data, Whole)
    if whole is not None:
        assert drawn == whole
        return
    unknown = [
        f"/parts/{index}/{name}"
        for index, part in enumerate(drawn.parts)
        for name in ("name", "size", "sort")
        if not known(getattr(part, name))
    ]
    pointers = [problem.pointer for problem in problems]
    assert all(any(place.startswith(pointer) for pointer in pointers) for place in unknown)
    assert all(pointer in unknown for pointer in pointers if re.fullmatch(r"/parts/\d+/(name|size|sort)", pointer))
