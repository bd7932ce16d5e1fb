"""What differs from one release to another: figures, gaps, comparisons, structures, definitions, tables, inputs.

Counts are of everything; lists hold the foremost, and say how many there are. What a release of an older program lacks
is said, and the rest is compared.
"""

from pipelines.releases.diff.document import LISTED, NAME, differences, write_diff

__all__ = ["LISTED", "NAME", "differences", "write_diff"]
