"""Statistics of the field, vectorised and pure: arrays or frames in, arrays or frames out, nothing read or written."""
