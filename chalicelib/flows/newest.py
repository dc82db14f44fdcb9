"""The newest report that is published of something: where it lies, and what it holds.

Answers for: only whole reports; the public card of a campaign.
Refuses: who may read a report (`flows/invitations.py`).
"""

from dataclasses import dataclass

import msgspec

from chalicelib.domain import publication
from chalicelib.domain.publication import LATEST, MANIFEST, Latest, Manifest
from chalicelib.flows.definitions import Definitions, UnknownFile
from chalicelib.store.reports import Reports

CARDS = ("card.ja.png", "card.en.png")


class NotWhole(Exception):
    """A pointer leads to a folder without a manifest, which publishing never leaves."""


def newest(published: Reports, prefix: str) -> tuple[str, Manifest | None]:
    """The folder of the newest report under this prefix and its manifest, None before the first.

    Raises: NotWhole, StorageRefused.
    """
    pointer = published.read(f"{prefix}/{LATEST}")
    if pointer is None:
        return "", None
    folder = f"{prefix}/{msgspec.json.decode(pointer.body, type=Latest).folder}"
    manifest = published.read(f"{folder}/{MANIFEST}")
    if manifest is None:
        raise NotWhole(folder)
    return folder, msgspec.json.decode(manifest.body, type=Manifest)


def key_of(folder: str, manifest: Manifest | None, name: str) -> str | None:
    """The key of a file of that report, None if it has none of this name."""
    return f"{folder}/{name}" if manifest is not None and any(name == file.name for file in manifest.files) else None


@dataclass(frozen=True, slots=True)
class Cards:
    """The cards of campaigns: pictures of public figures, for whoever shares the campaign's page."""

    definitions: Definitions
    published: Reports

    def of_campaign(self, campaign: str, card: str, now_ms: int) -> str:
        """The key of the newest card. Raises: UnknownCampaign, UnknownFile; StorageRefused."""
        if card not in CARDS:
            raise UnknownFile(f"public are {' and '.join(CARDS)}")
        known = self.definitions.campaign(campaign, now_ms).campaign.id
        key = key_of(*newest(self.published, publication.of_campaign(known)), card)
        if key is None:
            raise UnknownFile("no report with this card is published yet")
        return key
