"""Submissions that attack, or break, whoever reads them.

hand_in(place, right, wrong, aims) puts them all into the folder `place`; returns {name of the submission: paths of the files whose
right answers it has handed in rightly}.  right and wrong are {path in the package: source} with the right answers, and with a wrong
one for the victim; only the files with tasks are handed in.
"""
import os
import pickle
import py_compile
import zipfile
from pathlib import Path

BUILDERS = {}


def builder(name):
    def keep(function):
        BUILDERS[name] = function
        return function
    return keep


def hand_in(place, right, wrong, aims):
    return {name: set(build(Path(place, name), right, wrong, aims)) for name, build in BUILDERS.items()}


def write(place, files):
    for path, content in files.items():
        path = place / "minigrad" / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def zipped(place, files, **others):
    with zipfile.ZipFile(f"{place}.zip", "w") as archive:
        for path, content in {**{f"minigrad/{path}": text for path, text in files.items()}, **others}.items():
            archive.writestr(path, content)


def of_victim(files):
    return next(path for path in files if path.endswith("elementary.py"))


@builder("a folder as it should be")
def plain(place, right, wrong, aims):
    write(place, right)
    return right


@builder("한글 이름의 과제 제출")
def korean(place, right, wrong, aims):
    write(place / "홍 길동" / "과제 (1)", right)
    return right


@builder("한글 이름의 압축 파일")
def korean_zip(place, right, wrong, aims):
    with zipfile.ZipFile(f"{place}.zip", "w") as archive:
        for path, text in right.items():
            archive.writestr(f"홍 길동/minigrad/{path}", text)
    return right


@builder("names that climb out of a zip")
def climbing(place, right, wrong, aims):
    names = (f"..{aims.folder}/results.json", f"{aims.folder}/results.json", "../../../../results.json", "..\\..\\results.json",
             "C:\\results.json", "minigrad/../../escaped.py")
    zipped(place, right, **dict.fromkeys(names, "forged"))
    return right


@builder("links in a zip to the reference and the secret")
def links_in_a_zip(place, right, wrong, aims):
    with zipfile.ZipFile(f"{place}.zip", "w") as archive:
        for path in right:
            link = zipfile.ZipInfo(f"minigrad/{path}")
            link.create_system, link.external_attr = 3, 0o120777 << 16
            archive.writestr(link, f"{aims.reference}/{path}")
    return ()


@builder("links to the reference")
def links(place, right, wrong, aims):
    victim = of_victim(right)
    write(place, {path: text for path, text in right.items() if path != victim})
    path = place / "minigrad" / victim
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(Path(aims.reference, victim))
    return right.keys() - {victim}


@builder("a folder that is the reference's")
def linked_folder(place, right, wrong, aims):
    place.mkdir()
    (place / "minigrad").symlink_to(aims.reference, target_is_directory=True)
    return ()


@builder("a link to another student's folder")
def another(place, right, wrong, aims):
    place.symlink_to(place.with_name("a folder as it should be"), target_is_directory=True)
    return ()


@builder("files that Python would run")
def extra_files(place, right, wrong, aims):
    """The right answer compiled beside a wrong one, a pickle, and code in all files that something somewhere loads by itself."""
    victim = of_victim(right)
    evil = f'import os\nos.mkdir({aims.folder + "/ran"!r})\n'
    names = ("sitecustomize.py", "usercustomize.py", "conftest.py", "numpy.py", "json.py", "setup.py", "__init__.py", "__main__.py",
             "run_autograder")
    write(place, {**dict.fromkeys(names, evil), **wrong, "homework/tasks.toml": '[tasks.all]\npoints = 100\n',
                  "homework/judging.py": evil, "homework/probes.py": evil + "PROBES = {}\n", "checking/compare.py": evil,
                  "results.json": '{"score": 100}', "result.json": '{"score": 100}', "answers.pth": evil,
                  "answers.pkl": pickle.dumps(Ran(aims.folder))})
    for name in (*names, "pytest.ini", "minigrad.pth"):
        (place / name).write_text(evil)
    source = place / "right.py"
    source.write_text(right[victim])
    path = place / "minigrad" / victim
    cached = path.parent / "__pycache__" / f"{path.stem}.cpython-311.pyc"
    py_compile.compile(str(source), str(cached), invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    cached.with_name("elementary.pyc").write_bytes(cached.read_bytes())
    source.unlink()
    return right


class Ran:
    def __init__(self, folder):
        self.folder = folder

    def __reduce__(self):
        return os.mkdir, (self.folder + "/unpickled",)


def broken(content):
    def build(place, right, wrong, aims):
        victim = of_victim(right)
        write(place, {**right, victim: content})
        return right.keys() - {victim}
    return build


BUILDERS |= {
    "a syntax error": broken("class Exp(Function):\n    def backward(self, gy)\n        return gy * self.output\n"),
    "binary rubbish": broken(bytes(range(256)) * 100),
    "an empty file": broken(""),
    "null bytes": broken("\0" * 1000),
    "a file too deep": broken("x = " + "(" * 20000 + ")" * 20000),
    "a file of minus signs": broken("x = " + "-" * 100000 + "1\n"),
    "a class defined twice": broken("class Exp:\n    def backward(self, gy):\n        return gy\n" * 2),
}


@builder("an empty folder")
def empty(place, right, wrong, aims):
    place.mkdir()
    return ()


@builder("no zip at all")
def no_zip(place, right, wrong, aims):
    Path(f"{place}.zip").write_bytes(os.urandom(2000))
    return ()


@builder("a thesis.docx")
def other(place, right, wrong, aims):
    place.write_bytes(b"\xd0\xcf\x11\xe0" * 100)
    return ()
