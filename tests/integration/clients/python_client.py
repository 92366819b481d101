"""Debian's python3-socketio through what a client does: python_client.py URL sync|async polling|websocket|upgrade

Prints a line of JSON for each check, {"check": NAME, "fault": null or TEXT}. {"want": "restart"} asks whoever reads for a
new server at the same address, "freeze" and "thaw" to have it fall silent and go on; a line on standard input answers.
"""

import asyncio
import inspect
import json
import sys
import time
import traceback
import urllib.error
import urllib.request

import socketio

PATIENCE = 15
# A polling client waits for its requests, one after the other, longer than the heartbeat takes.
PATIENCE_WITH_SILENCE = 45
PING, PONG = 2, 3
CHECKS = []

url, kind, way = sys.argv[1:]
transports = {"polling": ["polling"], "websocket": ["websocket"], "upgrade": ["polling", "websocket"]}[way]


def check(name):
    def register(function):
        CHECKS.append((name, function))
        return function

    return register


async def done(result):
    """The result of a call of either client: that of the asynchronous one is awaited."""
    return await result if inspect.isawaitable(result) else result


async def want(what):
    print(json.dumps({"want": what}), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)


async def until(condition, what, patience=PATIENCE):
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"waited in vain for {what}")
        await asyncio.sleep(0.005)


class Client:
    """A client that keeps what it hears."""

    def __init__(self, answer=None):
        options = {"reconnection_delay": 0.1, "reconnection_delay_max": 0.3, "request_timeout": PATIENCE}
        self.socket = socketio.AsyncClient(**options) if kind == "async" else socketio.Client(**options)
        self.heard = []

        def listen(namespace):
            for event in ("connect", "disconnect", "connect_error", "auth", "message-back", "room-back", "server-ask-result"):
                self.socket.on(event, lambda *args, event=event: self.heard.append((namespace, event, args)), namespace=namespace)
            if answer:
                self.socket.on("server-ask", answer, namespace=namespace)

        for namespace in ("/", "/custom", "/auth", "/nowhere"):
            listen(namespace)

    async def connect(self, namespaces=("/",), auth=None, wait=True):
        await done(
            self.socket.connect(
                url, transports=transports, namespaces=list(namespaces), auth=auth, wait=wait, wait_timeout=PATIENCE
            )
        )
        return self

    async def emit(self, event, *args, namespace=None):
        await done(self.socket.emit(event, args, namespace=namespace))

    async def call(self, event, *args, namespace=None):
        """The arguments of the acknowledgement."""
        answer = await done(self.socket.call(event, args, namespace=namespace, timeout=PATIENCE))
        if answer is None:
            return ()
        return tuple(answer) if isinstance(answer, (tuple, list)) and len(args) != 1 else (answer,)

    async def hear(self, event, namespace="/", patience=PATIENCE):
        def first():
            return next((args for nsp, name, args in self.heard if (nsp, name) == (namespace, event)), None)

        await until(lambda: first() is not None, f"{event} on {namespace}", patience)
        return first()

    def count_pings(self, answering=True):
        """From now on, how many heartbeats have come; they are answered or not."""
        engine = self.socket.eio
        send = engine._send_packet
        pings = []

        def count_and_send(packet):
            if packet.packet_type != PONG:
                return send(packet)
            pings.append(packet)
            return send(packet) if answering else asyncio.sleep(0) if kind == "async" else None

        engine._send_packet = count_and_send
        return pings

    def is_forgotten(self, sid):
        """Whether the server knows the session no more; asked by the transport that it isn't on."""
        other = "websocket" if self.socket.transport() == "polling" else "polling"
        try:
            urllib.request.urlopen(f"{url}/socket.io/?EIO=4&transport={other}&sid={sid}", timeout=PATIENCE)
        except urllib.error.HTTPError as error:
            return json.load(error)["code"] == 1
        raise AssertionError("a session was given to another transport")

    def forget(self):
        self.heard.clear()

    async def close(self):
        self.socket.reconnection = False
        if self.socket.connected:
            await done(self.socket.disconnect())


def equal(actual, expected):
    if actual != expected:
        raise AssertionError(f"{str(actual)[:300]} instead of {str(expected)[:300]}")


@check("connects, and is on its transport")
async def connects(open_client):
    client = await open_client()
    await until(lambda: client.socket.transport() == transports[-1], transports[-1])
    equal(await client.call("echo", "here"), ("here",))


@check("is told of what it connected with")
async def auth(open_client):
    client = await open_client(namespaces=["/auth"], auth={"token": "123"})
    equal(await client.hear("auth", "/auth"), ({"token": "123"},))


async def refusal(open_client, namespace, sent=None):
    client = await open_client(namespaces=[namespace], auth=sent, wait=False)  # it would wait its whole time-out otherwise
    return await client.hear("connect_error", namespace)


@check("is refused a namespace that isn't there")
async def no_namespace(open_client):
    equal(await refusal(open_client, "/nowhere"), ({"message": "Invalid namespace"},))


@check("is refused by the connect handler, with data")
async def refused(open_client):
    for sent in (None, {"token": "wrong"}):
        equal(await refusal(open_client, "/auth", sent), ({"message": "unauthorized", "data": {"code": 401}},))


