"""Which extensions of Flask work on ``quart_app.Quart`` as they are: ``python -m tests.extensions`` installs and tries each."""
