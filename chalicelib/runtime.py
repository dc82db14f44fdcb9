"""The composition root: clock, randomness and ids, and every store and flow wired once per process.

The only place that reads the clock or makes secrets; everything else is handed the moment and the key.
"""

import secrets
import time
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING

from chalicelib import __version__, settings
from chalicelib.flows.counting import Counter
from chalicelib.flows.definitions import Definitions
from chalicelib.flows.freshness import FreshTotals
from chalicelib.flows.intake import Intake
from chalicelib.store import clients, links
from chalicelib.store.campaigns import Campaigns
from chalicelib.store.comments import Comments
from chalicelib.store.links import Links
from chalicelib.store.quarantine import Quarantine
from chalicelib.store.reactions import Reactions
from chalicelib.store.reports import Reports
from chalicelib.store.secrets import Secrets
from chalicelib.store.totals import Totals

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

    from chalicelib.domain.applied import Settled
    from chalicelib.domain.standing import LiveTotals
    from chalicelib.flows.closing import Closer
    from chalicelib.flows.invitations import Invited
    from chalicelib.flows.newest import Cards
    from chalicelib.flows.notifying import Notifier
    from chalicelib.flows.proof import Proof
    from chalicelib.flows.recounting import Recounting
    from chalicelib.flows.reporting import Reporting
    from chalicelib.flows.settling import Settler
    from chalicelib.flows.standings import Standings
    from chalicelib.store.invitations import Invitations
    from chalicelib.store.registers import Registered
    from chalicelib.store.statements import Statements


def now_ms() -> int:
    """Milliseconds since the Unix epoch, UTC."""
    return time.time_ns() // 1_000_000


def new_key() -> bytes:
    """32 random bytes."""
    return secrets.token_bytes(32)


def new_token() -> str:
    """The token of an invitation: 128 random bits in 32 hex digits, which no mail program cuts or breaks."""
    return secrets.token_hex(16)


