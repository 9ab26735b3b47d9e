"""The forms."""

from __future__ import annotations

from typing import Any

from wtforms import (
    BooleanField,
    Field,
    IntegerField,
    PasswordField,
    SelectField,
    StringField,
    SubmitField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.core import UnboundField
from wtforms.validators import DataRequired, Email, EqualTo, Length, NumberRange, Optional

from quart_app.auth import current_user
from quart_app.forms import FlaskForm
from quart_app.forms.file import FileAllowed, FileField, FileRequired

from .accounts import check_password, user_by_email
from .models import Book
from .shelf import has_isbn


def typed(field: StringField) -> str:
    """Return what was typed into a field of text."""
    return field.data or ""


def without_nul(value: object) -> object:
    """Take out what nobody types and PostgreSQL does not store; an object's attribute need not be a text."""
    return value.replace("\x00", "") if isinstance(value, str) else value


class Form(FlaskForm):
    """A form whose texts can be stored."""

    class Meta:
        """How the fields are made."""

        def bind_field(self, form: Form, unbound_field: UnboundField[Any], options: dict[str, Any]) -> Field:
            """Make a field; one of text with the filter."""
            if issubclass(unbound_field.field_class, StringField):
                options = {**options, "filters": [without_nul]}
            field: Field = unbound_field.bind(form=form, **options)
            return field


class RegisterForm(Form):
    """A new account."""

    name = StringField("Name", validators=[DataRequired(), Length(max=80)])
    email = StringField("E-mail", validators=[DataRequired(), Email(), Length(max=120)])
    password = PasswordField("Password", validators=[DataRequired(), Length(min=6)])
    confirm = PasswordField("Repeat", validators=[EqualTo("password", "The passwords differ.")])
    submit = SubmitField("Register")

    async def validate_email(self, field: Field) -> None:
        """Refuse an address that is taken."""
        if await user_by_email(field.data) is not None:
            raise ValidationError("This address is already registered.")


class LoginForm(Form):
    """The way in."""

    email = StringField("E-mail", validators=[DataRequired()])
    password = PasswordField("Password", validators=[DataRequired()])
    remember = BooleanField("Remember me")
    submit = SubmitField("Sign in")


class ProfileForm(Form):
    """What a member may change about himself."""

    name = StringField("Name", validators=[DataRequired(), Length(max=80)])
    submit = SubmitField("Save")


class PasswordForm(Form):
    """A new password."""

    old = PasswordField("Old password", validators=[DataRequired()])
    new = PasswordField("New password", validators=[DataRequired(), Length(min=6)])
    submit = SubmitField("Change")

    async def validate_old(self, field: Field) -> None:
        """Refuse whoever does not know the old one."""
        if not await check_password(await current_user, field.data):
            raise ValidationError("That is not your password.")


class BookForm(Form):
    """A book, new or changed."""

    title = StringField("Title", validators=[DataRequired(), Length(max=200)])
    author = StringField("Author", validators=[DataRequired(), Length(max=120)])
    year = IntegerField("Year", validators=[Optional(), NumberRange(0, 2100)])
    isbn = StringField("ISBN", validators=[Optional(), Length(min=10, max=13)])
    summary = TextAreaField("Summary")
    submit = SubmitField("Save")

    def __init__(self, *args: Any, book: Book | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.book = book

    async def validate_isbn(self, field: Field) -> None:
        """Refuse the ISBN of another book."""
        if await has_isbn(field.data, except_for=self.book):
            raise ValidationError("A book with this ISBN exists.")


class ReviewForm(Form):
    """What somebody thinks of a book."""

    rating = IntegerField("Rating", validators=[DataRequired(), NumberRange(1, 5)])
    text = TextAreaField("Text", validators=[Length(max=2000)])
    submit = SubmitField("Send")


class ImportForm(Form):
    """A file of books."""

    file = FileField("CSV file", validators=[FileRequired(), FileAllowed(["csv"], "CSV files only.")])
    submit = SubmitField("Import")


class NoteForm(Form):
    """A note."""

    text = TextAreaField("Note", validators=[DataRequired(), Length(max=500)])
    submit = SubmitField("Add")


class RoleForm(Form):
    """A role for somebody."""

    role = SelectField("Role", coerce=int)
    submit = SubmitField("Give")
