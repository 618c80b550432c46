#!/usr/bin/env bash
# PySide6 6.11.3: a server keeps the Python half of every connection that it ever had.
#
# QTcpServer.nextPendingConnection() (QLocalServer's alike) gives a socket whose parent is the server; Qt's manual says
# to delete it when it is done.
# One would guess: after deleteLater() has run and the last Python name is gone, nothing of the socket is left, as with
# a socket that Python made itself with the same parent.
# Seen: Qt has no such child any more, and shiboken says of the object that it is not valid, but it lives as long as the
# server does: the server's wrapper holds it. A program that serves for a day holds one object a connection.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" &&
  "$folder/venv/bin/pip" install -q --disable-pip-version-check PySide6-Essentials==6.11.3 shiboken6==6.11.3 || exit 2
cat > "$folder/seen.py" <<'PYTHON'
import gc
import socket
import sys

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtNetwork import QHostAddress, QTcpServer, QTcpSocket

app = QCoreApplication([])
server = QTcpServer()
assert server.listen(QHostAddress.SpecialAddress.LocalHost)


def delete(one):
    one.deleteLater()
    QCoreApplication.sendPostedEvents(one, QEvent.Type.DeferredDelete)


def served():
    client = socket.create_connection(("127.0.0.1", server.serverPort()))
    while not server.hasPendingConnections():
        app.processEvents()
    delete(server.nextPendingConnection())
    client.close()


def made_here():
    delete(QTcpSocket(server))


def held():
    gc.collect()
    sockets = [one for one in gc.get_objects() if type(one) is QTcpSocket]
    return len(sockets), sum(map(shiboken6.isValid, sockets))


for _ in range(50):
    made_here()
own = held()
for _ in range(50):
    served()
theirs = held()
print("made in Python: held, valid", own, "- given by the server:", theirs, "- children:", len(server.children()))
sys.exit(not (own == (0, 0) and theirs == (50, 0) and not server.findChildren(QTcpSocket)))
PYTHON
"$folder/venv/bin/python" "$folder/seen.py" && echo "as described" || { echo "CHANGED"; exit 1; }
