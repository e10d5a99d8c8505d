"""Django's own admin in front of SQLite, with the settings that `django-admin startproject` writes, and nothing about a proxy."""
import os
import sys

from django.conf import settings

folder = os.path.dirname(os.path.abspath(__file__))
database = os.environ["DATABASE"]

settings.configure(
    SECRET_KEY="for-tests-only",
    DEBUG=False,
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    INSTALLED_APPS=[
        "django.contrib.admin",
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.messages",
        "django.contrib.staticfiles",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": database}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    STATIC_URL="/static/",
    # What an application behind a proxy that ends TLS sets, as Django's deployment checklist has it.
    SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https") if os.environ.get("BEHIND_TLS") else None,
    SESSION_COOKIE_SECURE=bool(os.environ.get("BEHIND_TLS")),
    CSRF_COOKIE_SECURE=bool(os.environ.get("BEHIND_TLS")),
)

import django  # noqa: E402

django.setup()

from django.contrib import admin  # noqa: E402
from django.contrib.staticfiles.views import serve  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.urls import path, re_path  # noqa: E402

urlpatterns = [
    path("admin/", admin.site.urls),
    re_path(r"^static/(?P<path>.*)$", serve, {"insecure": True}),
]

if __name__ == "__main__":
    # The URL configuration is this module, which Django imports by its name.
    sys.modules[settings.ROOT_URLCONF] = sys.modules["__main__"]
    call_command("migrate", verbosity=0)
    from django.contrib.auth.models import User

    User.objects.create_superuser("root", "root@example.org", "correct horse")
    call_command("runserver", f"127.0.0.1:{sys.argv[1]}", "--noreload", "--insecure")
