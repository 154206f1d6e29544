"""Runs commands and says what they cost; moves aside what has to be gone. Knows processes and folders; must not know programs."""

import json
import os
import pathlib
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time


class TooLong(Exception):
    """A command had to be stopped."""


class Failed(Exception):
    """A command ended with an exit code that is none of those it may."""


class Runner:
    """Starts commands from a small process of its own: Linux counts the memory of whoever starts a process as the process's own peak."""

    def __init__(self):
        self.process = subprocess.Popen([sys.executable, "-S", "-E", __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self, command, environment=None, longest=3600, codes=(0,)):
        """Processor seconds (user and system), seconds by the clock, peak MB; and what was printed."""
        order = {"command": [str(part) for part in command], "environment": environment or {}, "longest": longest}
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if answer["code"] == -signal.SIGKILL and answer["wall"] >= longest:
            raise TooLong
        if answer["code"] not in codes:
            raise Failed(f"{' '.join(order['command'])[:300]} ended with {answer['code']}:\n{answer['printed']}")
        return (answer["cpu"], answer["wall"], answer["peak"]), answer["printed"]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def serve():
    """The small process: a command a line comes in, what it cost goes out."""
    for line in sys.stdin:
        order = json.loads(line)
        with tempfile.TemporaryFile() as output:
            begun = time.monotonic()
            process = subprocess.Popen(
                order["command"], stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=os.environ | order["environment"], start_new_session=True
            )
            signal.signal(signal.SIGALRM, lambda *_: os.killpg(process.pid, signal.SIGKILL))
            signal.setitimer(signal.ITIMER_REAL, order["longest"])
            _, status, usage = os.wait4(process.pid, 0)
            signal.setitimer(signal.ITIMER_REAL, 0)
            wall = time.monotonic() - begun
            process.returncode = os.waitstatus_to_exitcode(status)
            output.seek(max(0, output.seek(0, os.SEEK_END) - 4000))
            printed = output.read().decode(errors="replace")
        answer = {"code": process.returncode, "cpu": usage.ru_utime + usage.ru_stime, "wall": wall, "peak": usage.ru_maxrss / 1024, "printed": printed}
        print(json.dumps(answer), flush=True)


class Aside:
    """Folders that have to be gone before a command runs are moved here, and deleted when all is measured.

    On ext4 an inode that was deleted in the last minutes makes new files several times as dear: `rm -r` before each build would measure that.
    """

    def __init__(self, place):
        self.place, self.number, self.was_cleared = place / "aside", 0, False
        self.place.mkdir()

    def put(self, path):
        if path.exists():
            self.number += 1
            path.rename(self.place / str(self.number))

    def fresh(self, folder, kept):
        """Leaves in a folder only what is `kept`."""
        for entry in folder.iterdir() if folder.exists() else []:
            if entry.name not in kept:
                self.put(entry)

    def make_room(self, needed):
        """Deletes after all where the disk would be full, in bytes."""
        if shutil.disk_usage(self.place).free < needed:
            self.was_cleared = True
            shutil.rmtree(self.place)
            self.place.mkdir()


def medians(runs):
    return [statistics.median(values) for values in zip(*runs)]


def weigh(folder):
    """Number of files, bytes of all, bytes of an HTML file in the middle."""
    sizes = [(path.suffix, path.stat().st_size) for path in folder.rglob("*") if path.is_file() and ".opsbook" not in path.parts]
    pages = [size for suffix, size in sizes if suffix == ".html"]
    return len(sizes), sum(size for _, size in sizes), statistics.median(pages) if pages else 0


def load():
    return f"{os.getloadavg()[0]:.1f}"


if __name__ == "__main__":
    serve()
