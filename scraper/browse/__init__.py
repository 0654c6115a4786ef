"""The archive as a person reads it: a datasette plugin, its pages and its generated configuration."""
