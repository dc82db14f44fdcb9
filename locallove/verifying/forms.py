"""Reading what is published into its form.

Answers for: one error for everything that is not in that form, so that no file that was forged stops a verification.
Refuses: saying what follows from it.
"""

from typing import TypeVar

import msgspec

T = TypeVar("T")


def decoded(body: bytes, form: type[T]) -> T:
    """What a JSON file says. Raises: ValueError for what is not of this form, too deep, or has a number of more than 64 bits."""
    try:
        found = msgspec.json.decode(body, type=form)
        msgspec.json.encode(found)  # which the product did, or it would not be here
    except (RecursionError, OverflowError) as error:
        raise ValueError(str(error)) from error
    return found
