#!/usr/bin/env bash
# requests 2.34.2 with urllib3 2.8.0 (CPython 3.11 to 3.13): an informational answer is taken for the answer.
#
# RFC 9110 §15.2 lets a server send informational (1xx) answers before the final one, and a client must be able
# to read them; 103 Early Hints (RFC 8297) is common behind content networks.
# One would guess: the 103 is read over, as 100 is, and .status_code is that of the final answer.
# Seen: .status_code is 103 with an empty body; the final answer stays in the kept connection, and the session's
# next request, for something else, is given it: each answer belongs to the request before. Nothing is raised.
# http.client reads over 100 only (HTTPResponse.begin).
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" &&
  "$folder/venv/bin/pip" install -q --disable-pip-version-check requests==2.34.2 urllib3==2.8.0 || exit 2
cat > "$folder/seen.py" <<'PYTHON'
import socket
import sys
import threading
import time

import requests


def serve(listener):
    connection, _ = listener.accept()
    lines = connection.makefile("rb")
    while request := lines.readline():
        while lines.readline().strip():
            pass
        path = request.split()[1]
        if path == b"/patient/1":
            connection.sendall(b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n")
            time.sleep(0.2)  # the final answer takes a little longer, as it does in life
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(path), path))


listener = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=serve, args=(listener,), daemon=True).start()
base = "http://127.0.0.1:%d" % listener.getsockname()[1]
session = requests.Session()
session.trust_env = False
seen = []
for path in ("/patient/1", "/patient/2"):
    answer = session.get(base + path, timeout=5)
    seen.append((path, answer.status_code, answer.text))
    print("asked", path, "-> status", answer.status_code, "body", repr(answer.text))
sys.exit(seen != [("/patient/1", 103, ""), ("/patient/2", 200, "/patient/1")])
PYTHON
"$folder/venv/bin/python" "$folder/seen.py" && echo "as described" || { echo "CHANGED"; exit 1; }
