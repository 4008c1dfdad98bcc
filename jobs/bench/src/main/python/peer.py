#!/usr/bin/env python3
"""What somebody without Nightjar writes: a perceptron in PyTorch behind FastAPI or Flask.

    peer.py --check          says by what it would serve, or exits with 3 and says what is missing
    peer.py WEIGHTS          serves POST /score, an object of fields in, {"score": number} out

WEIGHTS is JSON: fields, and layers with weights [inputs, units] and bias. All layers but the last
are ReLU, the last is a sigmoid. It has one process for each core, which share the port, and one
thread of PyTorch in each, with which it is fastest on rows that come one by one.
"""
import json
import os
import signal
import socket
import sys


def imported(*names):
    for name in names:
        try:
            __import__(name)
        except ImportError:
            return False
    return True


def way():
    """By what it serves, the fastest that is there; None when there is nothing."""
    if not imported("torch"):
        return None
    if imported("fastapi", "uvicorn"):
        return "fastapi"
    if imported("flask", "waitress"):
        return "waitress"
    return "flask" if imported("flask") else None


WORDS = {
    "fastapi": "FastAPI on uvicorn",
    "waitress": "Flask on waitress",
    "flask": "Flask on its own server",
}


def scorer(path):
    import torch

    torch.set_num_threads(1)
    with open(path, encoding="utf-8") as file:
        given = json.load(file)
    fields = given["fields"]
    steps = []
    for layer in given["layers"]:
        weights = torch.tensor(layer["weights"], dtype=torch.float32)
        linear = torch.nn.Linear(weights.shape[0], weights.shape[1])
        with torch.no_grad():
            linear.weight.copy_(weights.T)
            linear.bias.copy_(torch.tensor(layer["bias"], dtype=torch.float32))
        steps += [linear, torch.nn.ReLU()]
    steps[-1] = torch.nn.Sigmoid()
    network = torch.nn.Sequential(*steps).eval()

    def score(row):
        with torch.inference_mode():
            values = torch.tensor([[row[field] for field in fields]], dtype=torch.float32)
            return {"score": float(network(values)[0, 0])}

    return score


def serve_fastapi(listening, score):
    import fastapi
    import uvicorn

    app = fastapi.FastAPI()

    @app.post("/score")
    async def answer(request: fastapi.Request):
        return score(await request.json())

    config = uvicorn.Config(app, log_level="error", access_log=False)
    uvicorn.Server(config).run(sockets=[listening])


def flask_app(score):
    import flask

    app = flask.Flask("peer")

    @app.post("/score")
    def answer():
        return score(flask.request.get_json())

    return app


def serve_waitress(listening, score):
    import waitress

    waitress.serve(flask_app(score), sockets=[listening], threads=4)


def serve_flask(listening, score):
    import logging

    from werkzeug.serving import WSGIRequestHandler, make_server

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    WSGIRequestHandler.protocol_version = "HTTP/1.1"
    make_server("127.0.0.1", 0, flask_app(score), threaded=True, fd=listening.fileno()).serve_forever()


def main():
    kind = way()
    if kind is None:
        print("PyTorch, or both of Flask and FastAPI, are missing")
        sys.exit(3)
    if sys.argv[1:] == ["--check"]:
        print(WORDS[kind])
        return
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", 0))
    listening.listen(128)
    children = []
    for _ in range(os.cpu_count() or 1):
        child = os.fork()
        if child == 0:
            globals()["serve_" + kind](listening, scorer(sys.argv[1]))
            os._exit(0)
        children.append(child)

    def end(*_):
        for child in children:
            os.kill(child, signal.SIGKILL)
        os._exit(0)

    signal.signal(signal.SIGTERM, end)
    print("peer: ready on http://127.0.0.1:%d" % listening.getsockname()[1], flush=True)
    for child in children:
        os.waitpid(child, 0)


main()
