"""Starts a server, makes an admin, and lets Schemathesis ask whatever the OpenAPI document allows and more.

Called by `cargo xtask fuzz-api` as: fuzz_api.py <program> <seed> <examples>.
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

PASSWORD = "a long password"
# Sockets and long polls are no questions with one answer. The others end the account that asks, or look at
# the real network.
LEFT_OUT = ["/v1/stream", "/v1/sync"]
LEFT_OUT_LIKE = "deactivate|/role|federation/check"
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
]
# A peer that cannot be reached is no failure of this server.
SETTINGS = """
[checks.not_a_server_error]
expected-statuses = ["2xx", "3xx", "4xx", "502"]
"""


def call(origin, path, token, body):
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = "Bearer " + token
    request = urllib.request.Request(origin + path, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)["data"]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(origin):
    for _ in range(300):
        try:
            urllib.request.urlopen(origin + "/readyz", timeout=5)
            return
        except OSError:
            time.sleep(0.1)
    sys.exit("the server does not answer")


def ask(directory, program, environment, origin, seed, examples):
    admin = ["admin", "user", "create", "--tenant", "default", "--local-id", "root"]
    admin += ["--display-name", "Root", "--role", "admin", "--password-stdin"]
    subprocess.run([program, *admin], env=environment, input=PASSWORD.encode(), check=True)
    login = call(origin, "/v1/auth/login", None, {"username": "root", "password": PASSWORD})
    # One that outlives the login, which some of the questions end.
    new = {"name": "questions", "scopes": ["read", "write", "admin"]}
    token = call(origin, "/v1/me/tokens", login["access_token"], new)["token"]
    settings = Path(directory, "schemathesis.toml")
    settings.write_text(SETTINGS)
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(settings), "run"]
    command += [origin + "/openapi.json", "-H", "Authorization: Bearer " + token]
    command += ["--checks", ",".join(CHECKS), "--phases", "examples,coverage,fuzzing"]
    command += ["--seed", seed, "--max-examples", examples, "--continue-on-failure"]
    command += ["--request-timeout", "40", "--suppress-health-check", "all", "--warnings", "off"]
    for path in LEFT_OUT:
        command += ["--exclude-path", path]
    command += ["--exclude-path-regex", LEFT_OUT_LIKE]
    return subprocess.run(command, cwd=directory).returncode


def main(program, seed, examples):
    port = free_port()
    origin = f"http://localhost:{port}"
    with tempfile.TemporaryDirectory() as directory:
        environment = {
            "PATH": os.environ["PATH"],
            "SCAIWAVE_LISTEN": f"127.0.0.1:{port}",
            "SCAIWAVE_DATA_DIR": directory + "/data",
            "SCAIWAVE_SERVER_NAME": f"localhost:{port}",
            "SCAIWAVE_FEDERATION_ALLOW_LOOPBACK": "true",
        }
        with open(directory + "/log", "w") as log:
            server = subprocess.Popen([program, "serve"], env=environment, stdout=log, stderr=log)
        try:
            wait_for(origin)
            result = ask(directory, program, environment, origin, seed, examples)
        finally:
            server.terminate()
            server.wait()
        if result != 0:
            print(Path(directory, "log").read_text()[-4000:])
        return result


sys.exit(main(*sys.argv[1:]))
