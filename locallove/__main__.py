"""The table of contents of `python -m locallove`: every command, and the module that holds it.

Modules are imported when their command is called: what outsiders install has no AWS library, and help must not wait for one.
"""

from importlib import import_module
from typing import Any

import click

from chalicelib import __version__

COMMANDS = {
    "campaign": ("locallove.operate.campaign:campaign", "Check, apply, show and explain campaign files."),
    "cost": ("locallove.operate.cost:cost", "Reckon what a campaign costs on AWS, and which quotas it needs."),
    "coverage": ("locallove.operate.coverage:coverage", "Put media coverage and figures of others on record."),
    "demo": ("locallove.cloud.demo:demo", "Run a whole campaign on this machine and check the count."),
    "deploy": ("locallove.operate.deploy:deploy", "Deploy what was packaged, after showing what changes."),
    "destroy": ("locallove.operate.destroy:destroy", "Take a stage down that holds no data."),
    "festival": ("locallove.operate.festival:festival", "Decide about entries, close a festival, reveal its awards."),
    "invite": ("locallove.operate.invite:invite", "Invite stakeholders to read reports by a link, list and revoke such links."),
    "live": ("locallove.operate.live:live", "See whether a live is ready, settle it, recount it, put payments on record."),
    "faults": ("locallove.faults.command:faults", "Prove the count in small worlds where everything goes wrong."),
    "package": ("locallove.operate.package:package", "Make the template and the zip that CloudFormation deploys."),
    "replay": ("locallove.sources.replay:replay", "Send a recording through the service."),
    "report": ("locallove.operate.report:report", "Make a report in every format, of live data or of a report.json."),
    "run": ("locallove.cloud.run:run", "Run the service on this machine until it is stopped."),
    "send": ("locallove.crowd.send:send", "Send a file of reactions in the contract's own form."),
    "sender": ("locallove.operate.sender:sender", "Let senders post to a campaign, list and revoke their secrets."),
    "sentiment": ("locallove.operate.sentiment:sentiment", "Draw comments for two people to code, and import what they found."),
    "simulate": ("locallove.crowd.simulate:simulate", "Send a crowd's reactions, drawn from a seed."),
    "verify": ("locallove.verify:command", "Compute again what is published, with no AWS account."),
}


class _Lazy(click.Group):
    """A group that knows its commands by name and imports one only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        try:
            command: click.Command = getattr(import_module(module), name)
        except ModuleNotFoundError as error:
            raise _needs_more(error) from error
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except ModuleNotFoundError as error:
            raise _needs_more(error) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name][1]) for name in self.list_commands(ctx)])


def _needs_more(error: ModuleNotFoundError) -> click.ClickException:
    return click.ClickException(f"this needs {error.name}, which comes with a clone of the repository: see its README")


@click.command(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="%(version)s")
def main() -> None:
    """Local Love: counts an audience's reactions exactly and turns them into a donation that anyone can recompute."""


if __name__ == "__main__":
    main(prog_name="locallove")
