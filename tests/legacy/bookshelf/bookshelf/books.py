import csv
import io

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_login import current_user, login_required

from . import audit, jobs, users
from .extensions import db
from .forms import BookForm, ImportForm, ReviewForm
from .models import Author, Book, ImportJob, Review
from .permissions import EditBookPermission, librarian_permission
from .signals import book_added, book_removed
from .visits import count_visit

books = Blueprint("books", __name__)


@books.route("/")
def index():
    text = request.args.get("q", "").strip()
    page = request.args.get("page", 1, type=int)
    pagination = Book.search(text).paginate(
        page=page, per_page=current_app.config["BOOKS_PER_PAGE"], error_out=True
    )
    return render_template("books/index.html", pagination=pagination, q=text)


@books.route("/<int:book_id>")
def detail(book_id):
    book = Book.query.get_or_404(book_id)
    form = ReviewForm()
    seen = count_visit(request.path)
    return render_template("books/detail.html", book=book, form=form, seen=seen)


@books.route("/new", methods=["GET", "POST"])
@login_required
@librarian_permission.require(403)
def create():
    form = BookForm()
    if form.validate_on_submit():
        book = Book()
        fill(book, form)
        book.owner = current_user._get_current_object()
        db.session.add(book)
        db.session.commit()
        users.forget(current_user.id)
        book_added.send(current_app._get_current_object(), book=book)
        audit.log_event("book.create", book.title)
        flash(f"Added {book.title}.", "success")
        return redirect(url_for("books.detail", book_id=book.id))
    return render_template("books/edit.html", form=form, book=None)


@books.route("/<int:book_id>/edit", methods=["GET", "POST"])
@login_required
def edit(book_id):
    book = Book.query.get_or_404(book_id)
    if not EditBookPermission(book.id).can():
        abort(403)
    form = BookForm(obj=book, book=book)
    if request.method == "GET":
        form.author.data = book.author.name
    if form.validate_on_submit():
        fill(book, form)
        db.session.commit()
        audit.log_event("book.edit", book.title)
        flash("Saved.", "success")
        return redirect(url_for("books.detail", book_id=book.id))
    return render_template("books/edit.html", form=form, book=book)


@books.route("/<int:book_id>/delete", methods=["POST"])
@login_required
def delete(book_id):
    book = Book.query.filter_by(id=book_id).first_or_404()
    with EditBookPermission(book.id).require(403):
        title = book.title
        db.session.delete(book)
        db.session.commit()
        users.forget(current_user.id)
        book_removed.send(current_app._get_current_object(), title=title)
        audit.log_event("book.delete", title)
    flash(f"Removed {title}.")
    return redirect(url_for("books.index"))


@books.route("/<int:book_id>/reviews", methods=["POST"])
@login_required
def review(book_id):
    book = Book.query.get_or_404(book_id)
    form = ReviewForm()
    if form.validate_on_submit():
        if Review.query.filter_by(book_id=book.id, user_id=current_user.id).first():
            flash("You have reviewed this book already.", "error")
        else:
            user = current_user._get_current_object()
            db.session.add(Review(book=book, user=user, rating=form.rating.data, text=form.text.data))
            db.session.commit()
            if current_user.id != book.owner_id:
                jobs.mail_owner(book)
            flash("Thank you for the review.", "success")
        return redirect(url_for("books.detail", book_id=book.id))
    return render_template("books/detail.html", book=book, form=form, seen=None), 400


@books.route("/import", methods=["GET", "POST"])
@login_required
def import_books():
    if not (current_user.has_role("librarian") or current_user.has_role("admin")):
        abort(403)
    form = ImportForm()
    if form.validate_on_submit():
        text = form.file.data.read().decode("utf-8-sig")
        job = jobs.start_import(text)
        audit.log_event("book.import", form.file.data.filename)
        return redirect(url_for("books.import_status", job_id=job.id))
    return render_template("books/import.html", form=form)


@books.route("/import/<int:job_id>")
@login_required
def import_status(job_id):
    job = ImportJob.query.get_or_404(job_id)
    if job.user_id != current_user.id and not current_user.has_role("admin"):
        abort(404)
    return render_template("books/import_status.html", job=job)


@login_required
@books.route("/export.csv")
def export():
    def lines():
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        for row in rows:
            writer.writerow(row)
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()

    rows = [("title", "author", "year", "isbn")]
    for book in Book.query.order_by(Book.title).all():
        rows.append((book.title, book.author.name, book.year or "", book.isbn or ""))
    return Response(lines(), mimetype="text/csv")


@books.route("/authors/<int:author_id>")
def author(author_id):
    author = db.get_or_404(Author, author_id)
    titles = {}
    for book in author.books:
        titles.setdefault(book.year or 0, []).append(book.title)
    return render_template("books/author.html", author=author, titles=sorted(titles.items()))


def fill(book, form):
    book.title = form.title.data
    book.author = Author.get_or_create(form.author.data)
    book.year = form.year.data
    book.isbn = form.isbn.data or None
    book.summary = form.summary.data
