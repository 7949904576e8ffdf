"""What is read of a folder, a zip and a git repository, and what is not."""
import os
import stat
import struct
import subprocess
import sys
import unicodedata
import zipfile

import pytest

from minigrad.homework import submissions
from minigrad.homework.submissions import Submission, SubmissionError, find, fit_name, read, sentence

WANTED = ["functions/elementary.py", "functions/products.py", "core.py"]
SOURCE = "class Exp:\n    def backward(self, gy):\n        return gy\n"
SECRET = "TOP SECRET = 1\n"
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files, or only for administrators")


def put(folder, path, text):
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def zipped(path, members, **options):
    """A zip of {name or ZipInfo: content}; a name in bytes is written as it is, and not marked as UTF-8."""
    placeholders = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, **options) as archive:
        for name, content in members.items():
            if isinstance(name, bytes):
                placeholder = ("%0*d" % (len(name), len(placeholders)))[-len(name):]
                placeholders[placeholder.encode()] = name
                name = placeholder
            archive.writestr(name, content)
    data = path.read_bytes()
    for placeholder, name in placeholders.items():
        assert data.count(placeholder) == 2
        data = data.replace(placeholder, name)
    path.write_bytes(data)
    return path


def reading(place):
    return read(Submission("x", place), WANTED)


def keys(result):
    return [key for key, _ in result.notes]


def test_only_files_with_tasks_are_read(tmp_path):
    put(tmp_path, "minigrad/functions/elementary.py", SOURCE)
    put(tmp_path, "minigrad/evil.py", SECRET)
    put(tmp_path, "tests/test_core.py", SECRET)
    put(tmp_path, "results.json", "{}")
    result = reading(tmp_path)
    assert result.files == {"functions/elementary.py": SOURCE} and result.notes == []


def test_a_folder_within_folders_is_found_and_the_place_is_told(tmp_path):
    put(tmp_path, "과제 1/homework-main/minigrad/core.py", SOURCE)
    put(tmp_path, "과제 1/homework-main/minigrad/functions/products.py", SOURCE)
    put(tmp_path, "old/minigrad/core.py", SECRET)
    result = reading(tmp_path)
    assert result.files == {"core.py": SOURCE, "functions/products.py": SOURCE}
    assert result.notes == [("below", {"folder": "과제 1/homework-main"})]


def test_the_package_alone_or_bare_files_are_found(tmp_path):
    put(tmp_path, "a/functions/elementary.py", SOURCE)
    put(tmp_path, "b/elementary.py", SOURCE)
    assert reading(tmp_path / "a").files == reading(tmp_path / "b").files == {"functions/elementary.py": SOURCE}


@pytest.mark.parametrize("foreign", [".venv/lib/site-packages", "env/site-packages", "__MACOSX", ".git", "node_modules"])
def test_installed_packages_and_hidden_folders_are_not_the_students(tmp_path, foreign):
    put(tmp_path, f"{foreign}/minigrad/core.py", SECRET)
    with pytest.raises(SubmissionError, match="minigrad/functions/elementary.py"):
        reading(tmp_path)
    put(tmp_path, "minigrad/core.py", SOURCE)
    assert reading(tmp_path).files == {"core.py": SOURCE}


@posix
def test_no_symbolic_link_is_followed(tmp_path):
    secret = put(tmp_path, "teacher/core.py", SECRET)
    put(tmp_path, "teacher/functions/elementary.py", SECRET)
    student = tmp_path / "student"
    put(student, "minigrad/functions/products.py", SOURCE)
    (student / "minigrad" / "core.py").symlink_to(secret)
    (student / "minigrad" / "functions" / "elementary.py").symlink_to("../../../teacher/core.py")
    result = reading(student)
    assert result.files == {"functions/products.py": SOURCE}
    assert result.notes == [("not-ordinary", {"path": f"minigrad/{name}"}) for name in ("functions/elementary.py", "core.py")]

    whole = tmp_path / "whole"
    whole.mkdir()
    (whole / "minigrad").symlink_to(tmp_path / "teacher")
    with pytest.raises(SubmissionError, match="No file with a task"):
        reading(whole)
    itself = tmp_path / "itself"
    itself.symlink_to(tmp_path / "teacher")
    with pytest.raises(SubmissionError, match="symbolic link"):
        reading(itself)


@posix
def test_a_pipe_does_not_stop_the_batch(tmp_path):
    (tmp_path / "minigrad").mkdir()
    os.mkfifo(tmp_path / "minigrad" / "core.py")
    assert keys(reading(tmp_path)) == ["not-ordinary"]


@posix
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_told(tmp_path):
    put(tmp_path, "minigrad/core.py", SOURCE).chmod(0)
    assert keys(reading(tmp_path)) == ["unreadable"]


