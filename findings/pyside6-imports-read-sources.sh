#!/usr/bin/env bash
# PySide6 6.11.3: importing it changes what every later import costs, also of modules that never heard of Qt.
#
# One would guess: `import PySide6.QtCore` loads Qt; a later `import sched` loads sched's cached bytecode and does not
# open its source, as before.
# Seen: PySide6 replaces builtins.__import__ (for `from __feature__ import ...`). From then on each module that an
# `import` brings has its .py file opened and read, fresh bytecode or not, and the texts stay in linecache for good.
# The original stands in builtins.__orig_import__.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" &&
  "$folder/venv/bin/pip" install -q --disable-pip-version-check PySide6-Essentials==6.11.3 shiboken6==6.11.3 || exit 2
cat > "$folder/package.py" <<'PYTHON'
for number in range(20):
    name = f"module_{number}"
    with open(f"{name}.py", "w") as module:
        module.write(f"import json\nVALUE = {number}\n")
PYTHON
cat > "$folder/seen.py" <<'PYTHON'
import linecache
import sys

sys.path.insert(0, ".")
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)


def sources_read(first, last):
    opened.clear()
    for number in range(first, last):
        __import__(f"module_{number}")
    return len({name for name in opened if "module_" in name and name.endswith(".py")})


before = sources_read(0, 10)
import PySide6.QtCore  # noqa: E402, F401

kept = len(linecache.cache)
after = sources_read(10, 20)
kept = len(linecache.cache) - kept
print("sources of ten modules with fresh bytecode that were read: before", before, "after", after, "and kept", kept)
sys.exit(not (before == 0 and after == 10 and kept >= 10))
PYTHON
cd "$folder"
./venv/bin/python package.py
PYTHONDONTWRITEBYTECODE= ./venv/bin/python -m compileall -q module_*.py
./venv/bin/python seen.py && echo "as described" || { echo "CHANGED"; exit 1; }