@check("is acknowledged what it sends")
async def acknowledged(open_client):
    client = await open_client(namespaces=["/", "/custom"])
    args = (1, "2", {"3": [True, None]}, 1.5e-7, "", [])
    for namespace in ("/", "/custom"):
        equal(await client.call("message-with-ack", *args, namespace=namespace), args)
        await client.emit("message", *args, namespace=namespace)
        equal(await client.hear("message-back", namespace), args)


@check("sends and receives binary, nested and empty")
async def binary(open_client):
    client = await open_client()
    args = (bytes(range(256)), {"deep": [b"\x1e\x1e\x04\x00", {"deeper": b""}]}, "text between")
    equal(await client.call("message-with-ack", *args), args)
    await client.emit("message", *args)
    equal(await client.hear("message-back"), args)


@check("is asked by the server, and answers")
async def asked(open_client):
    client = await open_client(answer=lambda *args: ("answered", *args))
    for args in (("question", {"1": 2}), (b"\x01\x00\xff", {"deep": [b""]})):
        client.forget()
        await client.emit("ask-ack", *args)
        equal(await client.hear("server-ask-result"), ("answered", *args))


@check("sends and receives 900 kB")
async def large(open_client):
    client = await open_client()
    text = "0123456789" * 90_000
    equal(await client.call("message-with-ack", text), (text,))
    await client.emit("message", text)
    equal(await client.hear("message-back"), (text,))
    data = b"bytes" * 130_000  # over polling a third longer, as base64
    equal(await client.call("message-with-ack", data), (data,))


@check("sends and receives emoji: text, names of events and rooms")
async def emoji(open_client):
    client = await open_client()
    other = await open_client()
    texts = ("😀", "👩‍👩‍👧‍👦 and text", "\u0000\u001e\u2028\ufeff", "é文字\U0010ffff", "😀" * 5_000)
    equal(await client.call("message-with-ack", *texts), texts)
    equal(await client.call("😀", "by name"), ("by name",))
    room = f"комната 😀 {kind} {way}"
    await other.emit("join", room)
    await other.call("echo", "joined")
    await client.emit("to-room", room, "😀 in the room")
    equal(await other.hear("room-back"), ("😀 in the room",))


@check("leaves")
async def leaves(open_client):
    client = await open_client()
    await done(client.socket.disconnect())
    await client.hear("disconnect")


@check("is put out of a namespace, and keeps the others")
async def put_out(open_client):
    client = await open_client(namespaces=["/", "/custom"])
    await client.emit("close-me", False, namespace="/custom")
    await client.hear("disconnect", "/custom")
    equal(await client.call("echo", "still here"), ("still here",))


@check("is put out with its connection")
async def put_out_with_connection(open_client):
    client = await open_client(namespaces=["/", "/custom"])
    client.socket.reconnection = False
    await client.emit("close-me", True, namespace="/custom")
    await client.hear("disconnect", "/custom")
    await client.hear("disconnect")
    await until(lambda: client.socket.eio.state == "disconnected", "the end of the connection")


@check("comes back when the server has died and started again")
async def comes_back(open_client):
    client = await open_client()
    await until(lambda: client.socket.transport() == transports[-1], transports[-1])
    client.forget()
    await want("restart")
    await client.hear("disconnect")
    await client.hear("connect")
    equal(await client.call("echo", "again"), ("again",))


@check("stays as long as it answers")
async def stays(open_client):
    client = await open_client()
    await until(lambda: client.socket.transport() == transports[-1], transports[-1])
    pings = client.count_pings()
    await until(lambda: len(pings) >= 3, "three heartbeats")
    equal(await client.call("echo", "alive"), ("alive",))
    equal([args for _, name, args in client.heard if name == "disconnect"], [])


@check("falls silent, and the server ends its session")
async def falls_silent(open_client):
    client = await open_client()
    client.socket.reconnection = False
    await until(lambda: client.socket.transport() == transports[-1], transports[-1])
    sid = client.socket.eio.sid
    pings = client.count_pings(answering=False)
    await client.hear("disconnect", patience=PATIENCE_WITH_SILENCE)
    equal(len(pings), 1)
    await until(lambda: client.is_forgotten(sid), "the session to be forgotten")


@check("notices a server that has fallen silent")
async def notices_silence(open_client):
    client = await open_client()
    client.socket.reconnection = False
    await until(lambda: client.socket.transport() == transports[-1], transports[-1])
    pings = client.count_pings()
    await until(lambda: pings, "a heartbeat")
    await want("freeze")
    try:
        await client.hear("disconnect", patience=PATIENCE_WITH_SILENCE)
    finally:
        await want("thaw")


async def run(function):
    clients = []

    async def open_client(answer=None, **options):
        clients.append(Client(answer))
        return await clients[-1].connect(**options)

    try:
        await asyncio.wait_for(function(open_client), 2 * PATIENCE_WITH_SILENCE)
        return None
    except Exception:  # whatever it is, it is told
        return traceback.format_exc()
    finally:
        for client in clients:
            await client.close()


async def main():
    for name, function in CHECKS:
        print(json.dumps({"check": name, "fault": await run(function)}), flush=True)


asyncio.run(main())
