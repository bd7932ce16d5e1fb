# One indicator across structural models, from a release and nothing else.
# Rscript compare_models.R [DOVETAIL.DUCKDB]
# Needs the packages DBI and duckdb (1.5 or later).
arguments <- commandArgs(trailingOnly = TRUE)
database <- if (length(arguments) > 0) arguments[1] else "warehouse/current/dovetail.duckdb"
indicator <- "suitable_accommodation_at_order_end_percent"
typology <- "yjb_2024"

release <- DBI::dbConnect(duckdb::duckdb(), dbdir = database, read_only = TRUE)

latest <- DBI::dbGetQuery(
  release,
  paste(
    "select model_label, group_services, median, pooled_value, random_effects_mean, p_value, q_value,",
    "services_used, services_in_scope, period_start, definition_version",
    "from compare(?, ?) where refusal_reason is null and group_services > 0",
    "qualify dense_rank() over (order by period_end desc, definition_version) = 1",
    "order by model_order"
  ),
  params = list(indicator, typology)
)
print(latest)

# One number, from its file and row to what may be said of it
print(DBI::dbGetQuery(
  release,
  "select part, item, text from explain(?, ?, 'latest')",
  params = list(indicator, "Vorkorvex")
))

# What the columns of a table mean
print(DBI::dbGetQuery(
  release,
  "select column_name, comment from duckdb_columns() where table_name = 'comparisons' order by column_index"
))

DBI::dbDisconnect(release, shutdown = TRUE)
