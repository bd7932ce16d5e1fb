"""Names of assets and of who looks after them. A name begins with what it is: deliveries, landed, inputs, warehouse."""

import dagster as dg

DATA_TEAM = "team:data"
ANALYSTS = "team:analysis"
READERS = "team:performance"

INPUTS = "inputs"
"""The group of what dbt reads."""

ATTRIBUTION_GATE = dg.AssetKey(["gates", "attribution"])
RELEASE_GATE = dg.AssetKey(["gates", "release"])
RELEASE = dg.AssetKey(["release", "current"])
PUBLIC = dg.AssetKey(["release", "public"])
REPORT = dg.AssetKey(["reports", "site"])


def delivered(source_id: str) -> dg.AssetKey:
    """The asset of what came in of a dataset."""
    return dg.AssetKey(["deliveries", source_id])


def landed(source_id: str) -> dg.AssetKey:
    """The asset of a dataset's landed rows."""
    return dg.AssetKey(["landed", source_id])


def read_by_dbt(table: str) -> dg.AssetKey:
    """The asset of one table that dbt reads."""
    return dg.AssetKey(["inputs", table])


def modelled(name: str) -> dg.AssetKey:
    """The asset of a dbt model."""
    return dg.AssetKey(["warehouse", name])
