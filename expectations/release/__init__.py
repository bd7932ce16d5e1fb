"""Evidence on the public tables of a release that is about to be made."""
