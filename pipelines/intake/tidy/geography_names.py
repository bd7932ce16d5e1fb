"""Whether a column name looks like geography although the standard does not have it."""

import re
from functools import cache

from sources.models.tidy import Conventions
from sources.tidy import TidyStandard


def looks_like_geography(name: str, standard: TidyStandard) -> bool:
    """Whether the name is one of the standard's geography words, or starts and ends as they do."""
    return bool(_pattern(standard.conventions).fullmatch(name.lower()))


@cache
def _pattern(conventions: Conventions) -> re.Pattern[str]:
    starts, ends = "|".join(conventions.geography_starts), "|".join(conventions.geography_ends)
    return re.compile(rf"({starts}).*({ends})|{'|'.join(conventions.geography_words)}")
