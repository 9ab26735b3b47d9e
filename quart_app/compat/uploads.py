"""Flask-Uploads' ``UploadSet``, which is given Quart's files: they are saved as Werkzeug's are, without ``await``."""

from __future__ import annotations

from typing import Any

import flask_uploads
import quart.datastructures
from werkzeug.datastructures import FileStorage

__all__ = ["UploadSet"]


class UploadSet(flask_uploads.UploadSet):
    """A set of uploaded files; the arguments are the library's (Flask-Uploads and Flask-Reuploaded)."""

    def save(self, storage: Any, folder: str | None = None, name: str | None = None) -> Any:
        """Save a file and return its name in the set.

        Args:
            storage: A file of ``await request.files``, or of Werkzeug.
            folder: A folder within the set.
            name: The name to save it under.
        """
        if isinstance(storage, quart.datastructures.FileStorage):
            storage = FileStorage(storage.stream, storage.filename, storage.name, headers=storage.headers)
        return super().save(storage, folder, name)
