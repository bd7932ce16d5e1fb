"""What the fork server of the harness imports before it forks: with it a build starts at once and not after 10 s.

Nothing here starts a thread pool of Polars or opens DuckDB: a child would wait for threads that it does not have.
"""

import dbt.adapters.duckdb.connections
import dbt.cli.main  # noqa: F401
import great_expectations  # noqa: F401
import scipy.stats  # noqa: F401
import statsmodels.api  # noqa: F401

import expectations.suites  # noqa: F401
import pipelines.cli.main
import pipelines.definitions
import pipelines.releases.publish
import reports.site  # noqa: F401
import tests.reliability.child  # noqa: F401
from pipelines.orchestration.jobs import BUILD
from sources.catalogue import load_catalogue

load_catalogue()
pipelines.definitions.defs.resolve_job_def(BUILD)
