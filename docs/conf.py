"""How Sphinx builds the site (`make site`): pages where they lie in the repository, so a link is the same there and here."""

import re
from typing import Any

import ml_abm

project = "ml_abm"
author = "The ml_abm authors"
copyright = "The ml_abm authors, Apache-2.0"
version = release = ml_abm.__version__

extensions = [
    "myst_nb",  # Markdown, and notebooks with the outputs that they were kept with
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx_copybutton",
    "sphinx_design",
]

# The source folder is the repository: pages link to each other, to examples and to the house's own pages as they do on a forge.
root_doc = "docs/index"
include_patterns = ["docs/**", "*.md"]
exclude_patterns = [
    "README.md",  # the first page of the repository; docs/index.md is that of the site
    *(".*", "build", "dist", "demo", "findings", "src", "tests", "benchmarks", "examples"),
    "**/__pycache__",
]

nb_execution_mode = "off"
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 4
myst_links_external_new_tab = False
suppress_warnings = ["misc.highlighting_failure"]  # blocks of TOML with a comment for a name

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # docstrings say it in words
add_module_names = False
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_param = False
napoleon_use_ivar = True

html_theme = "furo"
html_title = "ml_abm"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_show_sphinx = False
html_copy_source = False
html_show_sourcelink = False
copybutton_exclude = ".linenos, .gp"
pygments_style = "friendly"
pygments_dark_style = "monokai"


def pages_of_folder(readme: str) -> list[str]:
    """Return the pages of its own folder that a README links to, in its order."""
    return list(dict.fromkeys(re.findall(r"\]\(([\w-]+)\.md\)", readme)))


def with_pages_of_folder(app: Any, page: str, source: list[str]) -> None:
    """Put the pages of a folder below its README in the sidebar; on a forge it stays a plain page."""
    if page.endswith("/README"):
        source[0] += "\n```{toctree}\n:hidden:\n\n" + "\n".join(pages_of_folder(source[0])) + "\n```\n"


def setup(app: Any) -> None:
    """Have Sphinx call it for every page that it reads."""
    app.connect("source-read", with_pages_of_folder)
