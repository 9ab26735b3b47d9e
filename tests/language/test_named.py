"""Modules, functions and views that are named by a text: they are found, or what they give is awaited all the same."""

from __future__ import annotations

import pytest

from .programs import Program, agrees, programs

#: A package of two modules that wait.
_SHOP = """
    --- shop/__init__.py
    names = ["till", "shelf"]
    --- shop/till.py
    from lib import ask
    def price(x):
        return ask(x)
    --- shop/shelf.py
    from lib import ask
    def price(x):
        return ask(x) + 1
"""
#: Blueprints with a view that waits.
_BLUEPRINTS = """
    --- parts/__init__.py
    --- parts/one.py
    from flask import Blueprint
    from lib import ask
    bp = Blueprint("one", __name__)
    @bp.route("/one")
    def index():
        return ask("one")
    --- parts/two.py
    from flask import Blueprint
    from lib import ask
    bp = Blueprint("two", __name__)
    @bp.route("/two")
    def index():
        return ask("two")
"""
_VIEWS = """
    --- pages/__init__.py
    --- pages/views.py
    from lib import ask
    def index():
        return ask("index")
    def user(name):
        return ask(name)
"""
_VISITS = """
    def main():
        client = app.test_client()
        return [client.get(path).get_data(as_text=True) for path in {}]
"""
_LAZY = """
    from werkzeug.utils import cached_property, import_string
    class LazyView(object):
        def __init__(self, import_name):
            self.__module__, self.__name__ = import_name.rsplit(".", 1)
            self.import_name = import_name
        @cached_property
        def view(self):
            return import_string(self.import_name)
        def __call__(self, *args, **kwargs):
            return self.view(*args, **kwargs)
"""

