from flask_login import current_user


class UserLogMiddleware:
    """Puts the user's name into the environ, for the access log of the web server."""

    def __init__(self, wsgi_app, app):
        self.wsgi_app = wsgi_app
        self.app = app

    def __call__(self, environ, start_response):
        with self.app.request_context(environ):
            if current_user.is_authenticated:
                environ["REMOTE_USER"] = current_user.email
        return self.wsgi_app(environ, start_response)
