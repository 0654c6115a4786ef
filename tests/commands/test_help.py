"""Every command says what it does, in its own `--help`."""

from __future__ import annotations

import click

from scraper.cli import cli
from tests.commands.conftest import Run


def commands(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], click.Command]]:
    found = []
    for name, command in group.commands.items():
        found.append(((*path, name), command))
        if isinstance(command, click.Group):
            found += commands(command, (*path, name))
    return found


def test_every_command_and_option_is_described() -> None:
    from scraper import commands as _  # noqa: F401 - registers

    for name, command in commands(cli):
        assert command.help, name
        for parameter in command.params:
            if isinstance(parameter, click.Option) and parameter.name not in {"source", "files"}:
                assert parameter.help or parameter.name in {"order", "limit", "offset", "to", "style", "names"}, (
                    name,
                    parameter.name,
                )


def test_the_commands_of_the_design_are_there() -> None:
    names = {name[0] for name, _ in commands(cli)}
    wanted = "demo crawl sources search show diff changes cite export import reextract verify report browse backup"
    assert set(wanted.split()) <= names


def test_help_works_for_every_command(run: Run) -> None:
    for name, _ in commands(cli):
        code, out, _ = run(*name, "--help")
        assert code == 0
        assert "Usage:" in out
