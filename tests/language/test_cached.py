"""What Flask-Caching keeps of a function that waits: its value, as before, asked for once."""

from __future__ import annotations

import pytest

from .programs import Program, agrees, programs

_TEXT = r"""
    === a function [bridged]
    @cache.memoize(50)
    def double(x):
        return ask(x) * 2
    def main():
        return double(1), double(1), double(x=1), double(2)
    === forgotten [bridged]
    @cache.memoize(50)
    def double(x):
        return ask(x) * 2
    def main():
        found = [double(1), double(2)]
        cache.delete_memoized(double, 1)
        found += [double(1), double(2)]
        cache.delete_memoized(double)
        found += [double(1), double(2)]
        double.delete_memoized()
        return found + [double(1)]
    === uncached, timeout and key [bridged]
    @cache.memoize(50)
    def double(x):
        return ask(x) * 2
    def main():
        double.cache_timeout = 60
        same = double.make_cache_key(double.uncached, 1) == double.make_cache_key(double.uncached, 1)
        return double(1), double.uncached(1), double.cache_timeout, same, double.__name__
    === methods [bridged]
    class Shop:
        def __init__(self, name):
            self.name = name
        def __repr__(self):
            return f"Shop({self.name})"
        @cache.memoize()
        def size(self, more):
            return ask(more)
        @classmethod
        @cache.memoize()
        def all(cls, more):
            return ask(more)
        @staticmethod
        @cache.memoize()
        def some(more):
            return ask(more)
    def main():
        a, b = Shop("a"), Shop("b")
        found = [a.size(1), a.size(1), b.size(1), Shop.all(2), Shop.all(2), Shop.some(3), a.some(3)]
        cache.delete_memoized(Shop.size)
        found.append(a.size(1))
        cache.delete_memoized(a.size)
        cache.delete_memoized(Shop.all)
        return found + [a.size(1), b.size(1), Shop.all(2)]
    === a name for the value [bridged]
    @cache.cached(timeout=10, key_prefix="everyone")
    def everyone():
        return [ask("a"), ask("b")]
    def main():
        found = [everyone(), everyone(), cache.get("everyone")]
        cache.delete("everyone")
        return found + [everyone()]
    === unless and filters [bridged]
    @cache.memoize(unless=lambda: ask(0) == 1, response_filter=lambda value: ask(value) > 1)
    def double(x):
        return ask(x)
    @cache.memoize(forced_update=lambda: true(9), unless=lambda f, *args: false(8))
    def forced(x):
        return ask(x)
    def main():
        return double(1), double(1), double(2), double(2), forced(1), forced(1)
    === keys that wait [bridged]
    def prefix():
        return "k%s" % ask(5)
    def key(*args, **kwargs):
        return "made%s" % ask(6)
    @cache.cached(key_prefix=prefix)
    def one():
        return ask(1)
    @cache.cached(make_cache_key=key)
    def two():
        return ask(2)
    def main():
        with app.test_request_context("/x"):
            return one(), one(), two(), two()
    === none is kept where it is asked for [bridged]
    @cache.memoize(cache_none=True)
    def nothing(x):
        ask(x)
    def main():
        return nothing(1), nothing(1)
    === an error is not kept [bridged]
    @cache.memoize()
    def failing(x):
        raise ValueError(ask(x))
    def main():
        found = []
        for _ in range(2):
            try:
                failing(1)
            except ValueError as error:
                found.append(str(error))
        return found
    === over a decorator that waits for nothing [bridged]
    from functools import wraps
    def plain(f):
        @wraps(f)
        def inner(*args, **kwargs):
            return f(*args, **kwargs)
        return inner
    @cache.memoize()
    @plain
    def double(x):
        return ask(x) * 2
    def main():
        return double(1), double(1)
    === under one [bridged]
    from functools import wraps
    def plain(f):
        @wraps(f)
        def inner(*args, **kwargs):
            return f(*args, **kwargs)
        return inner
    @plain
    @cache.memoize()
    def double(x):
        return ask(x) * 2
    def main():
        return double(1), double(1)
    === a function that gives what another one gives [bridged]
    def asked(x):
        return ask(x)
    @cache.memoize()
    def handed(x):
        return asked(x)
    @cache.memoize()
    def by_name(x):
        work = {"a": asked}["a"]
        return work(x)
    def main():
        return handed(1), handed(1), by_name(2), by_name(2)
    === by a call [bridged]
    def double(x):
        return ask(x) * 2
    kept = cache.memoize()(double)
    def main():
        return kept(1), kept(1)
    === a lambda [bridged]
    kept = cache.memoize()(lambda x: ask(x) * 2)
    def main():
        return kept(1), kept(1)
    === a nested function [bridged]
    def main():
        @cache.memoize()
        def double(x):
            return ask(x) * 2
        return double(1), double(1)
    === a decorator of one's own [bridged]
    def kept(timeout):
        def apply(f):
            return cache.memoize(timeout)(f)
        return apply
    @kept(10)
    def double(x):
        return ask(x) * 2
    def main():
        return double(1), double(1)
    === a cache of one's own [bridged]
    class Store(Cache):
        def shortly(self, f):
            return self.memoize(5)(f)
    store = Store(app, config=CONFIG)
    @store.memoize()
    def double(x):
        return ask(x) * 2
    @store.shortly
    def treble(x):
        return ask(x) * 3
    def main():
        return double(1), double(1), treble(1), treble(1)
    === the one of the application [bridged]
    def double(x):
        return ask(x) * 2
    def main():
        [found] = app.extensions["cache"]
        kept = found.memoize()(double)
        return kept(1), kept(1)
    === handed on [bridged]
    def made(store):
        @store.memoize()
        def double(x):
            return ask(x) * 2
        return double
    def main():
        double = made(cache)
        return double(1), double(1)
    === a generator [bridged]
    @cache.memoize()
    def items(x):
        for item in [1, 2]:
            yield str(ask(item + x))
    def main():
        return list(items(0)), list(items(0))
    === by hand [bridged]
    from functools import wraps
    def kept(f):
        @wraps(f)
        def inner(*args):
            found = cache.get(f.__name__)
            if found is None:
                found = f(*args)
                cache.set(f.__name__, found)
            return found
        return inner
    @kept
    def double(x):
        return ask(x) * 2
    def main():
        return double(1), double(1)
    === views [bridged]
    def got(path):
        response = app.test_client().get(path)
        return response.status_code, response.get_data(as_text=True), response.headers["Content-Type"], response.headers.get("X-One"), response.headers.get("hit_cache")
    @app.route("/text")
    @cache.cached(timeout=5)
    def text():
        return ask("a")
    @app.route("/html")
    @cache.cached()
    def html():
        return render_template_string("<p>{{ n }}</p>", n=ask("b"))
    @app.route("/json")
    @cache.cached(timeout=5, response_hit_indication=True)
    def json():
        return jsonify(n=ask("c"))
    @app.route("/dict")
    @cache.cached(timeout=5)
    def plain():
        return {"n": ask("d")}
    @app.route("/tuple")
    @cache.cached(timeout=5)
    def several():
        return ask("e"), 201, {"X-One": "1"}
    @app.route("/made")
    @cache.cached(timeout=5)
    def made():
        response = make_response(render_template_string("{{ n }}", n=ask("f")), 202)
        response.headers["X-One"] = "2"
        return response
    @app.route("/missing")
    @cache.cached(timeout=5, response_filter=lambda r: not isinstance(r, tuple) or r[1] < 400)
    def missing():
        return ask("g"), 404
    @app.route("/redirected")
    @cache.cached(timeout=5)
    def redirected():
        return redirect("/" + ask("h"))
    @app.route("/query")
    @cache.cached(query_string=True)
    def query():
        return ask("i") + request.args["x"]
    def admin():
        return request.args.get("admin") == ask("1")
    @app.route("/unless")
    @cache.cached(unless=admin)
    def unless():
        return ask("j")
    @app.route("/keyed")
    @cache.cached(make_cache_key=lambda *a, **k: request.args["x"] + ask("k"))
    def keyed():
        return ask("l")
    @app.route("/user/<int:id>")
    @cache.cached(key_prefix="user_%s")
    def user(id):
        return str(ask(id))
    @app.route("/aborted")
    @cache.cached()
    def aborted():
        abort(403 if ask("m") else 404)
    @app.route("/gone")
    def gone():
        cache.delete("view//text")
        cache.delete("view/%s" % url_for("html"))
        return "gone"
    def main():
        paths = ["text", "text", "html", "html", "json", "json", "dict", "dict", "tuple", "tuple", "made", "made", "missing", "missing"]
        paths += ["redirected", "redirected", "query?x=1", "query?x=1", "query?x=2", "unless?admin=1", "unless?admin=1", "unless", "unless"]
        paths += ["keyed?x=1", "keyed?x=1", "keyed?x=2", "user/1", "user/1", "user/2", "aborted", "aborted", "gone", "text", "html"]
        return [got("/" + path) for path in paths]
    === a part of a template [bridged]
    app.jinja_env.add_extension("flask_caching.jinja2ext.CacheExtension") if "flask_caching.jinja2ext.CacheExtension" not in app.jinja_env.extensions else None
    @app.route("/part")
    def part():
        return render_template_string("{% cache 60, 'part' %}<b>{{ shown('a') }}</b>{% endcache %}|{% cache 60 %}{{ shown('b') }}{% endcache %}", shown=ask)
    def main():
        client = app.test_client()
        return [client.get("/part").get_data(as_text=True) for _ in range(2)]
    === class-based views [bridged]
    class Page(MethodView):
        decorators = [cache.cached(timeout=5)]
        def get(self):
            return ask("a")
    class Two(MethodView):
        @cache.cached(timeout=5, key_prefix="two")
        def get(self):
            return ask("b")
        def post(self):
            cache.delete("two")
            return ask("c")
    app.add_url_rule("/page", view_func=Page.as_view("page"))
    app.add_url_rule("/two", view_func=Two.as_view("two"))
    def by_hand():
        return ask("d")
    app.add_url_rule("/hand", "hand", cache.cached(timeout=5)(by_hand))
    def main():
        client = app.test_client()
        found = [client.get(path).get_data(as_text=True) for path in ["/page", "/page", "/two", "/two", "/hand", "/hand"]]
        found.append(client.post("/two").get_data(as_text=True))
        return found + [client.get("/two").get_data(as_text=True)]
    === shared wrapper called by a name nobody knows [bridged]
    from functools import wraps
    def timed(f):
        @wraps(f)
        def inner(*args, **kwargs):
            return f(*args, **kwargs)
        return inner
    DECORATORS = {"t": timed}
    def make(f):
        for name in ["t"]:
            f = DECORATORS[name](f)
        return cache.memoize()(f)
    def a(x):
        return ask(x)
    a2 = make(a)
    def main():
        return a2(1), a2(1)
    === class decorator [bridged]
    from functools import update_wrapper
    class Timed:
        def __init__(self, f):
            self.f = f
            update_wrapper(self, f)
        def __call__(self, *args):
            return self.f(*args)
    @cache.memoize()
    @Timed
    def a(x):
        return ask(x)
    @Timed
    @cache.memoize()
    def b(x):
        return ask(x)
    def main():
        return a(1), a(1), b(2), b(2)
    === wrapper without wraps [bridged]
    def quiet(f):
        def inner(x):
            try:
                return f(x)
            except ValueError:
                return None
        inner.__name__ = f.__name__
        return inner
    @cache.memoize()
    @quiet
    def a(x):
        return ask(x)
    def main():
        return a(1), a(1)
    === a wrapper with arguments for a view [bridged]
    from functools import wraps
    def needs(role):
        def apply(f):
            @wraps(f)
            def inner(*args, **kwargs):
                if request.args.get("role") != role:
                    abort(403)
                return f(*args, **kwargs)
            return inner
        return apply
    @app.route("/r")
    @cache.cached(timeout=4, query_string=True)
    @needs("x")
    def view():
        return render_template_string("{{ n }}", n=ask(1))
    @app.route("/s")
    @needs("x")
    @cache.cached(timeout=4, query_string=True)
    def view2():
        return jsonify(n=ask(2))
    @app.route("/t")
    @needs("x")
    @cache.cached(timeout=4)
    def view3():
        return "static"
    def main():
        c = app.test_client()
        return [(r.status_code, r.get_data(as_text=True)) for r in [c.get(p) for p in ("/r", "/r?role=x", "/r?role=x", "/s", "/s?role=x", "/s?role=x", "/t", "/t?role=x")]]
    === lambda that hands on [bridged]
    def a(x):
        return ask(x)
    kept = cache.memoize()(lambda x: a(x))
    kept2 = cache.cached(key_prefix="z")(lambda: a(7))
    def main():
        return kept(1), kept(1), kept2(), kept2()
    === model methods [bridged]
    class Thing(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        def __repr__(self):
            return "<Thing %s>" % self.id
        @cache.memoize()
        def size(self):
            return ask(self.id)
        @property
        def twice(self):
            return self.size() * 2
        @classmethod
        @cache.memoize(4)
        def named(cls, x):
            return ask(x)
        def drop(self):
            cache.delete_memoized(self.size)
            cache.delete_memoized(Thing.named)
            cache.delete_memoized(Thing.named, Thing, 5)
    def main():
        t = Thing(id=4)
        found = [t.size(), t.size(), t.twice, Thing.named(5), Thing.named(5)]
        t.drop()
        return found + [t.size(), Thing.named(5)]
    """
_BEFORE = """
    from flask import abort, jsonify, make_response, redirect, render_template_string, request, url_for
    from flask.views import MethodView
    from flask_caching import Cache
    CONFIG = {config}
    cache = Cache(app, config=CONFIG)
"""


def _with(config: str) -> str:
    return "".join(
        f"    === {head}{_BEFORE.format(config=config)}{body}"
        for head, _, body in (part.partition("\n") for part in _TEXT.split("    === ")[1:])
    )


SIMPLE = programs(_with('{"CACHE_TYPE": "SimpleCache"}'))
IN_REDIS = programs(
    _with(
        '{"CACHE_TYPE": "RedisCache", "CACHE_REDIS_URL": __import__("os").environ["TEST_CACHED_REDIS"], "CACHE_KEY_PREFIX": '
        '__import__("uuid").uuid4().hex}'
    )
)


@pytest.mark.parametrize("program", SIMPLE)
def test_a_value_is_kept(program: Program) -> None:
    agrees(program)


@pytest.mark.parametrize("program", IN_REDIS)
def test_a_value_is_kept_in_redis(program: Program, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_CACHED_REDIS", redis_url)
    agrees(program)
