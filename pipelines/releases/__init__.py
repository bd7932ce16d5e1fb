"""Releases: what is built becomes what may be read, whole and once. Nothing here decides what a number means."""
