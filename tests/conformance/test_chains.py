"""Queries over several statements: built in a loop, passed to functions, returned from methods, kept in containers."""

from __future__ import annotations

import pytest

from .stores import Store
from .twins import Program, conforms, table

PROGRAMS = table(
    """
    === over several statements
    query = Book.query
    query = query.filter(Book.year > 1900)
    query = query.order_by(Book.id)
    return query.all()
    === in a loop
    query = Book.query
    for year in (1842, 1999):
        query = query.filter(Book.year != year)
    return query.order_by(Book.id).all()
    === in branches
    def books(year=None, shelf=None):
        query = Book.query
        if year:
            query = query.filter_by(year=year)
        elif shelf:
            query = query.filter_by(shelf=shelf)
        else:
            return query.count()
        return query.order_by(Book.id).all()
    return books(year=1999), books(shelf="c"), books()
    === passed to a function
    def late(query):
        return query.filter(Book.year > 2000).order_by(Book.id)
    return late(Book.query).all(), late(Book.query.filter_by(author_id=3)).count()
    === passed to a function that asks
    def titles(query, limit):
        return [book.title for book in query.order_by(Book.id).limit(limit)]
    return titles(Book.query, 2), titles(limit=1, query=Book.query.filter_by(shelf="c"))
    === passed through two functions
    def one(query):
        return query.first()
    def two(query):
        return one(query.order_by(Book.id.desc()))
    return two(Book.query)
    === returned from a function
    def books():
        return Book.query.filter_by(shelf="c").order_by(Book.id)
    return books().first(), [book.id for book in books()], books().count()
    === returned from a static method
    return Author.grown_ups().order_by(Author.id).all()
    === class method that asks
    return Author.named("ada").age
    === method that asks
    return [author.newest_book().title for author in Author.query.order_by(Author.id)]
    === method of a class of one's own
    class Store:
        def __init__(self, model):
            self.model = model
        def query(self):
            return self.model.query
        def first(self):
            return self.query().order_by(self.model.id).first()
    store = Store(Book)
    return store.first().title, store.query().count()
    === inherited methods
    class Repository:
        model = None
        def all(self):
            return self.model.query.order_by(self.model.id).all()
    class Books(Repository):
        model = Book
    class Authors(Repository):
        model = Author
    return Books().all(), Authors().all()
    === overridden methods
    class Counter:
        def count(self):
            return 0
    class Books(Counter):
        def count(self):
            return super().count() + Book.query.count()
    return Counter().count(), Books().count()
    === query class that builds
    return Book.query.since(2000).order_by(Book.id).all()
    === query class in the middle of a chain
    return Book.query.filter_by(shelf="c").since(2002).count()
    === query class that asks
    return Book.query.oldest().title, Book.query.since(1900).oldest().title
    === query class that iterates itself [bridged]
    return Book.query.since(2000).titles()
    === in a dict
    queries = {"books": Book.query, "authors": Author.query}
    return {name: query.count() for name, query in queries.items()}
    === in a list
    queries = [Book.query.filter_by(shelf=shelf) for shelf in "abc"]
    return [query.count() for query in queries]
    === in a tuple that is unpacked
    books, authors = Book.query, Author.query
    return books.count(), authors.count()
    === in an attribute
    class Page:
        pass
    page = Page()
    page.query = Book.query.order_by(Book.id)
    return page.query.limit(1).all()
    === in a global
    def program():
        global latest
        latest = Book.query.order_by(Book.year.desc())
        return show()
    def show():
        return latest.first().title
    === by a conditional expression
    late = True
    query = Book.query.filter(Book.year > 2000) if late else Book.query
    return query.order_by(Book.id).all()
    === filters in a list
    filters = [Book.year > 1900]
    filters.append(Book.shelf == "c")
    return Book.query.filter(*filters).order_by(Book.id).all()
    === filters in a dict
    return Book.query.filter_by(**{"shelf": "a", "year": 1999}).all()
    === column by name
    return Book.query.order_by(getattr(Book, "year").desc()).first().title
    === model by a variable
    found = []
    for model in (Author, Book, Tag):
        found.append(model.query.count())
    return found
    === reduce over conditions
    query = Book.query
    for name, value in {"shelf": "c", "author_id": 3}.items():
        query = query.filter(getattr(Book, name) == value)
    return query.count()
    === used twice
    query = Book.query.filter_by(shelf="c")
    return query.count(), query.order_by(Book.id).all(), query.first() is not None
    === used inside another
    ids = Author.query.filter(Author.age > 18).with_entities(Author.id)
    return Book.query.filter(Book.author_id.in_(ids)).order_by(Book.id).all()
    === decorated function
    import functools
    def twice(function):
        @functools.wraps(function)
        def wrapper(*args, **kwargs):
            return [function(*args, **kwargs), function(*args, **kwargs)]
        return wrapper
    @twice
    def count(shelf):
        return Book.query.filter_by(shelf=shelf).count()
    return count("c")
    === callback
    def each(function, values):
        return [function(value) for value in values]
    def title(number):
        return Book.query.get(number).title
    return each(title, [1, 2])
    === partial
    import functools
    def find(model, number):
        return model.query.get(number)
    return functools.partial(find, Author)(2).name
    === dispatch table
    def books():
        return Book.query.count()
    def authors():
        return Author.query.count()
    return {name: function() for name, function in {"books": books, "authors": authors}.items()}
    === context manager [bridged]
    from contextlib import contextmanager
    @contextmanager
    def saved():
        yield db.session
        db.session.commit()
    with saved() as session:
        session.add(Tag(name="x"))
    === context manager of a class [bridged]
    class Saved:
        def __enter__(self):
            return db.session
        def __exit__(self, *exc):
            db.session.rollback() if exc[0] else db.session.commit()
            return True
    with Saved() as session:
        session.add(Tag(name="x"))
    with Saved() as session:
        session.add(Tag(name="y"))
        raise LookupError
    === special methods [bridged]
    class Shelf:
        def __init__(self, name):
            self.query = Book.query.filter_by(shelf=name)
        def __len__(self):
            return self.query.count()
        def __iter__(self):
            return iter(self.query.order_by(Book.id).all())
        def __contains__(self, title):
            return self.query.filter_by(title=title).first() is not None
        def __getitem__(self, number):
            return self.query.order_by(Book.id).all()[number]
        def __bool__(self):
            return True
    shelf = Shelf("c")
    return len(shelf), [book.title for book in shelf], "Maps" in shelf, "Notes" in shelf, shelf[1].title
    === callable object
    class Counter:
        def __call__(self, model):
            return model.query.count()
    count = Counter()
    return count(Book), count(Author)
    === callable object handed on
    class Counter:
        def __init__(self, least):
            self.least = least
        def __call__(self, query):
            return query.count() >= self.least
    class Strict(Counter):
        pass
    def checked(check, query):
        return check(query)
    return checked(Counter(3), Book.query), Strict(9)(Author.query), Counter(least=1)(Tag.query.filter_by(id=99))
    === callable object in an attribute
    class Counter:
        def __call__(self, model, **filters):
            return model.query.filter_by(**filters).count()
    class Store:
        def __init__(self):
            self.count = Counter()
        def books(self, shelf):
            return self.count(Book, shelf=shelf)
    return Store().books("c"), Store().count(Author)
    === callable object as a decorator
    import functools
    class Limit:
        def __init__(self, most):
            self.most = most
        def __call__(self, function):
            @functools.wraps(function)
            def wrapper(*args):
                return function(*args).limit(self.most).all()
            return wrapper
    @Limit(2)
    def books(shelf):
        return Book.query.filter_by(shelf=shelf).order_by(Book.id)
    return books("c")
    === lambda handed on [bridged]
    def apply(function, query):
        return function(query)
    return apply(lambda query: query.count(), Book.query), apply(lambda q: q.order_by(Book.id)[1], Book.query)
    === property [bridged]
    return [author.book_count for author in Author.query.order_by(Author.id)]
    """,
)


@pytest.mark.parametrize("program", PROGRAMS)
def test_chains(program: Program, store: Store) -> None:
    conforms(program, store)