def test_a_loop_of_folders_and_too_many_files_end(tmp_path, monkeypatch):
    monkeypatch.setattr(submissions, "LISTED", 50)
    for i in range(60):
        put(tmp_path, f"minigrad/{i}.py", "")
    with pytest.raises(SubmissionError, match="more than 50 files"):
        reading(tmp_path)
    deep = tmp_path / "deep"
    put(deep, "/".join(["d"] * 30) + "/minigrad/core.py", SECRET)
    with pytest.raises(SubmissionError, match="No file with a task"):
        reading(deep)


def test_a_large_file_a_binary_one_and_one_in_another_encoding(tmp_path):
    put(tmp_path, "minigrad/core.py", b"#" * (submissions.FILE_BYTES + 1))
    put(tmp_path, "minigrad/functions/elementary.py", bytes(range(256)) * 9)
    put(tmp_path, "minigrad/functions/products.py", "# -*- coding: cp949 -*-\r\nx = '역전파'\r\n".encode("cp949"))
    result = reading(tmp_path)
    assert result.files == {"functions/products.py": "# -*- coding: cp949 -*-\nx = '역전파'\n"}
    assert sorted(keys(result)) == ["large", "not-text"]
    put(tmp_path, "minigrad/core.py", b"\xef\xbb\xbf" + SOURCE.encode())
    assert reading(tmp_path).files["core.py"] == SOURCE
    for broken in (b"x = 1\0\n", "x = '한글'\n".encode("utf-16"), b"# coding: rubbish\n", "x = '한글'\n".encode("cp949")):
        put(tmp_path, "minigrad/core.py", broken)
        assert "core.py" not in reading(tmp_path).files


# ------------------------------------------------------------------------------------------------------------------------ zips
def test_zip_names_are_read_in_whatever_way_they_were_written(tmp_path):
    folder = "홍길동 과제"
    for raw in (folder, folder.encode("cp949"), folder.encode(), unicodedata.normalize("NFD", folder).encode()):
        name = raw + (b"/minigrad/core.py" if isinstance(raw, bytes) else "/minigrad/core.py")
        result = reading(zipped(tmp_path / "x.zip", {name: SOURCE}))
        assert result.files == {"core.py": SOURCE} and result.notes == [("below", {"folder": folder})], raw


def test_a_zip_from_windows_with_backslashes(tmp_path):
    assert reading(zipped(tmp_path / "x.zip", {b"hw\\minigrad\\core.py": SOURCE})).files == {"core.py": SOURCE}


@pytest.mark.parametrize("name", ["../minigrad/core.py", "/minigrad/core.py", "a/../../minigrad/core.py", "C:/minigrad/core.py",
                                  "C:minigrad/core.py", "..\\minigrad\\core.py"])
def test_zip_paths_that_climb_out_are_not_read(tmp_path, name):
    path = zipped(tmp_path / "x.zip", {name: SECRET, "minigrad/functions/products.py": SOURCE})
    before = sorted(tmp_path.rglob("*"))
    result = reading(path)
    assert result.files == {"functions/products.py": SOURCE} and result.notes[0] == ("climbs", {"count": 1})
    assert sorted(tmp_path.rglob("*")) == before
    with pytest.raises(SubmissionError, match="No file with a task"):
        reading(zipped(tmp_path / "x.zip", {name: SECRET}))


def test_a_symbolic_link_in_a_zip_is_not_a_file(tmp_path):
    link = zipfile.ZipInfo("minigrad/core.py")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    assert keys(reading(zipped(tmp_path / "x.zip", {link: "/etc/passwd"}))) == ["not-ordinary"]


def test_a_zip_bomb_is_not_unpacked(tmp_path):
    path = zipped(tmp_path / "x.zip", {"minigrad/core.py": b"0" * 300_000_000}, compresslevel=9)
    assert path.stat().st_size < 400_000
    import tracemalloc
    tracemalloc.start()
    try:
        assert keys(reading(path)) == ["large"]
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()


def test_a_zip_that_claims_a_small_size_is_not_believed(tmp_path):
    path = zipped(tmp_path / "x.zip", {"minigrad/core.py": b"#" * 3_000_000})
    data = path.read_bytes().replace(struct.pack("<L", 3_000_000), struct.pack("<L", 10))
    path.write_bytes(data)
    result = reading(path)
    assert result.files.get("core.py", "") == "#" * 10 or keys(result) in (["unreadable"], ["large"])


