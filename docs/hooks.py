"""What MkDocs does beside one plain site: a second language, and two generated files.  All else is in kit/minigrad_pages."""
import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urljoin

from minigrad_pages import card, fonts
from minigrad_pages.reading import LANGUAGES, twin
from minigrad_pages.running import cache, fingerprint
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File

PROJECT = Path(__file__).resolve().parents[1]
FOLDER = {"ko": "", "en": "en/"}                           # where a language stands, from the root of the site
NAME = {"ko": "한국어", "en": "English"}


def on_files(files, config):
    """The font for formulas, and the picture that a link to the site is shown with."""
    lang = config.theme["language"]
    add(files, config, "assets/stix-two-math.woff2", fonts.formula_font, f"font-{version('ziamath')}-{version('fonttools')}")
    add(files, config, "assets/card.png", lambda: card.draw(lang), f"card-{lang}-{fingerprint(PROJECT)[:32]}")
    return files


def add(files, config, path, make, name):
    """Make a file of the site, or take it from the cache."""
    kept = cache(PROJECT) / name
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(make())
    files.append(File.generated(config, path, content=kept.read_bytes()))


def on_page_markdown(markdown, page, config, files):
    """Tell the Markdown extension which page it is given."""
    config.mdx_configs["minigrad_pages"] = {"lang": config.theme["language"], "page": page.file.abs_src_path}
    if not twin(page.file.abs_src_path, config.theme["language"]):
        raise PluginError(f"{page.file.src_uri} is in {NAME[config.theme['language']]} only: each page is written in both languages")


def on_page_context(context, page, config, nav):
    """The addresses of this page in each language, for the switch and for search engines."""
    lang = config.theme["language"]
    top = config.site_url.removesuffix(FOLDER[lang])
    up = "../" * (FOLDER[lang] + page.url).count("/") or "./"
    context["languages"] = [{"lang": each, "name": NAME[each], "here": each == lang, "relative": up + FOLDER[each] + page.url,
                             "absolute": urljoin(top, FOLDER[each] + page.url)} for each in LANGUAGES]


def on_post_build(config):
    """After Korean, English: below it and as strictly, in a process of its own, as MkDocs shares some plugins between sites."""
    if config.theme["language"] != "ko":
        return
    command = [sys.executable, "-m", "mkdocs", "build", "-f", str(PROJECT / "docs" / "en.yml"), "-d", str(Path(config.site_dir, "en"))]
    process = subprocess.run(command + ["--strict"] * config.strict, env={**os.environ, "SITE_URL": urljoin(config.site_url, "en/")})
    if process.returncode:
        raise PluginError("the English site could not be built, see above")
