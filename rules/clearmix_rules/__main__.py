"""`python -m clearmix_rules` is the `clearmix-rules` command."""

from clearmix_rules.cli import run

run()
