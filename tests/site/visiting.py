"""What it takes to visit the site: a build, a server like the one that publishes it, the system's browser, a package from npm."""
import contextlib
import gzip
import http.server
import shutil
import subprocess
import threading
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from small import PROJECT, build

PREFIX = "/some/prefix/"                   # a fork's site stands below the name of its repository
ADDRESS = f"https://reader.example{PREFIX}"            # where the site believes it stands: a request to it would leave our server
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage"]
PACKAGES = PROJECT / ".cache" / "npm"      # git ignores it
COMPRESSED = (".html", ".css", ".js", ".json", ".svg")       # what a static host sends compressed


def url(name, lang):
    """The address of a page, from the root of the site: its name is that of its file."""
    return ("" if lang == "ko" else "en/") + ("" if name == "index" else f"{name}/")


def file_of(folder, path):
    """The file that answers for this path below the root of the site, or None."""
    file = folder / path.partition("?")[0].partition("#")[0]
    file = file / "index.html" if file.is_dir() else file
    return file if file.is_file() else None


def weight(file):
    """The bytes that a file takes on its way to the reader."""
    data = file.read_bytes()
    return len(gzip.compress(data)) if file.suffix in COMPRESSED else len(data)


class Missing(Exception):
    """This machine lacks something; the message says what."""


def built(folder, runs, address=ADDRESS):
    """Build both languages into the folder, strictly, for this address; runs is where the blocks' results are kept."""
    result = build(PROJECT, folder, SITE_URL=address, MINIGRAD_PAGES_CACHE=str(runs))
    if result.returncode:
        raise AssertionError(f"mkdocs build --strict failed\n{result.stderr}")
    return folder


class Handler(http.server.SimpleHTTPRequestHandler):
    """A folder below PREFIX; what is not there is answered with 404.html, as static hosts do."""
    protocol_version = "HTTP/1.1"

    def translate_path(self, path):
        return super().translate_path(path.removeprefix(PREFIX[:-1]))

    def send_head(self):
        if self.path.startswith(PREFIX):
            return super().send_head()
        return self.send_error(404)        # outside of the site

    def send_error(self, code, message=None, explain=None):
        page = Path(self.directory, "404.html").read_bytes() if code == 404 else str(code).encode()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *args):
        pass


@contextlib.contextmanager
def served(folder):
    """Serve the folder on a free port of this machine; gives the address of its root."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=folder)) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}{PREFIX}"
        finally:
            server.shutdown()


def browser_path():
    """The program of the browser that this system has."""
    if not find_spec("playwright"):
        raise Missing("this needs playwright, which drives the browser: pip install playwright")
    for name in BROWSERS:
        if path := shutil.which(name):
            return path
    raise Missing(f"this needs a browser, one of {', '.join(BROWSERS)}: on Debian, apt install chromium")


def npm_package(name, version):
    """The folder of an npm package of this version, installed when it is first asked for."""
    folder = PACKAGES / f"{name}-{version}"
    installed = folder / "node_modules" / name
    if not (folder / "complete").exists():
        npm = shutil.which("npm")
        if not npm:
            raise Missing(f"this needs {name} from npm, and npm is not installed: on Debian, apt install npm")
        folder.mkdir(parents=True, exist_ok=True)
        result = subprocess.run([npm, "install", "--prefix", folder, "--no-save", "--no-audit", "--no-fund", "--ignore-scripts",
                                 f"{name}@~{version}"], capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL)
        if result.returncode or not installed.exists():
            raise Missing(f"npm could not install {name} {version}: {(result.stderr or result.stdout).strip()[-500:]}")
        (folder / "complete").touch()
    return installed
