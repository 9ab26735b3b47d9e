"""Reading and changing files that are no Python modules: requirements, ini and TOML files, command lines, templates."""
