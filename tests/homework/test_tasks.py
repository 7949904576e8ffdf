"""The tasks are well described in both languages, and what asks about them is strong and gives nothing away."""
import ast
import re
from fractions import Fraction

import numpy as np
import pytest

import minigrad as mg
from minigrad.homework import reference
from minigrad.homework.grafting import find, is_blank
from minigrad.homework.probes import PROBES, cases, plain
from minigrad.homework.proving import find_answers
from minigrad.homework.tasks import load, parts
from minigrad.homework.variations import own_source

SEED = b"a seed for the tests"


def test_there_are_about_twenty_tasks_in_five_parts_in_order(tasks):
    assert 18 <= len(tasks) <= 24 and sum(task.points for task in tasks.values()) == 100
    numbers = [task.part for task in tasks.values()]
    assert numbers == sorted(numbers) and set(numbers) == set(parts()) == {1, 2, 3, 4, 5}
    assert all(task.points > 0 for task in tasks.values())


def test_every_task_names_a_function_that_the_reference_has_and_others_do_not_share(tasks, done):
    for task in tasks.values():
        assert not is_blank(done[task.path], task.qualname), task.name
        assert task.target == "minigrad." + task.path.removesuffix(".py").replace("/", ".") + "." + task.qualname
    assert len({task.target for task in tasks.values()}) == len(tasks)


def test_every_part_but_the_second_has_a_task_that_no_public_copy_answers(tasks):
    assert {task.part for task in tasks.values() if task.path == "own.py"} == {1, 3, 4, 5}


def test_every_task_is_told_in_both_languages_with_two_or_three_hints(tasks):
    for task in tasks.values():
        assert len(task.hints["ko"]) == len(task.hints["en"]) in (2, 3), task.name
        for lang in ("ko", "en"):
            texts = [task.title[lang], task.statement[lang], *task.hints[lang]]
            assert all(text.strip() == text and text for text in texts)
            assert all((lang == "ko") == bool(re.search("[가-힣]", text)) for text in texts[1:3]), task.name


def test_korean_keeps_one_kind_of_speech(tasks):
    for task in tasks.values():
        for text in (task.statement["ko"], *task.hints["ko"]):
            assert not re.search(r"(요|한다|된다|이다|하라|는다)[.?!](\s|$)", text), (task.name, text)


def test_what_is_written_in_lines_is_read_in_paragraphs(tasks):
    statement = tasks["sweep"].statement["en"]
    assert statement.count("\n- ") == 5 and statement.count("\n\n") == 2
    assert all(len(line) > 60 for line in statement.split("\n") if line.startswith("-"))


