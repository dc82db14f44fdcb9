"""What the environment says: the only reader of environment variables in the service."""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """Names of what this deployment keeps its data in. `infra/data.yaml` gives the same names to the resources.

    `kept_ms` is how long an instance goes by a definition that it has read; `fence_ms` how long after a live's closing settlement
    waits, which must be longer than that, a function's time-out and the clocks' skew together. `links_url` is where signed links
    lead in place of AWS, so that whoever is outside an imitation can follow them. `notices_topic` is the ARN of the topic for
    notices; without one none is sent. `public_url` is what stands before the paths of the public API in what people are sent.
    """

    stage: str
    reports_bucket: str
    endpoint_url: str | None
    links_url: str | None
    kept_ms: int
    fence_ms: int
    notices_topic: str | None
    public_url: str | None

    @property
    def reactions_table(self) -> str:
        """One item per batch."""
        return f"locallove-{self.stage}-reactions"

    @property
    def totals_table(self) -> str:
        """Counters by minute and stream shard."""
        return f"locallove-{self.stage}-totals"

    @property
    def campaigns_table(self) -> str:
        """Definitions and what the operator puts on record."""
        return f"locallove-{self.stage}-campaigns"

    def secrets_parameter(self, campaign: str) -> str:
        """The SSM SecureString of a campaign: senders' secrets and the pseudonymisation key."""
        return f"/locallove/{self.stage}/{campaign}/secrets"


def read() -> Settings:
    """The settings of this process. Raises: KeyError naming the variable that is missing."""
    return Settings(
        stage=os.environ.get("LOCALLOVE_STAGE", "dev"),
        reports_bucket=os.environ["LOCALLOVE_REPORTS_BUCKET"],
        endpoint_url=os.environ.get("AWS_ENDPOINT_URL"),
        links_url=os.environ.get("LOCALLOVE_LINKS_URL") or os.environ.get("AWS_ENDPOINT_URL"),
        kept_ms=int(os.environ.get("LOCALLOVE_KEPT_MS", "30000")),
        fence_ms=int(os.environ.get("LOCALLOVE_FENCE_MS", "600000")),
        notices_topic=os.environ.get("LOCALLOVE_NOTICES_TOPIC") or None,
        public_url=os.environ.get("LOCALLOVE_PUBLIC_URL", "").rstrip("/") or None,
    )