def test_damaged_encrypted_and_odd_zips_are_told(tmp_path):
    good = zipped(tmp_path / "x.zip", {"minigrad/core.py": SOURCE * 100}).read_bytes()
    bad = tmp_path / "bad.zip"
    for cut in (10, len(good) // 2, len(good) - 5):
        bad.write_bytes(good[:cut])
        with pytest.raises(SubmissionError):
            reading(bad)
    for at in range(0, len(good), 3):                               # whatever byte is changed, a sentence comes and no other error
        bad.write_bytes(good[:at] + bytes([good[at] ^ 0x55]) + good[at + 1:])
        try:
            reading(bad)
        except SubmissionError as error:
            assert all(sentence(error.note, lang) for lang in ("en", "ko"))
    with zipfile.ZipFile(bad, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("minigrad/core.py", SOURCE)
    assert keys(reading(bad)) == ["unreadable"]


def test_a_zip_within_the_folder_of_a_learning_platform(tmp_path):
    place = tmp_path / "홍길동_1234_assignsubmission_file"
    place.mkdir()
    zipped(place / "hw.zip", {"hw/minigrad/core.py": SOURCE})
    result = reading(place)
    assert result.files == {"core.py": SOURCE} and keys(result) == ["below", "inner"]


# ------------------------------------------------------------------------------------------------------------- git repositories
def git(folder, *arguments):
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "홍길동",
                   "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "홍길동", "GIT_COMMITTER_EMAIL": "a@b",
                   "GIT_AUTHOR_DATE": "2026-03-01T12:00:00Z", "GIT_COMMITTER_DATE": "2026-03-01T12:00:00Z"}
    return subprocess.run(["git", *arguments], cwd=folder, env=environment, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def repository(tmp_path):
    work = tmp_path / "work"
    put(work, "과제/minigrad/core.py", SOURCE)
    git(work, "init", "-b", "main")
    git(work, "add", ".")
    git(work, "commit", "-m", "homework")
    return work


def bare(repository):
    git(repository, "clone", "--bare", ".", "../bare.git")
    return repository.parent / "bare.git"


@pytest.mark.parametrize("packed", [False, True])
def test_a_bare_repository_is_read_at_its_head(repository, packed):
    place = bare(repository)
    if packed:
        git(place, "gc")
    result = reading(place)
    assert result.files == {"core.py": SOURCE} and keys(result) == ["below", "commit"]
    assert result.submitted == 1772366400.0                         # 2026-03-01T12:00:00Z
    git(place, "update-ref", "--no-deref", "HEAD", "HEAD")          # detached
    assert reading(place).files == {"core.py": SOURCE}


def test_a_working_tree_is_read_as_it_lies_there(repository):
    put(repository, "과제/minigrad/core.py", "x = 2\n")
    assert reading(repository).files == {"core.py": "x = 2\n"}
    (repository / "과제/minigrad/core.py").unlink()
    assert reading(repository).files == {"core.py": SOURCE}         # nothing was checked out: HEAD is read


@posix
def test_reading_a_repository_starts_nothing_of_the_students(repository, tmp_path):
    place = bare(repository)
    trap = tmp_path / "sprung"
    script = put(tmp_path, "trap.sh", f"#!/bin/sh\ntouch '{trap}'\nexit 0\n")
    script.chmod(0o755)
    for hook in ("post-checkout", "pre-commit", "post-index-change", "reference-transaction", "fsmonitor-watchman"):
        (place / "hooks" / hook).write_bytes(script.read_bytes())
        (place / "hooks" / hook).chmod(0o755)
    settings = [("core.fsmonitor", script), ("core.hooksPath", place / "hooks"), ("core.pager", script),
                ("core.sshCommand", script), ("core.alternateRefsCommand", script),
                ("diff.external", script), ("core.editor", script), ("gpg.program", script), ("log.showSignature", "true"),
                ("alias.ls-tree", f"!{script}"), ("filter.x.smudge", script), ("filter.x.clean", script),
                ("extensions.partialClone", "evil"), ("remote.evil.promisor", "true"), ("remote.evil.url", f"ext::{script}"),
                ("remote.evil.uploadpack", script), ("protocol.allow", "always"), ("protocol.ext.allow", "always")]
    for key, value in settings:
        git(place, "config", key, str(value))
    put(place, "info/attributes", "* filter=x diff=x\n")
    assert reading(place).files == {"core.py": SOURCE}
    blob = git(repository, "rev-parse", "HEAD:과제/minigrad/core.py").strip()
    (place / "objects" / blob[:2] / blob[2:]).unlink()              # now git would fetch it, by the student's means
    result = reading(place)
    assert not result.files and keys(result) == ["unreadable", "below", "commit"]
    assert not trap.exists()


def test_the_configuration_of_a_repository_is_not_even_read(repository):
    place = bare(repository)
    put(place, "config", "[[[ no git would start here")
    assert reading(place).files == {"core.py": SOURCE}


@posix
def test_a_link_in_a_commit_is_not_followed(tmp_path):
    work = tmp_path / "work"
    put(work, "minigrad/functions/products.py", SOURCE)
    (work / "minigrad/core.py").symlink_to("/etc/passwd")
    git(work, "init", "-b", "main")
    git(work, "add", ".")
    git(work, "commit", "-m", "link")
    result = reading(bare(work))
    assert result.files == {"functions/products.py": SOURCE} and "not-ordinary" in keys(result)


def test_a_repository_that_lists_more_than_can_be_read_ends(tmp_path):
    work = tmp_path / "work"
    work.mkdir()
    git(work, "init", "--bare", "-b", "main")

    def made(kind, content):
        return subprocess.run(["git", "hash-object", "-w", "-t", kind, "--stdin", "--literally"], cwd=work, input=content,
                              check=True, capture_output=True).stdout.strip().decode()
    tree, mode = made("blob", b"x"), b"100644"
    for _ in range(9):                                              # ten to the ninth files in ten objects
        tree = made("tree", b"".join(mode + b" f%d\0" % i + bytes.fromhex(tree) for i in range(10)))
        mode = b"40000"
    commit = git(work, "commit-tree", tree, "-m", "bomb").strip()
    git(work, "update-ref", "HEAD", commit)
    with pytest.raises(SubmissionError, match=r"more than \d+ files"):
        reading(work)


def test_broken_repositories_are_told(tmp_path):
    for i, head in enumerate(("", "ref: refs/heads/main\n", "ref: refs/../../../etc/passwd\n", "f" * 40, "rubbish")):
        place = tmp_path / str(i)
        for part in ("objects", "refs"):
            (place / part).mkdir(parents=True)
        put(place, "HEAD", head)
        with pytest.raises(SubmissionError, match="git repository cannot be read"):
            reading(place)


# ----------------------------------------------------------------------------------------------------------------- submissions
def test_every_entry_is_a_submission_with_a_name_of_its_own(tmp_path):
    put(tmp_path, "kim/minigrad/core.py", SOURCE)
    put(tmp_path, unicodedata.normalize("NFD", "홍길동") + "/minigrad/core.py", SOURCE)
    put(tmp_path, "essay.hwp", b"\xd0\xcf")
    put(tmp_path, ".DS_Store", b"")
    zipped(tmp_path / "kim.zip", {"minigrad/core.py": SOURCE})
    found = {submission.name: submission for submission in find(tmp_path)}
    assert sorted(found) == sorted(["kim", "kim (2)", "홍길동", "essay.hwp"])
    with pytest.raises(SubmissionError, match="neither a folder, nor a zip"):
        read(found["essay.hwp"], WANTED)
    assert all(read(found[name], WANTED).files == {"core.py": SOURCE} for name in ("kim", "kim (2)", "홍길동"))
    with pytest.raises(SubmissionError, match="no such folder"):
        find(tmp_path / "nowhere")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are always text")
def test_a_folder_named_in_code_page_949_is_called_what_it_was_meant_to(tmp_path):
    os.mkdir(os.fsencode(tmp_path) + b"/" + "홍길동 1".encode("cp949"))
    assert [submission.name for submission in find(tmp_path)] == ["홍길동 1"]


@pytest.mark.parametrize("name, fit", [
    ("index.html", "index.html_"), ("Grades.CSV", "Grades.CSV_"), ("con", "con_"), ("NUL.txt", "NUL.txt_"), ("a/b\\c", "a_b_c"),
    ("..", "_"), (" . ", "_"), ("x\n=1+1", "x_=1+1"), ("abc\u202egnp", "abc_gnp"), ("김 철수", "김 철수"), ("가" * 200, "가" * 60)])
def test_names_are_fit_for_folders(name, fit):
    assert fit_name(name) == fit


def test_the_digest_changes_with_each_file_and_note(tmp_path):
    put(tmp_path, "minigrad/core.py", SOURCE)
    first = reading(tmp_path)
    assert first.digest == reading(tmp_path).digest
    put(tmp_path, "minigrad/core.py", SOURCE + "#")
    second = reading(tmp_path)
    put(tmp_path, "minigrad/functions/products.py", b"\0")
    assert len({first.digest, second.digest, reading(tmp_path).digest}) == 3


def test_each_sentence_is_there_in_both_languages_with_the_same_values():
    from string import Formatter
    for key, text in submissions.SENTENCES.items():
        fields = [{name for _, name, _, _ in Formatter().parse(part) if name} for part in text]
        assert fields[0] == fields[1] and text.en != text.ko, key
