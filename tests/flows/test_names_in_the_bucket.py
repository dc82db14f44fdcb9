"""What keys in the reports bucket begin with: the campaign, or a name that no campaign may have."""

import msgspec
from flows.closed import Closed

from chalicelib import runtime
from chalicelib.domain.campaigns import RESERVED
from chalicelib.store import comments, quarantine


def test_no_campaign_may_be_called_what_another_sort_of_file_lies_under(closed: Closed) -> None:
    """Everything that is ever put there: text of comments, a quarantined record, rule, reports, settlement and chain."""
    closed.cloud.apply(msgspec.structs.replace(closed.campaign, keep_text=True))
    closed.send("b-1", closed.like(1, kind="comment", text="words"))
    closed.settle()
    closed.cloud.publish()
    runtime.service().quarantine.keep("shard", "position", "a reason", {"dynamodb": {}})
    first = {key.partition("/")[0] for key in closed.published()}
    assert first - RESERVED == {closed.campaign.id}
    assert first >= RESERVED, "none is refused for nothing"


def test_every_folder_that_a_store_names_is_refused_as_a_campaign() -> None:
    assert {comments.PREFIX, quarantine._PREFIX} <= {f"{name}/" for name in RESERVED}
