"""Every Lambda function of Local Love, one definition each. Routes live in `chalicelib/web`, deeds in `chalicelib/flows`."""

from typing import Any

from chalice.app import BaseLambdaEvent, Chalice, CloudWatchEvent, DynamoDBEvent

from chalicelib import runtime
from chalicelib.web.routes import BINARY_TYPES, routes

app = Chalice(app_name="local-love", configure_logs=False)
app.api.binary_types.extend(BINARY_TYPES)
app.register_blueprint(routes)


@app.on_dynamodb_record(stream_arn="arn:aws:dynamodb:*:*:table/given-by/infra-functions-yaml", starting_position="TRIM_HORIZON")
def count_reactions(event: DynamoDBEvent) -> dict[str, Any]:
    """Keep the totals: every stored batch exactly once, however often its stream record is delivered."""
    return runtime.service().counter.count(event.to_dict(), _request_id(event))


@app.schedule("rate(5 minutes)")
def publish_reports(event: CloudWatchEvent) -> dict[str, int]:
    """Publish what has moved since its last report."""
    from chalicelib.flows.publishing import Publisher  # noqa: PLC0415 - report libraries are in this function's layer only

    service = runtime.service()
    publisher = Publisher(service.campaigns, service.reporting, service.reports, service.notifier)
    return publisher.publish_all(runtime.now_ms(), _request_id(event))


@app.schedule("rate(5 minutes)")
def settle_lives(event: CloudWatchEvent) -> dict[str, int]:
    """Settle every live whose time has come, and count again what was settled an hour ago."""
    return runtime.service().settler.settle_all(runtime.now_ms())


def _request_id(event: BaseLambdaEvent) -> str:
    context: Any = event.context
    return str(context.aws_request_id)
