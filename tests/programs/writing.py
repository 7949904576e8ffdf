"""A program as Python."""
import re

import jax
import numpy as np
from jax import numpy as jnp

from minigrad.checking import table

from .sketch import literal


def jax_name(name):
    """How JAX's twin of a function is written."""
    twin = table[name].twin(jax)
    for module, text in (jnp, "jnp"), (jnp.linalg, "jnp.linalg"), (jax.nn, "jax.nn"), (jax.lax, "jax.lax"):
        if getattr(module, name, None) is twin:
            return f"{text}.{name}"
    return f'twin("{name}")'


def source(program):
    """The program and its leaves x as Python: by_minigrad(*x), by_jax(*x), and v, in whose direction the second order is taken."""
    def function(name, text=lambda line: line):
        lines = [*program.lines, f"return {program.result}"]
        return "\n".join([f"def {name}({', '.join(program.leaves)}):", *[f"    {text(line)}" for line in lines]])

    def with_jax(line):
        return re.sub(r"\bmg\.(\w+)", lambda match: jax_name(match[1]), line)
    random = np.random.default_rng(len(program.lines))
    directions = [direction_like(eval(text, {"np": np}), random) for text in program.leaves.values()]
    text = "\n\n\n".join([
        "\n".join(["import jax", "import numpy as np", "from jax import numpy as jnp", "", "import minigrad as mg"]),
        function("by_minigrad"), function("by_jax", with_jax),
        "\n".join([f"x = [{', '.join(program.leaves.values())}]", f"v = [{', '.join(directions)}]"])]) + "\n"
    if "twin(" in text:
        text = text.replace("import minigrad as mg\n", "import minigrad as mg\nfrom minigrad.checking import table\n\n\n"
                            "def twin(name):\n    return table[name].twin(jax)\n", 1)
    return text


def direction_like(x, random):
    v = np.round(random.uniform(0.3, 1, np.shape(x)) * random.choice([-1, 1], np.shape(x)), 2)
    return repr(float(v)) if isinstance(x, float) else literal(v)
