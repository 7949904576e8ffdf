"""What the tests of the site share: one run of the pages' blocks, one build and one browser for a session, however many workers."""
import os
from pathlib import Path

import pytest


def pytest_collection_modifyitems(items):
    """The blocks of the pages run first, side by side: the build, for which all workers wait, then finds what they gave."""
    items.sort(key=lambda item: item.path.name != "test_page_blocks.py")


@pytest.fixture(scope="session")
def shared(tmp_path_factory):
    """A folder of this session; the workers of pytest -n have it in common."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if own.name.startswith("popen-") else own


@pytest.fixture(scope="session")
def runs(shared):
    """A folder for what blocks give, empty when the session begins: nothing shown was computed before.

    MINIGRAD_TESTS_RUNS names one for several sessions that belong together, as those of .ci/run.
    """
    folder = Path(os.environ.get("MINIGRAD_TESTS_RUNS") or shared / "runs")
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def site(shared, runs):
    """The folder of the site, built once for all workers: the first builds, the others wait for it."""
    from filelock import FileLock
    from visiting import built
    with FileLock(shared / "site.lock"):
        if (shared / "failed").exists():
            pytest.fail((shared / "failed").read_text(encoding="utf-8"), pytrace=False)
        if not (shared / "built").exists():
            try:
                built(shared / "site", runs)
            except AssertionError as error:
                (shared / "failed").write_text(str(error), encoding="utf-8")
                pytest.fail(str(error), pytrace=False)
            (shared / "built").touch()
    return shared / "site"


@pytest.fixture(scope="session")
def address(site):
    """The address at which the built site is served."""
    from visiting import served
    with served(site) as address:
        yield address


@pytest.fixture(scope="session")
def needed():
    """needed(function, …) calls it; what this machine lacks is a reason to skip, and a failure where MINIGRAD_BROWSER=required."""
    from visiting import Missing

    def call(function, *arguments):
        try:
            return function(*arguments)
        except Missing as missing:
            reason = str(missing)
        if os.environ.get("MINIGRAD_BROWSER") == "required":
            pytest.fail(f"{reason} (MINIGRAD_BROWSER=required)", pytrace=False)
        pytest.skip(reason)
    return call


@pytest.fixture(scope="session")
def browser(needed):
    """The system's browser without a window."""
    from visiting import FLAGS, browser_path
    path = needed(browser_path)
    from playwright.sync_api import sync_playwright
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe(needed):
    """The text of axe-core."""
    from filelock import FileLock
    from visiting import PACKAGES, npm_package
    PACKAGES.mkdir(parents=True, exist_ok=True)
    with FileLock(PACKAGES / "lock"):
        return (needed(npm_package, "axe-core", "4.14") / "axe.min.js").read_text(encoding="utf-8")
