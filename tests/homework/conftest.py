"""What the tests of the homework share: the tasks, and the reference with the operations of a teacher whose secret is SECRET.

    tasks     {name: Task}
    done      {path: source text} of the whole package with all tasks done, minigrad/own.py among them; imported as minigrad.own too
    handed    the folder of a repository for students in English, made once for all tests that only read it, without JAX's numbers
"""
import shutil

import pytest

from minigrad.homework import reference
from minigrad.homework.tasks import load

SECRET_TEXT = "a secret for the tests only"


@pytest.fixture(scope="session")
def tasks():
    return load()


@pytest.fixture(scope="session")
def seed_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("secret") / "homework.seed"
    path.write_text(SECRET_TEXT + "\n", encoding="ascii")
    return path


@pytest.fixture(scope="session")
def done(seed_file):
    from minigrad.homework.secret import secret_in
    secret = secret_in(seed_file)
    reference.install_own(secret)
    return reference.sources(secret)


@pytest.fixture(scope="session")
def handed(tmp_path_factory, seed_file):
    if not shutil.which("git"):
        pytest.skip("git is not installed")
    from minigrad.homework import judging
    from minigrad.homework.make import make
    out = tmp_path_factory.mktemp("handed") / "homework"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judging, "import_jax", lambda: None)                       # it would take most of the time
        make(out, "en", seed_file=seed_file, jobs=2)
    return out
