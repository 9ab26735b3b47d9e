from flask_login import current_user
from flask_wtf import FlaskForm
from flask_wtf.file import FileAllowed, FileField, FileRequired
from wtforms import (
    BooleanField,
    IntegerField,
    PasswordField,
    SelectField,
    StringField,
    SubmitField,
    TextAreaField,
    ValidationError,
)
from wtforms.validators import DataRequired, Email, EqualTo, Length, NumberRange, Optional

from .models import Book, User


class RegisterForm(FlaskForm):
    name = StringField("Name", validators=[DataRequired(), Length(max=80)])
    email = StringField("E-mail", validators=[DataRequired(), Email(), Length(max=120)])
    password = PasswordField("Password", validators=[DataRequired(), Length(min=6)])
    confirm = PasswordField("Repeat", validators=[EqualTo("password", "The passwords differ.")])
    submit = SubmitField("Register")

    def validate_email(self, field):
        if User.query.filter_by(email=field.data.lower()).first() is not None:
            raise ValidationError("This address is already registered.")


class LoginForm(FlaskForm):
    email = StringField("E-mail", validators=[DataRequired()])
    password = PasswordField("Password", validators=[DataRequired()])
    remember = BooleanField("Remember me")
    submit = SubmitField("Sign in")


class ProfileForm(FlaskForm):
    name = StringField("Name", validators=[DataRequired(), Length(max=80)])
    submit = SubmitField("Save")


class PasswordForm(FlaskForm):
    old = PasswordField("Old password", validators=[DataRequired()])
    new = PasswordField("New password", validators=[DataRequired(), Length(min=6)])
    submit = SubmitField("Change")

    def validate_old(self, field):
        if not current_user.check_password(field.data):
            raise ValidationError("That is not your password.")


class BookForm(FlaskForm):
    title = StringField("Title", validators=[DataRequired(), Length(max=200)])
    author = StringField("Author", validators=[DataRequired(), Length(max=120)])
    year = IntegerField("Year", validators=[Optional(), NumberRange(0, 2100)])
    isbn = StringField("ISBN", validators=[Optional(), Length(min=10, max=13)])
    summary = TextAreaField("Summary")
    submit = SubmitField("Save")

    def __init__(self, *args, book=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.book = book

    def validate_isbn(self, field):
        query = Book.query.filter_by(isbn=field.data)
        if self.book is not None:
            query = query.filter(Book.id != self.book.id)
        if query.count():
            raise ValidationError("A book with this ISBN exists.")


class ReviewForm(FlaskForm):
    rating = IntegerField("Rating", validators=[DataRequired(), NumberRange(1, 5)])
    text = TextAreaField("Text", validators=[Length(max=2000)])
    submit = SubmitField("Send")


class ImportForm(FlaskForm):
    file = FileField("CSV file", validators=[FileRequired(), FileAllowed(["csv"], "CSV files only.")])
    submit = SubmitField("Import")


class NoteForm(FlaskForm):
    text = TextAreaField("Note", validators=[DataRequired(), Length(max=500)])
    submit = SubmitField("Add")


class RoleForm(FlaskForm):
    role = SelectField("Role", coerce=int)
    submit = SubmitField("Give")
