"""When an asset is made again by itself: when something that it is made of came out otherwise, and only then.

What belongs here: conditions. What does not: which asset is made of which (the assets say so by their `deps`).
"""

import dagster as dg

from pipelines.orchestration.keys import INPUTS

Condition = dg.AutomationCondition
OfAssets = dg.AutomationCondition[dg.AssetKey | dg.AssetCheckKey]


def when_landed() -> OfAssets:
    """Inputs of dbt: when rows landed, or a delivery was judged, outside a run that makes the input itself."""
    is_busy = Condition.any_deps_in_progress() | Condition.in_progress()
    return (Condition.any_deps_updated().since_last_handled() & ~is_busy).with_label("when what it is made of changed")


def when_changed() -> OfAssets:
    """All that follows: when the content of something it is made of changed, or is about to be made again.

    Inputs of dbt are written first and looked at then: one that came out the same is no reason, as its data version
    tells. So a corrected register, which touches the ledger too, asks for what the correction changed and no more.
    Nothing is asked for before all that it is made of was made once.
    """
    changed = Condition.any_deps_match(Condition.data_version_changed() & ~Condition.executed_with_root_target())
    follows = Condition.any_deps_match(Condition.will_be_requested()).ignore(dg.AssetSelection.groups(INPUTS))
    is_busy = Condition.any_deps_in_progress() | Condition.in_progress()
    return ((changed | follows).since_last_handled() & ~Condition.any_deps_missing() & ~is_busy).with_label(
        "when the content of what it is made of changed"
    )
