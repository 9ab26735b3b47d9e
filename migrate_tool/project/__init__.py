"""The repository on disk: what is in it, one source file, the tool's configuration, and all-or-nothing writing."""
