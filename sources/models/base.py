"""What every declared thing shares: no unknown field, and facts that carry their source."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

Identifier = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
DatasetId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*__[a-z][a-z0-9_]*$")]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Declared(BaseModel):
    """A declaration: closed (an unknown field is an error) and immutable once loaded."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Cited(Declared):
    """A fact with its source. Where the source is silent, `verified` is false and says so in the data."""

    citation: Text
    verified: bool = True
