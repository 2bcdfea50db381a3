"""Every setting, read once from the environment, plus the wiring lists."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from hub.settings import api
from hub.settings.env import Environment, database_settings
from hub.settings.file_url_keys import file_url_keys, file_url_minutes
from hub.settings.files import *  # noqa: F403
from hub.settings.files import storages
from hub.settings.limits import *  # noqa: F403
from hub.settings.logs import logging_settings
from hub.settings.mail import PORTS, mail_settings
from hub.settings.master_keys import master_keys
from hub.settings.observing import *  # noqa: F403
from hub.settings.secret_key import kept_key
from hub.settings.wiring import *  # noqa: F403

env = Environment()
ROOT = Path(__file__).resolve().parent.parent.parent

# --- where things are -------------------------------------------------------------------------------------
HUB_VAR_DIR = Path(env.text("HUB_VAR_DIR", str(ROOT / "var"))).resolve()
HUB_PORT = env.whole("HUB_PORT", 8000, least=1)
HUB_BASE_URL = env.text("HUB_BASE_URL", f"http://127.0.0.1:{HUB_PORT}")
"""The address people and machines reach the hub at; every absolute link starts with it."""

# --- Django -----------------------------------------------------------------------------------------------
DEBUG = env.boolean("HUB_DEBUG", False)
DEVELOPMENT_MARK = HUB_VAR_DIR / "development"
"""Left by make run and make serve, so that manage.py beside them runs with the same settings."""
_own_key = env.text("HUB_SECRET_KEY", "")
HUB_DEVELOPMENT = env.boolean("HUB_DEVELOPMENT", DEVELOPMENT_MARK.exists() and not _own_key)
"""True under make run: plain http on this machine, a key made at the first start."""
SECRET_KEY = _own_key or (kept_key(HUB_VAR_DIR / "secret_key") if HUB_DEVELOPMENT else env.required("HUB_SECRET_KEY"))
HUB_MASTER_KEYS = master_keys(env, var_dir=HUB_VAR_DIR, is_development=HUB_DEVELOPMENT, secret_key=SECRET_KEY)
"""Id → key, the first of which seals what is secret in the database and all of which open it."""
HUB_FILE_URL_KEYS = file_url_keys(
    env,
    var_dir=HUB_VAR_DIR,
    is_development=HUB_DEVELOPMENT,
    secret_key=SECRET_KEY,
    master_keys=HUB_MASTER_KEYS,
)
"""Id → key, the first of which signs links to files and all of which verify them; set by HUB_FILE_URL_KEY."""
ALLOWED_HOSTS = env.words("HUB_ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
HUB_TOKEN_PEPPER = env.text("HUB_TOKEN_PEPPER", "")
"""Keys the digests of API tokens; empty takes SECRET_KEY. A new one ends every token."""
HUB_ENVIRONMENT = env.text("HUB_ENVIRONMENT", "development" if HUB_DEVELOPMENT else "production")
"""What pages call this installation; any other word than production puts a hatched strip on top."""
HUB_DISPLAY_TIME_ZONE = env.text("HUB_DISPLAY_TIME_ZONE", "Europe/Berlin")
SILENCED_SYSTEM_CHECKS = ["security.W002"]  # X-Frame-Options comes from hub.web.middleware.SecurityHeaders
ROOT_URLCONF = "hub.urls"
WSGI_APPLICATION = "hub.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = False
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
FORMAT_MODULE_PATH = ["hub.formats"]
LANGUAGE_CODE = "en"

INSTALLED_APPS = [
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "django_htmx",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "simple_history",
    "hub",
    "hub.accounts",
    "hub.retention",
    "hub.environments",
    "hub.jobs",
    "hub.entities",
    "hub.events",
    "hub.api",
    "hub.web",
    "integrations",
    "monitoring",
    "inbound",
    "proxies",
    "outbound",
]

MIDDLEWARE = [
    "hub.web.middleware.RequestIds",
    "hub.observing.requests.Observed",
    "monitoring.middleware.AccessLogs",
    "hub.web.middleware.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "hub.web.middleware.SessionLimits",
    "hub.web.middleware.CurrentOrganization",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hub.web.navigation.frame",
            ],
        },
    }
]

# --- database ---------------------------------------------------------------------------------------------
DATABASES = {"default": database_settings(env.text("DATABASE_URL", f"sqlite:///{HUB_VAR_DIR / 'hub.sqlite3'}"))}

# --- background work --------------------------------------------------------------------------------------
CELERY_BROKER_URL = env.address("CELERY_BROKER_URL", ("redis", "rediss", "amqp", "amqps"), "redis://host:6379/0")
"""Empty: no broker; manage.py hub_worker looks for work by itself."""
_redis_broker = CELERY_BROKER_URL if CELERY_BROKER_URL.startswith("redis") else ""
HUB_REDIS_URL = env.address("HUB_REDIS_URL", ("redis", "rediss"), "redis://host:6379/0", default=_redis_broker)
"""Shared counters for rate limits and coalesced wake-ups; empty: in memory of the one web process."""
HUB_REDIS_PREFIX = env.text("HUB_REDIS_PREFIX", "hub:")
"""What the keys of counters and bells begin with; two hubs that share them would share their limits."""

# --- static files and sign-in -----------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = HUB_VAR_DIR / "static"
STATICFILES_DIRS = [("hub", ROOT / "static" / "dist")]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_FORMS = {"login": "hub.accounts.forms.SignInForm"}
ACCOUNT_ADAPTER = "hub.accounts.sign_in.AccountAdapter"
ACCOUNT_RATE_LIMITS = {"login_failed": "5/15m/key,20/m/ip"}
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

_mail_server = env.address("HUB_EMAIL_URL", tuple(PORTS), "smtp+tls://user:password@host:587")
HUB_SENDS_MAIL = bool(_mail_server)
"""Without a mail server nobody is offered a link to a new password."""
globals().update(mail_settings(_mail_server))
DEFAULT_FROM_EMAIL = env.required("HUB_EMAIL_FROM") if HUB_SENDS_MAIL else ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
"""Strangers get no mail, however often somebody types their address."""

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
HUB_SESSION_IDLE_MINUTES = env.whole("HUB_SESSION_IDLE_MINUTES", 30, least=1)
"""After so long without a request of theirs people sign in again (proxies-and-security.md section 12.2)."""
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
"""After so long they sign in again however busy they were."""
ACCOUNT_SESSION_REMEMBER = False
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not HUB_DEVELOPMENT
SESSION_COOKIE_NAME = "hub_session" if HUB_DEVELOPMENT else "__Host-hub_session"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "hub.web.errors.csrf_failed"
SECURE_SSL_REDIRECT = env.boolean("HUB_SSL_REDIRECT", not HUB_DEVELOPMENT)
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 0 if HUB_DEVELOPMENT else int(timedelta(days=365).total_seconds())
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not HUB_DEVELOPMENT
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.boolean("HUB_BEHIND_TLS_PROXY", False) else None
HUB_TRUSTED_PROXIES = env.whole("HUB_TRUSTED_PROXIES", 0)
"""How many proxies in front are ours: the client address is that many entries from the right of X-Forwarded-For."""

# --- outgoing calls --------------------------------------------------------------------------------------
HUB_EGRESS_ALLOW = env.words("HUB_EGRESS_ALLOW")
HUB_EGRESS_DENY = env.words("HUB_EGRESS_DENY")
"""Hosts and CIDR ranges: those in private networks that may be called, by default none, and those that never are."""
HUB_STATIC_IP_EGRESS = env.text("HUB_STATIC_IP_EGRESS", "").strip()
HUB_SECURE_LINK_EGRESS = env.text("HUB_SECURE_LINK_EGRESS", "").strip()
"""How each mode of secure proxies leaves the hub, as hub/http/egress.py says; empty: it is not available here."""
HUB_EGRESS_CA_FILE = env.text("HUB_EGRESS_CA_FILE", "")
"""A file of certificates (PEM) that outgoing calls trust beside those of the system; empty: only the system's."""

