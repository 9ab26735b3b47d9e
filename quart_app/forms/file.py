"""Upload fields and their validators."""

from __future__ import annotations

from collections.abc import Iterable
from io import SEEK_END
from typing import Any

import wtforms
from werkzeug.datastructures import FileStorage
from wtforms.validators import DataRequired, StopValidation, ValidationError

__all__ = [
    "FileAllowed",
    "FileField",
    "FileRequired",
    "FileSize",
    "MultipleFileField",
    "file_allowed",
    "file_required",
    "file_size",
]


class FileField(wtforms.FileField):
    """A field whose data is the uploaded file, or ``None``."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take the first uploaded file."""
        uploads = _uploads(valuelist)
        if uploads:
            self.data = uploads[0]
        else:
            self.raw_data = ()  # type: ignore[assignment]


class MultipleFileField(wtforms.MultipleFileField):
    """A field whose data is the list of uploaded files, or ``None``."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Take all uploaded files."""
        uploads = _uploads(valuelist)
        if uploads:
            self.data = uploads
        else:
            self.raw_data = ()  # type: ignore[assignment]


class FileRequired(DataRequired):
    """Require an uploaded file, or several in a ``MultipleFileField``.

    Args:
        message: What to say else.
    """

    def __call__(self, form: Any, field: Any) -> None:  # noqa: ARG002
        """Validate the field."""
        if _files_of(field) is None:
            raise StopValidation(self.message or field.gettext("This field is required."))


class FileAllowed:
    """Allow only some kinds of files.

    Args:
        upload_set: Extensions without the dot, or an upload set with ``file_allowed(storage, name)``.
        message: What to say else.
    """

    def __init__(self, upload_set: Any, message: str | None = None) -> None:
        self.upload_set = upload_set
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:  # noqa: ARG002
        """Validate the field."""
        for file in _files_of(field) or ():
            name = (file.filename or "").lower()
            if isinstance(self.upload_set, Iterable):
                extensions = list(self.upload_set)
                if not any(name.endswith(f".{extension}") for extension in extensions):
                    text = field.gettext("File does not have an approved extension: {extensions}")
                    raise StopValidation(self.message or text.format(extensions=", ".join(extensions)))
            elif not self.upload_set.file_allowed(field.data, name):
                raise StopValidation(
                    self.message or field.gettext("File does not have an approved extension.")
                )


class FileSize:
    """Limit the size of uploaded files, in bytes, bounds included.

    Args:
        max_size: The most.
        min_size: The least.
        message: What to say else.
    """

    def __init__(self, max_size: int, min_size: int = 0, message: str | None = None) -> None:
        self.max_size = max_size
        self.min_size = min_size
        self.message = message

    def __call__(self, form: Any, field: Any) -> None:  # noqa: ARG002
        """Validate the field."""
        for file in _files_of(field) or ():
            file.stream.seek(0, SEEK_END)
            size = file.stream.tell()
            file.stream.seek(0)
            if not self.min_size <= size <= self.max_size:
                text = field.gettext(f"File must be between {self.min_size} and {self.max_size} bytes.")
                raise ValidationError(self.message or text)


file_required = FileRequired
file_allowed = FileAllowed
file_size = FileSize


def _uploads(values: list[Any]) -> list[FileStorage]:
    # An input left empty is sent as a file without a name, which is false.
    return [value for value in values if isinstance(value, FileStorage) and value]


def _files_of(field: Any) -> list[FileStorage] | None:
    data = field.data if isinstance(field.data, list) else [field.data]
    uploads = _uploads(data)
    return uploads if uploads and len(uploads) == len(data) else None
