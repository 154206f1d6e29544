"""Runs a command under callgrind and reads what it wrote.

Knows the format of callgrind's files (https://valgrind.org/docs/manual/cl-format.html); must not know what is counted, nor why.
"""

import collections
import os
import re
import subprocess
import sys


class Counts:
    """Instructions of a whole command, of each function with all that it calls, and of each binary and library itself."""

    def __init__(self, total, functions, objects):
        self.total, self.functions, self.objects = total, functions, objects


def run(command, folder):
    """Counts what `command` does. `folder` must be its own: nothing that another run left behind may help it."""
    folder.mkdir(parents=True, exist_ok=True)
    profile = folder / "profile"
    # One thread: what two threads wait and steal is different each time. No other variable, so that nobody's settings count.
    environment = {"PATH": os.environ["PATH"], "RAYON_NUM_THREADS": "1", "HOME": str(folder), "XDG_CACHE_HOME": str(folder / "cache"), "LC_ALL": "C"}
    valgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={profile}", "--quiet"]
    ran = subprocess.run([*valgrind, *map(str, command)], env=environment, capture_output=True, text=True)
    if ran.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} ended with {ran.returncode}:\n{ran.stderr[-2000:]}")
    return read(profile.read_text(errors="replace"))


def read(text):
    names = {"fn": {}, "ob": {}}

    def name(kind, value):
        """Names stand in full once, and as a number from then on."""
        number, _, full = value.partition(" ")
        if full:
            names[kind][number] = full
        return names[kind].get(number, value)

    total = int(re.search(r"^(?:summary|totals): (\d+)", text, re.M).group(1))
    own, called, objects = collections.Counter(), collections.Counter(), collections.Counter()
    function, library, callee, is_call = "", "", "", False
    for line in text.splitlines():
        key, _, value = line.partition("=")
        if key == "fn":
            function = name("fn", value)
        elif key == "ob":
            library = name("ob", value)
        elif key == "cfn":
            callee = name("fn", value)
        elif key == "cob":
            name("ob", value)
        elif key == "calls":
            is_call = True
        elif line[:1] in "0123456789+-*" and line:
            count = int(line.split()[1])
            if is_call:
                # What a function does by calling itself is in it already.
                if callee != function:
                    called[function] += count
                is_call = False
            else:
                own[function] += count
                objects[library.rsplit("/", 1)[-1]] += count
    functions = collections.Counter()
    for function in own.keys() | called.keys():
        functions[function] = own[function] + called[function]
    return Counts(total, functions, objects)
