"""The command line: argv to a call, a report to words, an error to an exit code. The only file that prints.

Exit codes: 0 fine, 1 some pages failed or a source needs attention, 2 usage or configuration, 3 archive unusable or a
bug, 4 another run holds the lock, 130 interrupted.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from io import TextIOWrapper
from pathlib import Path
from typing import Any, TypeVar

import click

from scraper.errors import Interrupted, ScraperError, SystemRefused, UsageError
from scraper.version import __version__

DEFAULT_ARCHIVE = Path("archive.db")
Command = TypeVar("Command", bound=Callable[..., Any])


class Settings:
    """What holds for every command, wherever on the line it was written."""

    def __init__(self) -> None:
        self.archive = DEFAULT_ARCHIVE
        self.json = False
        self.quiet = False


settings = click.make_pass_decorator(Settings, ensure=True)


def common(command: Command) -> Command:
    """--archive, --json and --quiet, before or after the command's name."""

    def remember(ctx: click.Context, param: click.Parameter, value: Any) -> Any:
        if value is not None and param.name:
            setattr(ctx.ensure_object(Settings), param.name, value)
        return value

    options = [
        click.option("--archive", type=click.Path(path_type=Path, dir_okay=False), metavar="PATH", default=None,
                     expose_value=False, callback=remember, help="The archive's file.  [default: archive.db]"),
        click.option("--json", is_flag=True, flag_value=True, default=None, expose_value=False, callback=remember,
                     help="Write JSON for machines."),
        click.option("--quiet", is_flag=True, flag_value=True, default=None, expose_value=False, callback=remember,
                     help="Say nothing when all is well: for cron."),
    ]  # fmt: skip
    for option in reversed(options):
        command = option(command)
    return command


class _Command(click.Command):
    """A command that takes its words as UTF-8, which is what terminals write, whatever the locale says.

    In the POSIX locale Python hands other letters than ASCII's on as lone surrogates (PEP 383). Paths stay so: they go
    back to the system as they came.
    """

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command with what was given."""
        ctx.params = {name: _in_utf8(value) for name, value in ctx.params.items()}
        return super().invoke(ctx)


class _Group(click.Group):
    """A group of such commands."""

    command_class = _Command
    group_class = type


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="scraper")
@common
@click.option(
    "--log", type=click.Choice(["debug", "info", "warning"]), default="warning", help="What to log on stderr."
)
def cli(log: str) -> None:
    """An archive of institutional statements: crawl politely, keep every version, search, cite, browse."""
    logging.basicConfig(level=log.upper(), format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr)
    for chatty in ("httpx", "httpcore", "httpx2"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line *argv* (default: the process's); the exit code. Never raises but on a bug in this function."""
    one_thread()
    _write_any_letter()
    from scraper import commands  # noqa: F401 - registers the commands

    at = Settings()
    given = sys.argv[1:] if argv is None else list(argv)
    try:
        result = cli.main(args=given, prog_name="scraper", standalone_mode=False, obj=at)
        sys.stdout.flush()  # a full disk behind it is to be told here, not by the interpreter as it ends
    except click.exceptions.Exit as stop:
        return int(stop.exit_code)
    except click.exceptions.Abort:
        return _complain(Interrupted())
    except click.ClickException as error:
        error.show()
        return 2
    except ScraperError as error:
        return _complain(error)
    except KeyboardInterrupt:
        return _complain(Interrupted())
    except (BrokenPipeError, SystemExit):
        # Whoever read our output has gone (click turns that into SystemExit); that is their right and no error.
        _drop_output()
        return 0
    except OSError as error:
        _drop_output()
        where = error.filename or "standard output"
        return _complain(SystemRefused(str(where), error.strerror or str(error)))
    except Exception as error:
        if foreseen := _foreseen(error, at.archive, given):
            return _complain(foreseen)
        traceback.print_exc()
        click.echo("this is a bug in statement-scraper; nothing already archived was touched", err=True)
        return 3
    return result if isinstance(result, int) else 0


def one_thread() -> None:
    """Let numpy's libraries work on one thread, unless the environment says otherwise; before numpy is first imported.

    The reader multiplies matrices too small to share: threads on every core mostly wait for each other, at three times
    the processor time.
    """
    for name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"):
        os.environ.setdefault(name, "1")


def _write_any_letter() -> None:
    """Let letters that the terminal's encoding lacks be written by their numbers, as JSON may; UTF-8 has them all."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper) and "utf" not in stream.encoding.lower() and stream.errors == "strict":
            stream.reconfigure(errors="backslashreplace")


def _drop_output() -> None:
    """Let what is still to be written go nowhere: nobody takes it, and the interpreter would complain as it ends."""
    with contextlib.suppress(OSError, ValueError):  # a stream without a file, in a test
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _foreseen(error: Exception, archive: Path, given: Sequence[str]) -> ScraperError | None:
    """What a person can mend of an exception that no command expected: a damaged file, an argument that is no text."""
    if isinstance(error, UnicodeEncodeError):
        odd = next((word for word in given if _is_no_text(word)), None)
        return UsageError(f"{odd!r}: is not text in UTF-8; nothing of that name can be in an archive") if odd else None
    from scraper.archive.opening import fault_of_the_file  # numpy comes with it, which waits for one_thread

    return fault_of_the_file(archive, error)


def _is_no_text(word: str) -> bool:
    """Whether an argument came in other bytes than UTF-8, which Python hands on as lone surrogates (PEP 383)."""
    return any("\udc80" <= character <= "\udcff" for character in word)


def _in_utf8(value: Any) -> Any:
    """A text, or several, out of its bytes; what is no UTF-8, and anything but text, as it is."""
    if isinstance(value, tuple):
        return tuple(map(_in_utf8, value))
    if isinstance(value, str) and _is_no_text(value):
        with contextlib.suppress(UnicodeError):
            return os.fsencode(value).decode()
    return value


def _complain(error: ScraperError) -> int:
    click.echo(f"scraper: {error}", err=True)
    return error.exit_code


def say(text: str) -> None:
    """Write *text* to standard output."""
    click.echo(text)


def warn(text: str) -> None:
    """Write *text* to standard error."""
    click.echo(text, err=True)
