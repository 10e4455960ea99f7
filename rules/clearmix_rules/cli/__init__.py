"""The `clearmix-rules` command, and `clearmix rules`, which is the same.

Exit code 0 is an answer, also one that refuses; 1 is an error in a policy or a request; 2 is bad
usage.
"""

from clearmix_rules.cli.app import main, run

__all__ = ["main", "run"]
