"""A current release that cannot be read any more: readers and the next build are given the newest that is whole.

A release is never repaired, and its number is never given again: what it said is published anew by the next build.
"""

from pipelines.releases import manifest
from pipelines.releases.store import Release, ReleaseNotFound, ReleaseStore, order
from pipelines.releases.verify import verify


def leave_damaged(store: ReleaseStore) -> str | None:
    """See that the current release opens, and go back to the newest one before it that is as published where not.

    To open it is quick, whatever its size; that every byte is as published is what `verify` asks.

    Returns:
        What was done, in a sentence; None where nothing was wrong.
    """
    current_id = store.current_id()
    if current_id is None:
        return None
    damage = _damage(store, current_id)
    if damage is None:
        return None
    older = [release for release in reversed(store.list()) if order(release.release_id) < order(current_id)]
    whole = next((release for release in older if not verify(release)), None)
    if whole is None:
        store.withdraw_current()
        now = "no release before it is whole, so there is none until this build is published"
    else:
        store.make_current(whole)
        now = f"release {whole.release_id}, which is as it was published, is current until this build is published"
    return f"release {current_id} is damaged ({damage}): {now}. `dovetail releases verify {current_id}` lists the files"


def _damage(store: ReleaseStore, release_id: str) -> str | None:
    import duckdb

    try:
        release: Release = store.get(release_id)
        manifest.read(release.path)
        with duckdb.connect(str(release.database), read_only=True) as connection:
            for (name,) in connection.execute(
                "select table_name from duckdb_tables() where schema_name = 'main'"
            ).fetchall():
                connection.execute(f'select * from "{name}" limit 1').fetchall()
    except (ReleaseNotFound, manifest.ManifestNotReadable, duckdb.Error, OSError) as error:
        return str(error).splitlines()[0]
    return None
