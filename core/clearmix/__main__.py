"""`python -m clearmix`, the same as the `clearmix` command."""

from clearmix.cli import main

main()
