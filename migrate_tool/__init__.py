"""The codemod that rewrites a Flask repository to Quart."""

__version__ = "0.1.0"
