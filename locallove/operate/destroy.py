"""The command `destroy`: a stage that holds nothing is taken down. Data is never deleted here."""

import sys
from collections.abc import Iterator

import click

from locallove.operate.account import Account, reached_account
from locallove.operate.kept import is_empty, names
from locallove.operate.mistake import Mistake
from locallove.operate.package import checked_stage, merged
from locallove.operate.stack import Stack


@click.command()
@click.option("--stage", default="dev", show_default=True, help="Name of the deployment.")
@click.option("--confirm", metavar="STAGE", help="The stage's name once more, instead of typing it.")
def destroy(stage: str, confirm: str | None) -> None:
    """Take a stage down: its stack, then its tables and bucket, which must be empty.

    Refused (exit code 2) while any of them holds data: the stack keeps them, and so does this command.
    """
    checked_stage(stage)
    with reached_account() as account:
        kept = list(names(merged(), stage, account.number))
        _refuse(account, stage, kept)
        if confirm is None and sys.stdin.isatty():
            confirm = click.prompt(f"Everything of stage {stage} in {account.region} goes. Type its name", err=True)
        if confirm != stage:
            raise Mistake(f"nothing is destroyed: --confirm {stage} (make destroy CONFIRM={stage}) says that you mean it")
        Stack(account, stage).delete(lambda line: click.echo(f"  {line}", err=True))
        _refuse(account, stage, kept)  # a batch may have come while the stack was there
        for kind, name in kept:
            _delete(account, kind, name)
    click.echo(f"stage {stage} is gone from {account.region}")


def _refuse(account: Account, stage: str, kept: list[tuple[str, str]]) -> None:
    """Raises: Mistake that names everything in which there is data."""
    if full := list(_full(account, kept)):
        raise Mistake(
            f"stage {stage} keeps data, and nothing is destroyed: {', '.join(full)}. "
            "Whoever really gives it up empties these by hand first (docs/operations.md)"
        )


def _full(account: Account, kept: list[tuple[str, str]]) -> Iterator[str]:
    for kind, name in kept:
        if is_empty(account, kind, name) is False:
            yield f"{kind.rpartition('::')[2].lower()} {name}"


def _delete(account: Account, kind: str, name: str) -> None:
    """Delete an empty table or bucket, if it is there. S3 itself refuses a bucket that is not empty."""
    if is_empty(account, kind, name) is None:
        return
    if kind == "AWS::DynamoDB::Table":
        account.dynamodb.update_table(TableName=name, DeletionProtectionEnabled=False)
        account.dynamodb.get_waiter("table_exists").wait(TableName=name)
        account.dynamodb.delete_table(TableName=name)
    else:
        account.s3.delete_bucket(Bucket=name)
