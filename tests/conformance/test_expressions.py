"""Queries in every corner of the language: loops, conditions, comprehensions, lambdas, f-strings, indexes."""

from __future__ import annotations

import pytest

from .stores import Store
from .twins import Program, conforms, table

PROGRAMS = table(
    """
    === index
    return Book.query.order_by(Book.id)[0].title, Book.query.order_by(Book.id)[3].title
    === index behind the end
    return Book.query.order_by(Book.id)[99]
    === index in a variable
    query = Book.query.order_by(Book.id)
    positions = [0, 2]
    return [query[position].title for position in positions]
    === slice as a list
    return [book.title for book in Book.query.order_by(Book.id)[1:3]]
    === slice kept
    books = Book.query.order_by(Book.id)[1:3]
    return len(books), books[0].title, books
    === slice from the start and to the end
    query = Book.query.order_by(Book.id)
    return query[:2], query[3:], len(query[:])
    === slice with numbers of variables
    page, size = 2, 2
    books = Book.query.order_by(Book.id)[(page - 1) * size:page * size]
    return [book.title for book in books]
    === slice in a loop
    found = []
    for book in Book.query.order_by(Book.id)[1:3]:
        found.append(book.title)
    return found
    === slice empty
    return Book.query.order_by(Book.id)[2:2]
    === slice with a step
    query = Book.query.order_by(Book.id)
    return query[0:4:2], query[:5:3], [book.id for book in query[::2]], query[1::2]
    === index and slice in synchronous code [bridged]
    books = Book.query.order_by(Book.id)
    look = lambda: (books[0], books[1:3], books[0:4:3])
    return look()
    === slice of what a lambda is given [bridged]
    look = lambda query: query[1:3]
    return look(Book.query.order_by(Book.id))
    === what an index of a dynamic relationship gives, and what its loop gives
    ada = Author.query.filter_by(name="ada").one()
    first = ada.reviews[0]
    return first.author.reviews.count(), [review.author.reviews.count() for review in ada.reviews]
    === index of a dynamic relationship
    ada = Author.query.filter_by(name="ada").one()
    return ada.reviews[0].stars, ada.reviews[1:], ada.reviews.filter(Review.stars < 4)[1].stars
    === index of a query or of a list
    def second(items):
        return items[1].title
    return second(Book.query.order_by(Book.id).all())
    === sum of a generator with a query in it
    return sum(Book.query.filter_by(author_id=number).count() for number in (1, 2))
    === generator with queries among other arguments
    return sorted((Book.query.get(number).title for number in (3, 1, 2)), reverse=True)
    === generator in a generator
    return sum(sum(b.id for b in Book.query.filter_by(author_id=a.id)) for a in Author.query)
    === generator kept in a generator [bridged]
    pairs = ((a.name, [b.id for b in Book.query.filter_by(author_id=a.id)]) for a in Author.query.order_by(Author.id))
    return [pair for pair in pairs]
    === membership in a query
    return Author.query.get(1) in Author.query, Author.query.get(2) not in Author.query.filter(Author.age > 18)
    === added to a list
    books = [None]
    books += Book.query.order_by(Book.id)
    return books
    === slice of a list
    books = Book.query.order_by(Book.id).all()
    return books[1:3], books[-1], books[::2]
    === for over a query
    titles = []
    for book in Book.query.order_by(Book.id):
        if book.year > 2003:
            break
        titles.append(book.title)
    else:
        titles.append("all")
    return titles
    === for over a query with else
    for book in Book.query.filter_by(shelf="none"):
        return book
    else:
        return "none"
    === for over all
    total = 0
    for book in Book.query.all():
        total += book.year
    return total
    === nested loops
    found = []
    for author in Author.query.order_by(Author.id):
        for book in Book.query.filter_by(author_id=author.id).order_by(Book.id):
            found.append((author.name, book.title))
    return found
    === list of a query
    return list(Author.query.order_by(Author.id))
    === sorted query
    return sorted(Book.query, key=lambda book: -book.year)
    === tuple and set of a query
    return tuple(Author.query.order_by(Author.id)), {a.name for a in Author.query} == set(a.name for a in Author.query.all())
    === enumerate a query
    return [(number, book.title) for number, book in enumerate(Book.query.order_by(Book.id), 1)]
    === zip queries
    return [(a.name, b.title) for a, b in zip(Author.query.order_by(Author.id), Book.query.order_by(Book.id))]
    === dict of a query
    return dict(db.session.query(Author.name, Author.age))
    === dict comprehension
    return {author.name: author.age for author in Author.query.order_by(Author.id)}
    === len of all
    return len(Book.query.all())
    === sum of a generator
    return sum(book.year for book in Book.query)
    === any of a generator
    return any(book.year > 2000 for book in Book.query), all(book.year > 2000 for book in Book.query.all())
    === max of a query
    return max(Book.query, key=lambda book: book.year).title
    === join of a generator
    return ", ".join(author.name for author in Author.query.order_by(Author.id))
    === map and filter
    titles = map(lambda book: book.title, Book.query.order_by(Book.id))
    late = filter(lambda book: book.year > 2000, Book.query.order_by(Book.id).all())
    return list(titles), list(late)
    === generator kept
    books = (book for book in Book.query.order_by(Book.id))
    return [book.title for book in books]
    === generator with a query in its element [bridged]
    names = (Author.query.get(number).name for number in [1, 2])
    return list(names)
    === generator with next
    return next((book.title for book in Book.query.order_by(Book.id) if book.year > 1900), None)
    === if first
    if Author.query.filter_by(name="eve").first():
        return "eve"
    elif Author.query.filter_by(name="ada").first():
        return "ada"
    return "nobody"
    === if not first
    if not Author.query.filter_by(name="eve").first():
        return "nobody"
    === while
    turns = 0
    while Note.query.count() > 1:
        db.session.delete(Note.query.order_by(Note.id).first())
        db.session.commit()
        turns += 1
    return turns
    === walrus
    if (author := Author.query.filter_by(name="ada").first()) and author.age > 30:
        return author.name
    === condition in a comprehension
    return [n for n in range(1, 8) if Book.query.get(n)]
    === condition with a query in a comprehension
    return [a.name for a in Author.query.order_by(Author.id) if Book.query.filter_by(author_id=a.id).count() > 1]
    === comprehension in a comprehension
    return [[b.title for b in Book.query.filter_by(author_id=a.id).order_by(Book.id)] for a in Author.query.order_by(Author.id)]
    === comprehension with two loops
    return [(a.name, b.id) for a in Author.query.order_by(Author.id) for b in Book.query.filter_by(author_id=a.id).order_by(Book.id)]
    === chained comparison
    return 1 < Book.query.count() <= 5, Author.query.count() == 3 != Book.query.count()
    === arithmetic
    return Book.query.count() + Author.query.count() * 2 ** Tag.query.count() - -Note.query.count()
    === boolean operators
    return Author.query.get(99) or Author.query.get(1), Author.query.get(1) and Author.query.get(2), not Author.query.get(99)
    === membership
    return Author.query.get(1) in Author.query.all(), Author.query.get(1) not in Author.query.filter_by(age=17).all()
    === f-string
    return f"{Book.query.count()} books, first {Book.query.order_by(Book.id).first().title!r:>10}"
    === format and percent
    return "%s of %s" % (Book.query.count(), Author.query.count()), "{} {a}".format(Tag.query.count(), a=Note.query.count())
    === conditional expression
    return "many" if Book.query.count() > 3 else "few", Author.query.first() and 1 if False else Tag.query.count()
    === lambda called [bridged]
    count = lambda: Book.query.count()
    return count()
    === lambda with an argument [bridged]
    by_name = lambda name: Author.query.filter_by(name=name).first().age
    return [by_name(name) for name in ("ada", "bob")]
    === lambda as a key [bridged]
    return sorted(Author.query.all(), key=lambda author: (Book.query.filter_by(author_id=author.id).count(), author.name))
    === nested function as a key [bridged]
    def weight(author):
        return -Book.query.filter_by(author_id=author.id).count(), author.name
    return sorted(Author.query.all(), key=weight)
    === default argument
    def program():
        def years(query=Book.query):
            return [book.year for book in query.order_by(Book.id)]
        return years(), years(Book.query.filter_by(shelf="a"))
    === starred
    def collect(*books, **more):
        return [book.title for book in books], sorted(more)
    return collect(*Book.query.order_by(Book.id), **{a.name: 1 for a in Author.query})
    === unpacking
    first, *rest = Book.query.order_by(Book.id).all()
    ada, bob, cyd = Author.query.order_by(Author.id)
    return first, rest, bob.name
    === subscript of a result
    return Book.query.order_by(Book.id).all()[-1].title, {1: "one"}.get(Tag.query.get(1).id)
    === augmented assignment
    total = 1
    total += Book.query.count()
    total *= Author.query.count()
    return total
    === assert
    assert Author.query.count() == 3, Author.query.count()
    assert Author.query.count() == 4, "there are %d" % Author.query.count()
    === raise with a query
    raise LookupError(Author.query.first().name)
    === try and finally
    try:
        Author.query.filter_by(name="eve").one()
    except NoResultFound as error:
        return str(error)
    finally:
        Note.query.delete()
        db.session.commit()
    === match
    match Author.query.count():
        case 3:
            return Author.query.order_by(Author.id).first().name
        case _:
            return None
    === generator function [bridged]
    def titles():
        for book in Book.query.order_by(Book.id):
            yield book.title
    return list(titles()), next(titles())
    === generator function over all [bridged]
    def pairs():
        for author in Author.query.order_by(Author.id).all():
            yield author.name, Book.query.filter_by(author_id=author.id).count()
    return dict(pairs())
    === yield from [bridged]
    def books():
        yield from Book.query.order_by(Book.id)
    return [book.title for book in books()]
    === global and nonlocal
    found = None
    def look():
        nonlocal found
        found = Author.query.get(3)
    look()
    return found.name
    === recursion
    def oldest(number):
        if number == 0:
            return Book.query.order_by(Book.year).first().title
        return oldest(number - 1)
    return oldest(3)
    === extend and update
    books = []
    books.extend(Book.query.filter_by(shelf="a").order_by(Book.id))
    ages = {}
    ages.update(db.session.query(Author.name, Author.age))
    return books, ages
    === getattr of a query
    return getattr(Book.query.filter_by(shelf="a"), "count")()
    === method kept in a variable
    count = Book.query.filter_by(shelf="a").count
    return count()
    """
)


@pytest.mark.parametrize("program", PROGRAMS)
def test_expressions(program: Program, store: Store) -> None:
    conforms(program, store)
