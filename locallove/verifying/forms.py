"""Reading what is published into its form.

Answers for: one error for everything that is not in that form, so that no file that was forged stops a verification.
Refuses: saying what follows from it.
"""

from typing import TypeVar

import msgspec

T = TypeVar("T")


def decoded(body: bytes, form: type[T]) -> T:
    """What a JSON file says. Raises: ValueError for what is not of this form, or too deep."""
    try:
        return msgspec.json.decode(body, type=form)
    except RecursionError as error:
        raise ValueError(str(error)) from error
