"""A command line that asks for what is not there: one clear line, and exit code 2."""

import click


class Mistake(click.ClickException):
    """The user's mistake. Unlike click's own UsageError it prints its message only, not how the command is used."""

    exit_code = 2
