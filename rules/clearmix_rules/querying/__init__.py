"""What of a catalogue a listener may use, as one query; see `docs/rights/filtering.md`.

    table = outcomes(policies, request, Catalogue.from_json_lines(path))

Only what builds or runs a query imports Ibis; the language itself does without.
"""

from clearmix_rules.querying.catalogue import Catalogue
from clearmix_rules.querying.outcomes import outcomes
from clearmix_rules.querying.why_not import why_not

__all__ = ["Catalogue", "outcomes", "why_not"]
