"""How the guide is built: ``make docs`` runs Sphinx over this folder, without network."""

from __future__ import annotations

import sys
from pathlib import Path

from sphinx.application import Sphinx

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from _generate import write_pages  # noqa: E402

project = "flask-to-quart"
author = "The flask-to-quart developers"
project_copyright = author

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build", "_generate"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
# A page that only says what its commands print has no language to be highlighted in.
highlight_language = "python"
suppress_warnings = ["misc.highlighting_failure"]

autodoc_default_options = {"show-inheritance": True}
# What is inherited is documented where it comes from.
autodoc_inherit_docstrings = False
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True

html_theme = "furo"
html_title = "flask-to-quart"
html_static_path = ["_static"]
html_css_files = ["guide.css"]
html_show_sphinx = False
html_copy_source = False
html_show_sourcelink = False
html_theme_options = {
    # The system's fonts: nothing on a page asks another server for anything.
    "light_css_variables": {
        "font-stack": "system-ui, sans-serif",
        "font-stack--monospace": "ui-monospace, monospace",
    },
    "footer_icons": [],
}


def setup(app: Sphinx) -> None:
    """Write the generated pages before Sphinx looks for pages."""
    app.connect("config-inited", lambda *_: write_pages(HERE))
