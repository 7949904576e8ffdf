"""What the tests of the homework share: the tasks, and the reference with the operations of a teacher whose secret is SECRET.

    tasks     {name: Task}
    secret    the bytes that come from it
    done      {path: source text} of the whole package with all tasks done, minigrad/own.py among them
    own       the same own.py, which can be imported as minigrad.own while the test runs
    handed    the folder of a repository for students in English, made once for all tests that only read it, without JAX's numbers
              and without the proof of the tasks, which would take most of the time
"""
import shutil

import pytest

from minigrad.homework import reference
from minigrad.homework.secret import secret_in
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
def secret(seed_file):
    return secret_in(seed_file)


@pytest.fixture(scope="session")
def done(secret):
    return reference.sources(secret)


@pytest.fixture
def own(secret):
    with reference.with_own(secret) as module:
        yield module


@pytest.fixture(scope="session")
def handed(tmp_path_factory, seed_file):
    if not shutil.which("git"):
        pytest.skip("git is not installed")
    from minigrad.homework import judging, make
    out = tmp_path_factory.mktemp("handed") / "homework"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judging, "import_jax", lambda: None)
        patch.setattr(make, "prove_tasks", lambda *args: [])
        make.make(out, "en", seed_file=seed_file)
    return out
