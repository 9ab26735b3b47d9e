"""Requests: what views, hooks, templates and errors make of the session."""

from __future__ import annotations

import pytest

from .stores import Store
from .twins import Program, conforms, table

PROGRAMS = table(
    """
    === view
    def program():
        @app.route("/<int:number>")
        def show(number):
            return Author.query.get_or_404(number).name
        client = app.test_client()
        answers = [client.get("/1"), client.get("/99")]
        return [(answer.status_code, answer.get_data(as_text=True)) for answer in answers]
    === json
    def program():
        @app.route("/")
        def index():
            return {"authors": [{"name": author.name, "age": author.age} for author in Author.query.order_by(Author.id)]}
        return app.test_client().get("/").get_json()
    === post
    from flask import request
    def program():
        @app.post("/")
        def create():
            db.session.add(Author(name=request.form["name"], age=request.form.get("age", type=int)))
            db.session.commit()
            return "", 201
        return app.test_client().post("/", data={"name": "eve", "age": "30"}).status_code
    === not committed
    def program():
        @app.route("/")
        def index():
            db.session.add(Author(name="lost"))
            db.session.flush()
            return str(Author.query.count())
        client = app.test_client()
        return client.get("/").get_data(as_text=True), client.get("/").get_data(as_text=True)
    === error in a view
    def program():
        app.config["PROPAGATE_EXCEPTIONS"] = False
        app.config["TESTING"] = False
        @app.route("/")
        def index():
            db.session.add(Author(name="lost"))
            db.session.flush()
            raise LookupError("no")
        return app.test_client().get("/").status_code
    === error handler that rolls back
    def program():
        @app.errorhandler(IntegrityError)
        def refused(error):
            db.session.rollback()
            return str(Author.query.count()), 409
        @app.route("/")
        def index():
            db.session.add(Author(name="ada"))
            db.session.commit()
            return ""
        answer = app.test_client().get("/")
        return answer.status_code, answer.get_data(as_text=True)
    === before_request that asks
    def program():
        @app.before_request
        def count():
            g.count = Book.query.count()
        @app.route("/")
        def index():
            return str(g.count)
        return app.test_client().get("/").get_data(as_text=True)
    === after_request that writes
    def program():
        @app.after_request
        def log(response):
            db.session.add(Note(text=str(response.status_code)))
            db.session.commit()
            return response
        @app.route("/")
        def index():
            return "ok"
        return app.test_client().get("/").get_data(as_text=True)
    === template with what was loaded
    def program():
        @app.route("/")
        def index():
            return render_template_string("{% for book in books %}{{ book.title }} {% endfor %}", books=Book.query.order_by(Book.id).all())
        return app.test_client().get("/").get_data(as_text=True)
    === template that loads
    def program():
        @app.route("/")
        def index():
            authors = Author.query.order_by(Author.id).all()
            return render_template_string("{% for a in authors %}{{ a.name }}:{% for b in a.books %}{{ b.title }} {% endfor %}{% endfor %}", authors=authors)
        return app.test_client().get("/").get_data(as_text=True)
    === template with a query
    def program():
        @app.route("/")
        def index():
            return render_template_string("{% for book in books %}{{ book.title }} {% endfor %}{{ books.count() }}", books=Book.query.order_by(Book.id))
        return app.test_client().get("/").get_data(as_text=True)
    === template with a dynamic relationship
    def program():
        @app.route("/")
        def index():
            return render_template_string("{{ a.reviews.count() }} {{ a.reviews.first().stars }} {{ a.newest_book().title }} {{ a.book_count }}", a=Author.query.get(1))
        return app.test_client().get("/").get_data(as_text=True)
    === template with a page
    def program():
        @app.route("/")
        def index():
            page = Book.query.order_by(Book.id).paginate(page=1, per_page=2)
            return render_template_string("{% for b in page.items %}{{ b.title }} {% endfor %}{{ page.total }}{% for n in page.iter_pages() %} {{ n }}{% endfor %}", page=page)
        return app.test_client().get("/").get_data(as_text=True)
    === context processor [bridged]
    def program():
        @app.context_processor
        def shelves():
            return {"authors": Author.query.order_by(Author.id).all(), "count": lambda: Book.query.count()}
        @app.route("/")
        def index():
            return render_template_string("{% for a in authors %}{{ a.name }} {% endfor %}{{ count() }}")
        return app.test_client().get("/").get_data(as_text=True)
    === template filter that asks [bridged]
    def program():
        @app.template_filter("books")
        def books(author):
            return Book.query.filter_by(author_id=author.id).count()
        @app.route("/")
        def index():
            return render_template_string("{% for a in authors %}{{ a|books }} {% endfor %}", authors=Author.query.order_by(Author.id).all())
        return app.test_client().get("/").get_data(as_text=True)
    === template test and global [bridged]
    def program():
        @app.template_test("busy")
        def busy(author):
            return Book.query.filter_by(author_id=author.id).count() > 1
        @app.template_global()
        def latest():
            return Book.query.order_by(Book.year.desc()).first().title
        @app.route("/")
        def index():
            return render_template_string("{% for a in authors if a is busy %}{{ a.name }} {% endfor %}{{ latest() }}", authors=Author.query.order_by(Author.id).all())
        return app.test_client().get("/").get_data(as_text=True)
    === streamed answer [bridged]
    from flask import stream_with_context
    def program():
        @app.route("/")
        def index():
            def lines():
                for book in Book.query.order_by(Book.id):
                    yield book.title + ";"
            return Response(stream_with_context(lines()))
        return app.test_client().get("/").get_data(as_text=True)
    === page of the request
    def program():
        @app.route("/")
        def index():
            page = Book.query.order_by(Book.id).paginate()
            return {"ids": [book.id for book in page.items], "page": page.page, "per_page": page.per_page}
        return app.test_client().get("/?page=2&per_page=2").get_json()
    === abort with a query
    def program():
        @app.route("/<name>")
        def show(name):
            author = Author.query.filter_by(name=name).first()
            if author is None:
                abort(404)
            return str(author.age)
        client = app.test_client()
        return client.get("/eve").status_code, client.get("/ada").get_data(as_text=True)
    === class based view
    from flask.views import MethodView
    def program():
        class Authors(MethodView):
            def get(self, number):
                return db.session.get(Author, number).name
            def delete(self, number):
                Review.query.delete()
                db.session.execute(db.delete(Author).where(Author.id == number))
                db.session.commit()
                return "", 204
        Book.query.filter_by(author_id=2).update({"author_id": 1})
        db.session.commit()
        app.add_url_rule("/<int:number>", view_func=Authors.as_view("authors"))
        client = app.test_client()
        return client.get("/2").get_data(as_text=True), client.delete("/2").status_code
    === teardown sees the error
    def program():
        seen = []
        app.config["PROPAGATE_EXCEPTIONS"] = False
        app.config["TESTING"] = False
        @app.teardown_request
        def ended(error):
            seen.append(type(error).__name__)
        @app.route("/")
        def index():
            raise LookupError
        app.test_client().get("/")
        return seen
    === object kept over requests
    def program():
        author = Author.query.get(1)
        @app.route("/")
        def index():
            return str(Author.query.get(1) is author)
        return app.test_client().get("/").get_data(as_text=True), author.name
    === session per context [bridged]
    def program():
        outer = db.session()
        with app.app_context():
            return db.session() is outer
    === command line [bridged]
    def program():
        @app.cli.command("count")
        def count():
            print(Book.query.count())
        return app.test_cli_runner().invoke(args=["count"]).output
    """
)


@pytest.mark.parametrize("program", PROGRAMS)
def test_requests(program: Program, store: Store) -> None:
    conforms(program, store)
