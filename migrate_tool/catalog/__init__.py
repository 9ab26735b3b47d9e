"""What each library's API becomes: data, one file per library."""

from .api import Api, Consumer
from .registry import Catalog, catalog, spelled_out

__all__ = ["Api", "Catalog", "Consumer", "catalog", "spelled_out"]