@dataclass(frozen=True)
class Service:
    """Everything that a function of the service works with.

    S3 is reached, and what settles is imported, when it is needed: the API's cold start does not pay for it.
    """

    settings: settings.Settings

    @cached_property
    def _dynamodb(self) -> "DynamoDBClient":
        return clients.dynamodb(self.settings.endpoint_url)

    @cached_property
    def _s3(self) -> "S3Client":
        return clients.s3(self.settings.endpoint_url)

    @cached_property
    def campaigns(self) -> Campaigns:
        """Definitions in force."""
        return Campaigns(self._dynamodb, self.settings.campaigns_table, self.settings.totals_table)

    @cached_property
    def definitions(self) -> Definitions:
        """Definitions, remembered for a short while."""
        return Definitions(self.campaigns, self.settings.kept_ms)

    @cached_property
    def totals(self) -> Totals:
        """Counters."""
        return Totals(self._dynamodb, self.settings.totals_table)

    @cached_property
    def fresh_totals(self) -> FreshTotals:
        """What is counted, for everybody who watches."""
        return FreshTotals(self.totals)

    @cached_property
    def reactions(self) -> Reactions:
        """Stored batches."""
        return Reactions(self._dynamodb, self.settings.reactions_table)

    @cached_property
    def secrets(self) -> Secrets:
        """Senders' secrets and pseudonymisation keys."""
        return Secrets(clients.ssm(self.settings.endpoint_url), self.settings.secrets_parameter)

    @property
    def tables(self) -> dict[str, Reactions | Totals | Campaigns]:
        """Every table, by the name that health answers with."""
        return {"reactions": self.reactions, "totals": self.totals, "campaigns": self.campaigns}

    @cached_property
    def intake(self) -> Intake:
        """Takes batches."""
        return Intake(self.definitions, self.secrets, self.reactions, lambda: self.comments)

    @cached_property
    def comments(self) -> Comments:
        """The text of comments, where a campaign keeps it."""
        return Comments(self._s3, self.settings.reports_bucket)

    @cached_property
    def reports(self) -> Reports:
        """What is published."""
        return Reports(self._s3, self.settings.reports_bucket)

    @cached_property
    def reporting(self) -> "Reporting":
        """All that reports are made from."""
        from chalicelib.flows.festival_reporting import FestivalReporting  # noqa: PLC0415
        from chalicelib.flows.reporting import Reporting  # noqa: PLC0415

        festivals = FestivalReporting(self.reactions, self.totals, self.statements)
        return Reporting(self.totals, self.statements, self.registered, festivals)

    @cached_property
    def registered(self) -> "Registered":
        """What operators put on record beside the counts."""
        from chalicelib.store.registers import Registered  # noqa: PLC0415

        return Registered(self._dynamodb, self.settings.campaigns_table)

    @cached_property
    def counter(self) -> Counter:
        """Counts stream records."""
        return Counter(self.totals, self.quarantine)

    @cached_property
    def quarantine(self) -> Quarantine:
        """What could not be counted."""
        return Quarantine(self._s3, self.settings.reports_bucket)

    @cached_property
    def statements(self) -> "Statements":
        """What is settled, and the chain."""
        from chalicelib.store.statements import Statements  # noqa: PLC0415

        return Statements(self.reports)

    def settled_totals(self, settled: "Settled") -> "LiveTotals":
        """The totals of a settled live, from its statement. Raises: Altered, StorageRefused."""
        return self.statements.totals_of_live(settled)

    @cached_property
    def links(self) -> Links:
        """Links to what is published."""
        return Links(links.signing_client(self.settings.links_url), self.settings.reports_bucket)

    @cached_property
    def proof(self) -> "Proof":
        """Finds what anyone may read of a settlement."""
        from chalicelib.flows.proof import Proof  # noqa: PLC0415

        return Proof(self.definitions, self.statements, self.reports, self.settings.fence_ms)

    @cached_property
    def standings(self) -> "Standings":
        """Says how festivals stand."""
        from chalicelib.flows.standings import Standings  # noqa: PLC0415

        return Standings(self.definitions, self.fresh_totals, lambda: self.statements)

    @cached_property
    def invitations(self) -> "Invitations":
        """Invitations, and the downloads of each."""
        from chalicelib.store.invitations import Invitations  # noqa: PLC0415

        return Invitations(self._dynamodb, self.settings.campaigns_table)

    @cached_property
    def invited(self) -> "Invited":
        """Serves the holders of invitations."""
        from chalicelib.flows.invitations import Invited  # noqa: PLC0415

        return Invited(self.invitations, self.definitions, self.reports)

    @cached_property
    def cards(self) -> "Cards":
        """Finds the cards that anyone may see."""
        from chalicelib.flows.newest import Cards  # noqa: PLC0415

        return Cards(self.definitions, self.reports)

    @cached_property
    def recounting(self) -> "Recounting":
        """What is stored beside what was counted."""
        from chalicelib.flows.recounting import Recounting  # noqa: PLC0415

        return Recounting(self.reactions, self.totals, self.quarantine)

    @cached_property
    def settler(self) -> "Settler":
        """Settles lives."""
        from chalicelib.flows.settling import Settler  # noqa: PLC0415

        software = f"local-love {__version__}"
        return Settler(self.campaigns, self.recounting, self.reports, self.statements, self.settings.fence_ms, software)

    @cached_property
    def closer(self) -> "Closer":
        """Closes festivals."""
        from chalicelib.flows.closing import Closer  # noqa: PLC0415

        return Closer(
            self.campaigns,
            self.registered,
            self.secrets,
            self.recounting,
            self.reports,
            self.statements,
            self.settings.fence_ms,
            f"local-love {__version__}",
        )

    @cached_property
    def notifier(self) -> "Notifier | None":
        """Sends notices, where there is a topic for them."""
        from chalicelib.flows.notifying import Notifier  # noqa: PLC0415
        from chalicelib.store.notices import Notices  # noqa: PLC0415

        topic, endpoint_url = self.settings.notices_topic, self.settings.endpoint_url
        if topic is None:
            return None
        notices = Notices(self._dynamodb, self.settings.campaigns_table, clients.sns(endpoint_url), topic)
        return Notifier(notices, self.settings.public_url)


@cache
def service() -> Service:
    """The service of this process, made on first use. Raises: KeyError naming a missing environment variable."""
    return Service(settings.read())
