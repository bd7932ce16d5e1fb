"""When a check was made, by which version of the program, and which registers it had to do without."""

from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version


@dataclass(frozen=True)
class Stamp:
    """Moment (UTC), program version, and the kinds of register that were not loaded ('authorities', 'services')."""

    at: datetime
    version: str
    registers_missing: tuple[str, ...] = ()

    @property
    def caveat(self) -> str | None:
        """What the check could not look at, in a sentence; None where it could look at everything."""
        if not self.registers_missing:
            return None
        kinds = " or ".join(self.registers_missing)
        return f"No register of {kinds} is loaded, so whether a place exists, and in which period, was not checked."


def stamp(registers_missing: tuple[str, ...] = ()) -> Stamp:
    """A stamp of now."""
    return Stamp(datetime.now(UTC), version("dovetail"), registers_missing)