@pytest.mark.parametrize(("change", "message"), [
    (lambda text: text.replace('needs = ["square-forward"]', 'needs = ["own-step"]'), "square-backward needs own-step"),
    (lambda text: text.replace('needs = ["square-forward"]', 'needs = ["square"]'), "square-backward needs square"),
])
def test_a_need_that_does_not_come_before_is_refused(tmp_path, change, message):
    text = change((reference.PACKAGE / "homework" / "tasks.toml").read_text(encoding="utf-8"))
    (tmp_path / "tasks.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=message):
        load(tmp_path / "tasks.toml")


# ---- Probes

def test_every_task_has_a_probe_in_the_same_order(tasks):
    assert list(PROBES) == list(tasks)


@pytest.mark.parametrize("name", PROBES)
def test_a_probe_draws_numbers_from_its_seed_and_shows_them(name, own):
    def asked(seed):
        return [(case.inputs, plain(case.run())) for case in cases(name, mg, np, seed)]
    first, again, other = asked(SEED), asked(SEED), asked(b"another")
    assert len(first) >= 3 or name == "own-step"
    assert repr(first) == repr(again) and repr(first) != repr(other)
    assert all(np.isfinite(part["data"]).all() for _, answer in first for part in answer)
    for inputs, _ in first:
        for key, value in inputs.items():
            assert isinstance(value, str) or plain(value), key
        for key in {"f(x)", "code", "answer", "loss(p, x, labels)"} & inputs.keys():
            assert ast.parse(inputs[key])                  # it is in no human language


@pytest.mark.parametrize("name", PROBES)
def test_cotangents_are_never_ones_or_zeros(name, own):
    for case in cases(name, mg, np, SEED):
        for key in {"gy", "gx", "g"} & case.inputs.keys():
            values = np.asarray(case.inputs[key])
            assert not np.isin(values, (0.0, 1.0)).any() and np.unique(values).size == values.size


@pytest.mark.parametrize("name", PROBES)
def test_the_reference_agrees_with_the_witnesses_of_its_cases(name, own):
    asked = 0
    for case in cases(name, mg, np, SEED):
        answer = case.run()
        answers = answer if isinstance(answer, tuple) else (answer,)
        witnesses = case.witness if isinstance(case.witness, tuple) else (case.witness,)
        for value, witness in zip(answers, witnesses):
            if witness:
                args, i = list(witness.args), witness.index

                def y(x):
                    return np.sum(np.asarray(witness.f(*args[:i], x, *args[i + 1:])) * witness.gy)
                assert np.allclose(value, mg.numerical_grad(y, args[i]), rtol=1e-7, atol=1e-8)
                asked += 1
    assert asked or name in {"numerical-diff", "own-difference", "square-forward", "own-step"}


# ---- Variations

def test_every_secret_has_operations_of_its_own():
    texts = {own_source(b"%d" % i) for i in range(50)}
    assert len(texts) == 50 and own_source(b"1") == own_source(b"1")
    formulas = {re.search(r'"""y = (.*), element by element', text)[1] for text in texts}
    assert len(formulas) == 50 and len({re.search("A, B = .*", text)[0] for text in texts}) > 15


def close(a, b):
    return np.allclose(a, b, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("number", range(12))
def test_the_answers_to_what_is_drawn_are_right(number):
    with reference.with_own(b"secret %d" % number) as own:
        check_own(own, np.random.default_rng(number))


def check_own(own, rng):
    a, b, gy = rng.normal(size=(3, 4))
    call = own.Blend()
    call(mg.Variable(a), mg.Variable(b))
    by_a, by_b = call.backward(gy)
    assert close(by_a, mg.complex_step(lambda x: np.sum(own.Blend().forward(x, b) * gy), a))
    assert close(by_b, mg.complex_step(lambda x: np.sum(own.Blend().forward(a, x) * gy), b))
    x, gy = rng.normal(size=(2, 3)), rng.normal(size=2)
    call = own.Gather(1)
    call(mg.Variable(x))
    assert close(call.backward(gy), mg.complex_step(lambda x: np.sum(own.Gather(1).forward(x) * gy), x))
    h = Fraction(3, 7)
    assert own.difference(lambda x: 5 * x * x - 3 * x + 11, Fraction(2), h) == 17
    assert own.difference(lambda x: -x * x, Fraction(1), -h) == -2
    assert 0 not in (own.A, own.B) and len({own.A, own.B, -own.A}) == 3
    assert not is_blank(own_source(b"x"), "step") and find(own_source(b"x"), "Blend.backward")


def test_no_file_of_the_repository_answers_what_is_drawn(tasks, done):
    drawn = {name: task for name, task in tasks.items() if task.path == "own.py"}
    texts = {path.name: path.read_text(encoding="utf-8") for path in reference.PACKAGE.rglob("*.py")}
    assert {"variations.py", "core.py"} <= texts.keys() and not (reference.PACKAGE / "own.py").exists()
    del drawn["own-step"]                # what a step does its docstring says; which numbers are in it, no file
    assert find_answers(drawn, done, texts) == []
    assert len(find_answers(drawn, done, {"own.py": done["own.py"]})) >= 3


@pytest.mark.parametrize("body", [
    lambda self, gy: mg.vjp(lambda a, b: self.forward(a, b), *self.arrays)[1](gy),
    lambda self, gy: tuple(lambda i=i: mg.vjp(lambda x: mg.sin(x), self.arrays[i])[1](gy)[0] for i in range(2)),
    lambda self, gy: (gy * self.forward(self.arrays[0] + 1e-200j, self.arrays[1]).imag / 1e-200, gy),
])
def test_a_rule_of_ones_own_may_ask_neither_the_engine_nor_its_forward(own, monkeypatch, body):
    right = own.Blend.backward
    monkeypatch.setattr(own.Blend, "backward", body)
    case, *_ = cases("own-blend", mg, np, SEED)
    with pytest.raises(RuntimeError, match="a rule is a formula"):
        case.run()
    monkeypatch.setattr(own.Blend, "backward", right)
    assert len(case.run()) == 2 and mg.grad(lambda x: x * x)(3.0) == 6.0         # all is as it was


@pytest.mark.parametrize(("name", "owner", "body", "error"), [
    ("multiply-backward", mg.Multiply, lambda self, gy: [gy, gy], "returned 1 cotangents for 2 inputs"),
    ("divide-backward", mg.Divide, lambda self, gy: gy, "returned 1 cotangents for 2 inputs"),
    ("exp-backward", mg.Exp, lambda self, gy: gy.__imul__(2.0), "read-only"),
    ("sum-backward", mg.Sum, lambda self, gy: gy.__imul__(2.0), "read-only"),
])
def test_what_the_engine_would_refuse_and_what_changes_its_inputs_is_refused(monkeypatch, name, owner, body, error):
    monkeypatch.setattr(owner, "backward", body)
    with pytest.raises((TypeError, ValueError), match=error):
        for case in cases(name, mg, np, SEED):
            case.run()
