"""Landed Parquet: written whole, one file a delivery and shape, never changed; and what a build reads beside it."""
