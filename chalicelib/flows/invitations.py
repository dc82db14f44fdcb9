"""Invitations as their holders use them: what a link leads to, and the file behind a name.

Answers for: only files of the invitation's own newest report; every download counted before it is given.
Refuses: telling an invitation that has expired or was revoked from one that never was.
"""

from dataclasses import dataclass

from chalicelib.domain.invitations import Invitation, InvitedTo, invited_to, token_sha256
from chalicelib.flows.definitions import Definitions, UnknownFile, UnknownInvitation
from chalicelib.flows.newest import key_of, newest
from chalicelib.store.invitations import Invitations
from chalicelib.store.reports import Reports


@dataclass(frozen=True, slots=True)
class Invited:
    """Serves the holders of invitations. An invitation is read anew each time: once revoked, it opens nothing more."""

    invitations: Invitations
    definitions: Definitions
    published: Reports

    def files(self, token: str, now_ms: int) -> InvitedTo:
        """What a link leads to, also before anything is published.

        Raises: UnknownInvitation; UnknownCampaign, StorageRefused.
        """
        invitation = self._holding(token, now_ms)
        campaign = self.definitions.campaign(invitation.campaign, now_ms).campaign
        _, manifest = newest(self.published, invitation.prefix)
        return invited_to(invitation, campaign, manifest)

    def file(self, token: str, name: str, now_ms: int) -> tuple[Invitation, str]:
        """The invitation, and the key of a file of its report. Raises: UnknownInvitation, UnknownFile; StorageRefused."""
        invitation = self._holding(token, now_ms)
        key = key_of(*newest(self.published, invitation.prefix), name)
        if key is None:
            raise UnknownFile("this link leads to the files that files.json lists, and to no other")
        return invitation, key

    def download(self, token: str, name: str, request: str, now_ms: int) -> str:
        """The key of a file of the invitation's report, once its download is counted: without its count, no file is given.

        Raises: UnknownInvitation, UnknownFile; StorageRefused.
        """
        invitation, key = self.file(token, name, now_ms)
        self.invitations.count_download(invitation.sha256, request)
        return key

    def _holding(self, token: str, now_ms: int) -> Invitation:
        digest = token_sha256(token)
        invitation = self.invitations.find(digest) if digest else None
        if invitation is None or not invitation.holds(now_ms):
            raise UnknownInvitation("this link is not valid, or no longer")
        return invitation
