"""WSGI applications: one that compares PATH_INFO, one of Flask, one of Django."""
import os
import re


def plain(environ, start_response):
    start_response('200 OK', [('Content-Type', 'text/plain')])
    path = environ.get('PATH_INFO', '')
    return [b'THE SECRET' if re.match(r'/(admin|secret)(/|$)', path) else b'OPEN']


def flask():
    from flask import Flask

    app = Flask(__name__)
    app.url_map.strict_slashes = False

    @app.route('/admin')
    @app.route('/admin/<path:rest>')
    @app.route('/secret')
    @app.route('/secret/<path:rest>')
    def secret(rest=''):
        return 'THE SECRET'

    @app.route('/')
    @app.route('/<path:rest>')
    def open_page(rest=''):
        return 'OPEN'

    return app


def django():
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.http import HttpResponse
    from django.urls import re_path

    settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=['*'], SECRET_KEY='x', MIDDLEWARE=[])
    global urlpatterns
    urlpatterns = [
        re_path(r'^(admin|secret)(/|$)', lambda request, *rest: HttpResponse('THE SECRET')),
        re_path('', lambda request: HttpResponse('OPEN')),
    ]
    return get_wsgi_application()


application = {'plain': lambda: plain, 'flask': flask, 'django': django}[os.environ.get('APP', 'plain')]()
