"""Where a command sends to: the running service, as anyone may read it.

Answers for: the campaign's definition and the totals of its lives, over HTTP.
Refuses: signing and sending, and every address that is not http or https.
"""

import time
from http.client import HTTPException
from typing import TypeVar
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

import msgspec

from chalicelib.domain.answers import TotalsAnswer
from chalicelib.domain.definition import CampaignAnswer, LiveAnswer
from chalicelib.domain.tally import Counts
from locallove.operate.mistake import Mistake

_ANSWER_S = 30
_WAITS_S = (0.5, 2)

T = TypeVar("T")


class Target:
    """A campaign of a running service. Raises: Mistake when either is not there."""

    def __init__(self, url: str, campaign: str) -> None:
        if not url.startswith(("http://", "https://")):
            raise Mistake(f"{url} is not an http or https address")
        self.url = url.rstrip("/")
        self.definition = self._read(f"campaigns/{quote(campaign, safe='')}", CampaignAnswer)

    def live(self, live: str) -> LiveAnswer:
        """The live of this id. Raises: Mistake."""
        for each in self.definition.lives:
            if each.id == live:
                return each
        lives = ", ".join(each.id for each in self.definition.lives)
        raise Mistake(f"campaign {self.definition.id} has no live {live!r}; it has {lives}")

    def counts(self, live: str) -> Counts:
        """What counts of a live at this moment. Raises: Mistake."""
        totals = self._read(f"lives/{quote(live, safe='')}/totals", TotalsAnswer)
        return Counts(totals.counts.like, totals.counts.comment, totals.counts.gift, totals.gift_value)

    def _read(self, path: str, kind: type[T]) -> T:
        address = f"{self.url}/v1/{path}"
        for wait_s in (*_WAITS_S, None):
            try:
                with urlopen(Request(address), timeout=_ANSWER_S) as response:
                    return msgspec.json.decode(response.read(), type=kind)
            except HTTPError as error:
                error.close()
                if wait_s is None or (error.code != 429 and error.code < 500):
                    raise Mistake(f"{address} answered {error.code} {error.reason}") from error
                time.sleep(wait_s)
            except (OSError, ValueError, HTTPException) as error:
                raise Mistake(f"{address} cannot be read: {getattr(error, 'reason', error)}") from error
        raise AssertionError("the last attempt has returned or raised")