PROGRAMS = programs(
    f"""
    === import_string of a function
    from werkzeug.utils import import_string
    def main():
        price = import_string("shop.till.price")
        return price(1), import_string("shop.till:price")(2)
{_SHOP}
    === import_string of a module
    from werkzeug.utils import import_string
    def main():
        return import_string("shop.till").price(1)
{_SHOP}
    === import_string that may be missing
    from werkzeug.utils import import_string
    def main():
        price = import_string("shop.till.price", silent=True)
        none = import_string("shop.none.price", silent=True)
        return price(1), none
{_SHOP}
    === import_string by keyword
    from werkzeug.utils import import_string
    def main():
        return import_string(import_name="shop.till.price")(1)
{_SHOP}
    === django's import_string of one's own
    from importlib import import_module
    def load(dotted):
        path, name = dotted.rsplit(".", 1)
        return getattr(import_module(path), name)
    def main():
        return load("shop.till.price")(1)
{_SHOP}
    === import_string of a constant
    from werkzeug.utils import import_string
    PRICE = "shop.till.price"
    def main():
        return import_string(PRICE)(1)
{_SHOP}
    === modules in a loop over names
    from importlib import import_module
    def main():
        return [import_module("shop." + name).price(1) for name in ("till", "shelf")]
{_SHOP}
    === modules in a loop over names of a constant
    from importlib import import_module
    NAMES = ["till", "shelf"]
    def main():
        found = []
        for name in NAMES:
            module = import_module(f"shop.{{name}}")
            found.append(module.price(1))
        return found
{_SHOP}
    === modules by a format
    from importlib import import_module
    def main():
        found = []
        for name in ["till", "shelf"]:
            found.append(import_module("shop.%s" % name).price(1))
            found.append(import_module("shop.{{}}".format(name)).price(2))
            found.append(import_module(".".join(["shop", name])).price(3))
        return found
{_SHOP}
    === relative import_module
    from importlib import import_module
    def main():
        return import_module(".till", "shop").price(1), import_module(".shelf", package="shop").price(1)
{_SHOP}
    === import_module in a function with a parameter
    from importlib import import_module
    def module(name):
        return import_module(f"shop.{{name}}")
    def main():
        return module("till").price(1), module("shelf").price(1)
{_SHOP}
    === import_module of what is not known
    import sys
    from importlib import import_module
    def main():
        name = sys.modules["lib"].__name__.replace("lib", "shop.till")
        return import_module(name).price(1)
{_SHOP}
    === find_modules
    from werkzeug.utils import find_modules, import_string
    def main():
        return [import_string(name).price(1) for name in sorted(find_modules("shop"))]
{_SHOP}
    === iter_modules
    import pkgutil
    from importlib import import_module
    import shop
    def main():
        found = []
        for finder, name, ispkg in pkgutil.iter_modules(shop.__path__):
            module = import_module("shop." + name)
            found.append(module.price(1))
        return found
{_SHOP}
    === iter_modules with getattr
    import pkgutil
    from importlib import import_module
    import shop
    def main():
        found = []
        for info in pkgutil.walk_packages(shop.__path__, shop.__name__ + "."):
            price = getattr(import_module(info.name), "price", None)
            if price is not None:
                found.append(price(1))
        return found
{_SHOP}
    === an object put into sys.modules
    import special
    def main():
        return special.price(1), special.name
    --- special.py
    import sys
    from lib import ask
    class Special:
        name = "special"
        def price(self, x):
            return ask(x)
    sys.modules[__name__] = Special()
    === getattr over a module by names
    import shop.till
    def main():
        return [getattr(shop.till, name)(1) for name in ["price"]]
{_SHOP}
    === getattr over a module by a parameter
    import shop.till
    def work(name, *args):
        return getattr(shop.till, name)(*args)
    def main():
        return work("price", 1)
{_SHOP}
    === getattr over a module by what is not known
    import shop.till
    def main():
        name = "ecirp"[::-1]
        return getattr(shop.till, name)(1)
{_SHOP}
    === getattr over an object by what is not known
    class Work:
        def do_this(self):
            return ask("this")
        def do_that(self):
            return "that"
    def main():
        return [getattr(Work(), "do_" + name)() for name in "this that".split()]
    === entry points of a text
    def load(spec):
        module, _, name = spec.partition(":")
        return getattr(__import__(module, fromlist=[name]), name)
    def main():
        return load("shop.till:price")(1)
{_SHOP}
    === blueprints in a loop over module names
    from werkzeug.utils import import_string
    for name in ("one", "two"):
        app.register_blueprint(import_string(f"parts.{{name}}:bp"))
{_VISITS.format('("/one", "/two")')}
{_BLUEPRINTS}
    === blueprints by find_modules
    from werkzeug.utils import find_modules, import_string
    for name in find_modules("parts"):
        module = import_string(name)
        if hasattr(module, "bp"):
            app.register_blueprint(module.bp)
{_VISITS.format('("/one", "/two")')}
{_BLUEPRINTS}
    === blueprints by iter_modules
    import importlib, pkgutil
    from flask import Blueprint
    import parts
    def register(app, package, path):
        for _, name, _ in pkgutil.iter_modules(path):
            module = importlib.import_module("%s.%s" % (package, name))
            for item in dir(module):
                item = getattr(module, item)
                if isinstance(item, Blueprint):
                    app.register_blueprint(item)
    register(app, parts.__name__, parts.__path__)
{_VISITS.format('("/one", "/two")')}
{_BLUEPRINTS}
    === a lazy view
{_LAZY}
    app.add_url_rule("/", view_func=LazyView("pages.views.index"))
    app.add_url_rule("/user/<name>", view_func=LazyView("pages.views.user"))
{_VISITS.format('("/", "/user/ann")')}
{_VIEWS}
    === a lazy view by a helper
{_LAZY}
    def url(import_name, url_rules=[], **options):
        view = LazyView("pages." + import_name)
        for url_rule in url_rules:
            app.add_url_rule(url_rule, view_func=view, **options)
    url("views.index", ["/"])
    url("views.user", ["/user/<name>", "/u/<name>"])
{_VISITS.format('("/", "/user/ann", "/u/bob")')}
{_VIEWS}
    === a lazy view that the project calls
{_LAZY}
    user = LazyView("pages.views.user")
    def main():
        return user("ann"), user(name="bob").upper()
{_VIEWS}
    === a lazy view whose answer is changed
{_LAZY}
    class Loud(LazyView):
        def __call__(self, *args, **kwargs):
            return super().__call__(*args, **kwargs).upper()
    app.add_url_rule("/user/<name>", view_func=Loud("pages.views.user"))
{_VISITS.format('("/user/ann",)')}
{_VIEWS}
    === a lazy view of a class
{_LAZY}
    app.add_url_rule("/", view_func=LazyView("pages.views.index"))
{_VISITS.format('("/",)')}
    --- pages/__init__.py
    --- pages/views.py
    from flask.views import View
    from lib import ask
    class Index(View):
        def dispatch_request(self):
            return ask("class")
    index = Index.as_view("index")
    === views by getattr over a module
    import pages.views
    for name in ("index", "user"):
        app.add_url_rule("/" + name + ("/<name>" if name == "user" else ""), name, getattr(pages.views, name))
{_VISITS.format('("/index", "/user/ann")')}
{_VIEWS}
    === views by names that are not known
    import pages.views
    for name in dir(pages.views):
        view = getattr(pages.views, name)
        if getattr(view, "__module__", None) == "pages.views":
            app.add_url_rule("/" + name + ("/<name>" if name == "user" else ""), name, view)
{_VISITS.format('("/index", "/user/ann")')}
{_VIEWS}
    === a view behind a function that looks it up
    from importlib import import_module
    def lazy(path):
        module, name = path.rsplit(".", 1)
        def view(**arguments):
            return getattr(import_module(module), name)(**arguments)
        return view
    app.add_url_rule("/", "index", lazy("pages.views.index"))
    app.add_url_rule("/user/<name>", "user", lazy("pages.views.user"))
{_VISITS.format('("/", "/user/ann")')}
{_VIEWS}
    === sys.modules read by a name
    import sys
    import shop.till
    def main():
        return sys.modules["shop.till"].price(1)
{_SHOP}
    === sys.modules of the module itself
    import sys
    def price(x):
        return ask(x)
    def main():
        return sys.modules[__name__].price(1), getattr(sys.modules[__name__], "price")(2)
    === globals by a name
    def price(x):
        return ask(x)
    def main():
        return globals()["price"](1)
    === vars of a module
    import shop.till
    def main():
        return vars(shop.till)["price"](1), shop.till.__dict__["price"](2)
{_SHOP}
    === a view by the end of the address
    import pages.views
    @app.route("/do/<action>")
    def dispatch(action):
        found = getattr(pages.views, action, None)
        if found is None:
            return "none"
        return found()
{_VISITS.format('("/do/index", "/do/nothing")')}
{_VIEWS}
    """
)


@pytest.mark.parametrize("program", PROGRAMS)
def test_what_is_named_by_a_text_is_awaited(program: Program) -> None:
    agrees(program)
