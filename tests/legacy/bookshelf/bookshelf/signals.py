from blinker import Namespace

namespace = Namespace()
book_added = namespace.signal("book-added")
book_removed = namespace.signal("book-removed")
