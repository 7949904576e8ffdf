"""The site cut down to three pages, on which faults are planted: its machine is the real one, and nothing on it needs JAX."""
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
MACHINE = ["mkdocs.yml", "docs/en.yml", "docs/hooks.py", "docs/overrides", "docs/figures/__init__.py"]
NAV = "nav:\n  - index.md\n  - page.md\n  - glossary.md\n"

INDEX = {"ko": ("작은 사이트", "한국어로 쓴 설명입니다.", "[페이지](page.md#values)를 읽습니다."),
         "en": ("A small site", "A description in English.", "Read [the page](page.md#values).")}
PAGE = {"ko": ("페이지", "블록과 값이 있는 페이지입니다.", "{value}이고, [연쇄 법칙](glossary.md#chain-rule)을 씁니다.", "말"),
        "en": ("A page", "A page with blocks and values.", "It is {value}, by the [chain rule](glossary.md#chain-rule).", "word")}
GLOSSARY = {"ko": ("용어집", "용어를 모았습니다.", "연쇄 법칙"), "en": ("Glossary", "The terms of this site.", "Chain rule")}


def texts(lang):
    """{file: text} of the three pages in a language."""
    def page(name, title, description, rest):
        return f"---\ntitle: {title}\ndescription: {description}\n---\n# {title} {{#{name}}}\n\n{rest}\n"
    title, description, sentence = INDEX[lang]
    index = page("small", title, description, sentence)
    title, description, sentence, word = PAGE[lang]
    body = f"""\
<!-- symbols: x=c1 y=c4 -->

$$\\frac{{d\\textcolor{{c4}}{{y}}}}{{d\\textcolor{{c1}}{{x}}}} = 2\\textcolor{{c1}}{{x}} \\quad \\text{{{word}}}$$

## {title} 1 {{#values}}

```python run
import minigrad as mg

x = mg.Variable(3.0, "x")      # {word}
y = mg.square(x)
y.backward()
print(x.grad)
```

```python run hide
import figures

assert x.grad == 6
figures.graph(y, {{"x": "c1"}}, alt="x의 제곱 ¦ the square of x")
```

{sentence.format(value='{= f"{x.grad:.1f}" =}')} $x = 3$**.**{{#a-term}}

::: source minigrad.core.Function.__call__
"""
    title_, description_, term = GLOSSARY[lang]
    glossary = page("glossary", title_, description_, f"## {term} {{#chain-rule}}\n\n$y = f(x)$.")
    return {"index.md": index, "page.md": page("page", title, description, body), "glossary.md": glossary}


def write(folder):
    """The small site in this folder."""
    for name in MACHINE:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if (PROJECT / name).is_dir():
            shutil.copytree(PROJECT / name, target)
        else:
            shutil.copy(PROJECT / name, target)
    for name in MACHINE[:2]:
        whole = (folder / name).read_text(encoding="utf-8")
        cut, times = re.subn(r"(?m)^nav:\n(?:(?: .*)?\n)*?(?=\S)", NAV + "\n", whole)
        assert times == 1, f"{name} has no nav to cut down"
        (folder / name).write_text(cut, encoding="utf-8")
    (folder / "minigrad").mkdir()          # mkdocs.yml watches it; the package that runs is the installed one
    for lang in INDEX:
        for name, text in texts(lang).items():
            file = folder / "docs" / lang / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")


def build(project, to, config="mkdocs.yml", **environment):
    """Run mkdocs build as a reader does, strictly, and give what came of it."""
    return subprocess.run([sys.executable, "-m", "mkdocs", "build", "--strict", "-f", config, "-d", str(to)], cwd=project,
                          capture_output=True, text=True, encoding="utf-8", timeout=600,
                          env={**os.environ, "NO_MKDOCS_2_WARNING": "1", **environment})
