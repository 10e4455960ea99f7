"""What of a catalogue a listener may use, as one query; see `docs/rights/filtering.md`.

    table = outcomes(policies, request, Catalogue.from_json_lines(path))

Only what builds or runs a query imports Ibis; the language itself does without.
"""

from clearmix_rules.querying.catalogue import Catalogue
from clearmix_rules.querying.outcomes import outcomes


__all__ = ["Catalogue", "outcomes"]
