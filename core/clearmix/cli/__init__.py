"""The `clearmix` command: the jobs of the kernel for scripts and terminals."""

from __future__ import annotations

import sys
from contextlib import nullcontext


def main() -> None:
    """Runs the command line; errors go to stderr with their remedy and exit code 1."""
    from clearmix.cli.app import app
    from clearmix.cli.output import only_answers_on_stdout
    from clearmix.errors import ClearmixError

    for_a_program = "--json" in sys.argv and not {"-h", "--help"} & set(sys.argv)
    try:
        with only_answers_on_stdout() if for_a_program else nullcontext():
            app()
    except ClearmixError as error:
        print(f"clearmix: {error}", file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone: nothing to say, nobody to say it to
        sys.exit(1)
    except OSError as error:
        if error.errno is None:
            raise
        print(
            f"clearmix: {error.strerror}"
            + (f" ({error.filename})" if error.filename else "")
            + "\n  help: free some disk space, check the path and who may write there",
            file=sys.stderr,
        )
        sys.exit(1)
    except KeyboardInterrupt:
        print("clearmix: stopped", file=sys.stderr)
        sys.exit(130)