# --- processing -------------------------------------------------------------------------------------------
HUB_SLICE_EVENTS = env.whole("HUB_SLICE_EVENTS", 0)
"""Events per slice; 0 chooses 1000 on PostgreSQL and 400 on SQLite (engine rule 1.4)."""
HUB_WORK_AHEAD = env.boolean("HUB_WORK_AHEAD", True)
"""Whether a worker has a thread read and map the next slice while it writes the present one."""
HUB_JSONATA_ENGINE = env.choice("HUB_JSONATA_ENGINE", "jsonatapy", ("jsonatapy", "jsonata-python"))
HUB_JSONATA_CHILDREN = env.whole("HUB_JSONATA_CHILDREN", 1, least=1)
HUB_WEB_THREADS = env.whole("HUB_WEB_THREADS", 32, least=1)
HUB_MOST_WAITING = env.whole("HUB_MOST_WAITING", 16, least=1)
"""How many requests of a web process wait for other systems at once; never more than half of its threads."""

# --- delivering -------------------------------------------------------------------------------------------
HUB_DELIVERY_THREAD = env.boolean("HUB_DELIVERY_THREAD", True)
"""Whether a worker delivers in a thread beside its other stages, which need not wait for receivers that hang."""
HUB_DELIVERIES_PER_ORGANIZATION = env.whole("HUB_DELIVERIES_PER_ORGANIZATION", 100)
"""Requests to all receivers of an organization at once; 0 is no bound."""
HUB_ACK_MINUTES = env.whole("HUB_ACK_MINUTES", 15, least=1)
"""How long the ERP has to acknowledge, from the first successful delivery of an event (outbound.md section 11)."""

# --- files ------------------------------------------------------------------------------------------------
HUB_FILE_URL_MINUTES = file_url_minutes(env)
"""How long a signed link to a file can be opened."""
STORAGES = storages(env, HUB_VAR_DIR / "files")

# --- API --------------------------------------------------------------------------------------------------
REST_FRAMEWORK = api.REST_FRAMEWORK
SPECTACULAR_SETTINGS = api.SPECTACULAR_SETTINGS

LOGGING = logging_settings(env, is_development=HUB_DEVELOPMENT)
