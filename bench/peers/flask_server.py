"""The application of the benchmarks on Flask-SocketIO with eventlet: flask_server.py PORT"""
import eventlet

eventlet.monkey_patch()

import logging  # noqa: E402
import sys  # noqa: E402

import eventlet.wsgi  # noqa: E402
from flask import Flask  # noqa: E402
from flask_socketio import SocketIO, emit  # noqa: E402

logging.disable(logging.INFO)
application = Flask(__name__)
sockets = SocketIO(application, async_mode="eventlet", cors_allowed_origins="*")


@sockets.on("echo")
def echo(payload):
    return payload


@sockets.on("fanout")
def fanout(payload):
    emit("fanout", payload, broadcast=True)


# Not sockets.run(): that listens with a backlog of 50, and each WebSocket keeps one of the 1024 threads of its pool.
eventlet.wsgi.server(
    eventlet.listen(("127.0.0.1", int(sys.argv[1])), backlog=4096), application, max_size=30000, log_output=False
)
