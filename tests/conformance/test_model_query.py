"""``Model.query``: everything that asks, and everything that builds on the way there."""

from __future__ import annotations

import pytest

from .stores import Store
from .twins import Program, conforms, table

PROGRAMS = table(
    """
    === all
    return [book.title for book in Book.query.order_by(Book.id).all()]
    === all of an empty answer
    return Book.query.filter_by(title="none").all()
    === first
    return Author.query.order_by(Author.id).first().name
    === first of nothing
    return Author.query.filter_by(name="eve").first()
    === one
    return Author.query.filter_by(name="bob").one()
    === one of nothing
    return Author.query.filter_by(name="eve").one()
    === one of several
    return Author.query.one()
    === one_or_none
    return Author.query.filter_by(name="bob").one_or_none(), Author.query.filter_by(name="eve").one_or_none()
    === one_or_none of several
    return Author.query.one_or_none()
    === get
    return Author.query.get(2).name, Author.query.get(99)
    === get_or_404
    return Author.query.get_or_404(2).name
    === get_or_404 of nothing
    return Author.query.get_or_404(99)
    === get_or_404 with a description
    return Author.query.get_or_404(99, description="no such author")
    === first_or_404
    return Author.query.filter_by(age=17).first_or_404().name
    === first_or_404 of nothing
    return Author.query.filter_by(age=1).first_or_404()
    === one_or_404
    return Author.query.filter_by(age=17).one_or_404().name
    === one_or_404 of several
    return Author.query.one_or_404()
    === count
    return Book.query.filter(Book.year > 1900).count()
    === scalar
    return Author.query.with_entities(func.max(Author.age)).scalar()
    === scalar of several rows
    return Author.query.with_entities(Author.age).scalar()
    === filter with several conditions
    return Book.query.filter(Book.year > 1900, Book.shelf == "c").order_by(Book.id).all()
    === filter with or and not
    return Book.query.filter(db.or_(Book.year < 1843, ~(Book.year < 2002))).order_by(Book.id).all()
    === filter_by with several columns
    return Book.query.filter_by(shelf="c", author_id=3).count()
    === filter with like
    return [b.title for b in Book.query.filter(Book.title.like("%e%")).order_by(Book.title).all()]
    === filter with in_
    return Book.query.filter(Book.id.in_([1, 3])).order_by(Book.id).all()
    === filter with a query in in_
    return Book.query.filter(Book.author_id.in_(db.session.query(Author.id).filter(Author.age > 18))).count()
    === join
    return Book.query.join(Author).filter(Author.name == "ada").order_by(Book.id).all()
    === join over a relationship
    return Author.query.join(Author.books).filter(Book.year > 2000).distinct().all()
    === outerjoin
    rows = db.session.query(Author.name, func.count(Review.id)).outerjoin(Review, Review.author_id == Author.id)
    return rows.group_by(Author.name).order_by(Author.name).all()
    === join with a condition
    return Author.query.join(Review, Review.author_id == Author.id).filter(Review.stars == 5).one()
    === aliased
    other = aliased(Book)
    return Book.query.join(other, other.shelf == Book.shelf).filter(other.id > Book.id).order_by(Book.id).all()
    === options with joinedload
    author = Author.query.options(joinedload(Author.books)).filter_by(name="ada").first()
    return [book.title for book in author.books]
    === options with selectinload
    return {a.name: [b.title for b in a.books] for a in Author.query.options(selectinload(Author.books)).all()}
    === order_by descending
    return [b.title for b in Book.query.order_by(Book.year.desc()).all()]
    === order_by several
    return Book.query.order_by(Book.shelf, db.desc(Book.year)).all()
    === group_by and having
    query = db.session.query(Book.shelf, func.count()).group_by(Book.shelf).having(func.count() > 1)
    return query.order_by(Book.shelf).all()
    === limit and offset
    return Book.query.order_by(Book.id).limit(2).offset(1).all()
    === distinct
    return Book.query.with_entities(Book.shelf).distinct().order_by(Book.shelf).all()
    === exists
    return db.session.query(Book.query.filter_by(title="Maps").exists()).scalar()
    === exists of nothing
    return db.session.query(Book.query.filter_by(title="none").exists()).scalar()
    === subquery
    late = Book.query.filter(Book.year > 2000).subquery()
    return db.session.query(func.count()).select_from(late).scalar()
    === subquery joined
    counts = db.session.query(Book.author_id, func.count().label("n")).group_by(Book.author_id).subquery()
    rows = db.session.query(Author.name, counts.c.n).join(counts, counts.c.author_id == Author.id)
    return rows.order_by(Author.name).all()
    === union
    early, late = Book.query.filter(Book.year < 1843), Book.query.filter(Book.year > 2003)
    return sorted(book.title for book in early.union(late).all())
    === union_all counted
    return Book.query.union_all(Book.query).count()
    === intersect and except
    old, shelved = Book.query.filter(Book.year < 1900), Book.query.filter(Book.shelf == "a")
    return [b.id for b in old.intersect(shelved).all()], [b.id for b in old.except_(shelved).all()]
    === cte
    recent = Book.query.filter(Book.year > 1900).cte()
    return db.session.query(func.count(recent.c.id)).scalar()
    === yield_per
    return [book.id for book in Book.query.order_by(Book.id).yield_per(2)]
    === with_entities
    return Book.query.with_entities(Book.title, Book.year).order_by(Book.id).all()
    === with_entities as tuples
    return [title for title, in Book.query.with_entities(Book.title).order_by(Book.id)]
    === with_for_update
    book = Book.query.filter_by(id=1).with_for_update().one()
    book.year += 1
    db.session.commit()
    === update
    changed = Book.query.filter_by(shelf="c").update({"shelf": "d"})
    db.session.commit()
    return changed
    === update by expression
    changed = Book.query.filter(Book.year > 1900).update({Book.year: Book.year + 1}, synchronize_session=False)
    db.session.commit()
    return changed
    === update that the session notices
    book = Book.query.get(4)
    Book.query.filter_by(shelf="c").update({"shelf": "d"}, synchronize_session="fetch")
    return book.shelf
    === delete
    gone = Note.query.filter_by(book_id=1).delete()
    db.session.commit()
    return gone
    === delete without commit
    return Note.query.delete()
    === paginate
    page = Book.query.order_by(Book.id).paginate(page=2, per_page=2)
    return [b.id for b in page.items], page.total, page.pages, page.has_next, page.has_prev, page.prev_num, page.next_num
    === paginate iterated
    page = Book.query.order_by(Book.id).paginate(page=1, per_page=3)
    return [b.id for b in page], list(page.iter_pages()), page.first, page.last
    === paginate behind the end
    return Book.query.paginate(page=9, per_page=2)
    === paginate without error
    return Book.query.paginate(page=9, per_page=2, error_out=False).items
    === paginate forth and back
    page = Book.query.order_by(Book.id).paginate(page=2, per_page=2)
    return [b.id for b in page.next().items], [b.id for b in page.prev().items]
    === params
    return Book.query.filter(text("year > :y")).params(y=2000).order_by(Book.id).all()
    === from text
    return Author.query.from_statement(text("SELECT * FROM author ORDER BY age")).all()
    === values of a column
    return [name for (name,) in db.session.query(Author.name).order_by(Author.name).all()]
    === select_from
    return db.session.query(Book.title).select_from(Author).join(Author.books).filter(Author.id == 2).all()
    === any of a relationship
    return Author.query.filter(Author.books.any(Book.year < 1843)).all()
    === has of a relationship
    return Book.query.filter(Book.author.has(name="cyd")).order_by(Book.id).all()
    === contains
    return Book.query.filter(Book.tags.contains(Tag.query.get(3))).all()
    === populate_existing
    book = Book.query.get(1)
    book.title = "changed"
    with db.session.no_autoflush:
        return Book.query.populate_existing().filter_by(id=1).one().title
    === execution_options
    return Book.query.execution_options(compiled_cache=None).filter_by(id=2).one().title
    === correlated
    newest = db.session.query(func.max(Book.year)).filter(Book.author_id == Author.id).correlate(Author).scalar_subquery()
    return db.session.query(Author.name, newest).order_by(Author.id).all()
    === case and cast
    era = db.case((Book.year < 1900, "old"), else_="new")
    return db.session.query(era, func.count()).group_by(era).order_by(era).all()
    """
)


@pytest.mark.parametrize("program", PROGRAMS)
def test_model_query(program: Program, store: Store) -> None:
    conforms(program, store)
