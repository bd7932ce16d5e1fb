"""Names of assets and groups: the one formula of docs/guides, `landed/…`, `warehouse/…`, `release/…`, `reports/…`."""

import dagster as dg

INPUTS = dg.AssetKey(["warehouse", "inputs"])
GATES = dg.AssetKey(["warehouse", "gates"])
RELEASE = dg.AssetKey(["release", "current"])
REPORT = dg.AssetKey(["reports", "site"])
PUBLIC = dg.AssetKey(["release", "public"])


def landed(source_id: str) -> dg.AssetKey:
    """The asset of a dataset's landed rows."""
    return dg.AssetKey(["landed", source_id])
