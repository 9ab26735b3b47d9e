"""What frozen lists of requirements take: which distribution a module comes from, and how far a pin may be let loose."""

from __future__ import annotations

from collections.abc import Mapping

#: What one imports of a distribution, where its name does not say so.
MODULES: Mapping[str, tuple[str, ...]] = {
    "alipay-sdk-python": ("alipay",),
    "antlr4-python3-runtime": ("antlr4",),
    "apache-airflow": ("airflow",),
    "attrs": ("attr", "attrs"),
    "beautifulsoup4": ("bs4",),
    "biopython": ("Bio",),
    "bootstrap-flask": ("flask_bootstrap",),
    "bs4": ("bs4",),
    "djangorestframework": ("rest_framework",),
    "dnspython": ("dns",),
    "email-validator": ("email_validator",),
    "faiss-cpu": ("faiss",),
    "firebase-admin": ("firebase_admin",),
    "flask-reuploaded": ("flask_uploads",),
    "flask-to-quart": ("quart_app", "migrate_tool"),
    "gitpython": ("git", "gitdb"),
    "google-api-python-client": ("googleapiclient", "apiclient"),
    "importlib-metadata": ("importlib_metadata",),
    "ipython": ("IPython",),
    "jaeger-client": ("jaeger_client",),
    "jupyter-core": ("jupyter_core",),
    "lark-parser": ("lark",),
    "levenshtein": ("Levenshtein",),
    "markdown": ("markdown",),
    "mysql-connector-python": ("mysql",),
    "mysql-python": ("MySQLdb", "_mysql"),
    "mysqlclient": ("MySQLdb", "_mysql"),
    "opencv-python": ("cv2",),
    "opencv-python-headless": ("cv2",),
    "pillow": ("PIL",),
    "protobuf": ("google.protobuf",),
    "psycopg2-binary": ("psycopg2",),
    "pycryptodome": ("Crypto",),
    "pycryptodomex": ("Cryptodome",),
    "pycrypto": ("Crypto",),
    "pyjwt": ("jwt",),
    "pymongo": ("pymongo", "bson", "gridfs"),
    "pymupdf": ("fitz", "pymupdf"),
    "pynacl": ("nacl",),
    "pyopenssl": ("OpenSSL",),
    "pypdf2": ("PyPDF2",),
    "pyserial": ("serial",),
    "pysocks": ("socks", "sockshandler"),
    "python-barcode": ("barcode",),
    "python-dateutil": ("dateutil",),
    "python-decouple": ("decouple",),
    "python-docx": ("docx",),
    "python-dotenv": ("dotenv",),
    "python-engineio": ("engineio",),
    "python-frontmatter": ("frontmatter",),
    "python-gitlab": ("gitlab",),
    "python-jose": ("jose",),
    "python-json-logger": ("pythonjsonlogger",),
    "python-ldap": ("ldap",),
    "python-levenshtein": ("Levenshtein",),
    "python-magic": ("magic",),
    "python-memcached": ("memcache",),
    "python-multipart": ("multipart", "python_multipart"),
    "python-slugify": ("slugify",),
    "python-socketio": ("socketio",),
    "python-telegram-bot": ("telegram",),
    "python3-saml": ("onelogin",),
    "pyyaml": ("yaml",),
    "pyzmq": ("zmq",),
    "quart": ("quart",),
    "ruamel-yaml": ("ruamel",),
    "scikit-image": ("skimage",),
    "scikit-learn": ("sklearn",),
    "sentry-sdk": ("sentry_sdk",),
    "setuptools": ("setuptools", "pkg_resources"),
    "speechrecognition": ("speech_recognition",),
    "websocket-client": ("websocket",),
    "xmltodict": ("xmltodict",),
}

#: Packages that many distributions put modules into; each carries the package's name in its own.
NAMESPACES = frozenset({"azure", "flaskext", "google", "opentelemetry", "ruamel", "sphinxcontrib", "zope"})

#: The distributions that a database URL asks for by its scheme.
DRIVERS: Mapping[str, tuple[str, ...]] = {
    "amqp": ("amqp", "kombu"),
    "memcached": ("pylibmc", "pymemcache", "python-memcached"),
    "mongodb": ("pymongo",),
    "mssql": ("pymssql", "pyodbc"),
    "mysql": ("mysqlclient", "pymysql", "mysql-connector-python"),
    "oracle": ("cx-oracle", "oracledb"),
    "postgres": ("psycopg2", "psycopg2-binary"),
    "postgresql": ("psycopg2", "psycopg2-binary"),
    "redis": ("redis",),
    "rediss": ("redis",),
}

#: Pins that stay as they are: what installs all others.
KEPT = frozenset({"pip", "setuptools", "wheel"})

#: The versions at which those who use a distribution without naming an end for it stopped working, oldest first. A pin
#: that is let loose stays below the next of them.
CEILINGS: Mapping[str, tuple[str, ...]] = {
    "apscheduler": ("4",),
    "bcrypt": ("5",),  # passlib hashes a long text to try it
    "connexion": ("3",),  # no application of Flask's is in it any more
    "elasticsearch": ("8",),
    "graphene": ("3",),
    "httpx": ("0.28",),  # clients of services hand on proxies
    "marshmallow": ("3", "4"),
    "mistune": ("2", "3"),
    "moto": ("5",),
    "numpy": ("2",),  # what was compiled against 1 does not load
    "openai": ("1",),
    "pandas": ("2", "3"),
    "protobuf": ("4",),  # generated code of 3
    "pydantic": ("2",),
    "pyjwt": ("2",),
    "pymongo": ("4",),
    "tweepy": ("4",),
    "tzlocal": ("3",),  # old schedulers take zones of pytz only
    "urllib3": ("2",),
}
