"""The event of overdue returns: how many, of which dataset; who they are stands in `dovetail status --missing`."""

from collections.abc import Mapping

from pipelines.landing.returns import Returns
from pipelines.notifications.event import Event


def overdue(found: Mapping[str, Returns]) -> Event | None:
    """Returns past their last day that did not come, or could not be loaded; None where there are none."""
    counts = {source_id: len(returns.overdue) for source_id, returns in sorted(found.items()) if returns.overdue}
    if not counts:
        return None
    return Event(
        "returns_late",
        f"{sum(counts.values())} returns are overdue",
        {source_id: f"{count} of {found[source_id].expected}" for source_id, count in counts.items()},
        "dovetail status --missing names each, how late it is, and whom to ask",
    )
