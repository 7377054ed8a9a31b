# SPDX-License-Identifier: GPL-3.0-or-later
"""The classic design: a thread and a queue a connection, in Django under gunicorn.

gunicorn --worker-class gthread --workers 1 --threads 1100 --bind 127.0.0.1:PORT django_queues:application
"""
import queue
import threading
from collections import defaultdict

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

channels = defaultdict(set)
lock = threading.Lock()


def subscribe(request, channel):
    mine = queue.Queue()
    with lock:
        channels[channel].add(mine)

    def events():
        yield "retry: 5000\n\n"
        try:
            while True:
                try:
                    yield "data: %s\n\n" % mine.get(timeout=30)
                except queue.Empty:
                    yield 'event: ping\ndata: {"type":"ping"}\n\n'
        finally:
            with lock:
                channels[channel].discard(mine)

    return StreamingHttpResponse(events(), content_type="text/event-stream")


@csrf_exempt
def publish(request, channel):
    body = request.body.decode()
    with lock:
        for one in channels[channel]:
            one.put(body)
    response = HttpResponse(status=202)
    response["Content-Length"] = "0"
    return response


urlpatterns = [path("sub/<channel>", subscribe), path("pub/<channel>", publish)]
settings.configure(ROOT_URLCONF=__name__, ALLOWED_HOSTS=["*"], SECRET_KEY="a benchmark", MIDDLEWARE=[], LOGGING_CONFIG=None)
application = get_wsgi_application()
