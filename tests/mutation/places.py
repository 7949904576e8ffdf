"""The places in a source file where something can be changed, and the changes that are made there: each one a mutant.

What is for human readers is left alone: error messages, docstrings, annotations.
"""
import ast
from dataclasses import dataclass
from functools import cached_property

OTHER_OPERATOR = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
    ast.Pow: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd}
WITH_THE_BOUND = {ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt}
OPPOSITE = {ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In}
ORDERED = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)               # a - b is not b - a

PAIRS = """mean sum, sin cos, sinh cosh, asin acos, asinh acosh, atan atanh, exp expm1, log log1p, log2 log10, max min, maximum minimum,
max_ min_, argmax argmin, sum prod, tril triu, greater less, greater_equal less_equal, equal not_equal, eq ne, lt gt, le ge, all any,
floor ceil, isinf isnan, zeros_like ones_like, add subtract, multiply divide, logical_and logical_or, a b"""
OTHER_NAME = {one: other for pair in PAIRS.split(",") for one, other in (pair.split(), pair.split()[::-1])}

SAME_EITHER_WAY = {"array_namespace", "add", "multiply", "maximum", "minimum", "max_", "min_", "equal", "not_equal", "hypot", "logaddexp",
                   "mismatch"}
ASKING = {"isinstance", "hasattr", "getattr", "setattr", "super"}                       # of these the first argument is the one to change
SKIPPED = set("""reshape permute_dims expand_dims squeeze broadcast_to flip sum kept astype cast unbroadcast fit bare lowered copied
seed largest""".split())                 # f(x) is an array that could be taken for x


@dataclass(frozen=True)
class Mutant:
    """A source with the bytes from start to end replaced by new."""
    source: "Source"
    unit: str                            # the function it is in, as Exp.backward
    home: str                            # where in it: "body", "defaults"; "class" or "module" for what runs at import
    start: int
    end: int
    new: str
    kind: str
    needed: tuple[tuple, tuple]          # from the first to the last: a test notices nothing unless it runs a statement, or lambda, there

    @property
    def text(self):
        data = self.source.data
        return (data[:self.start] + self.new.encode() + data[self.end:]).decode()

    @property
    def line(self):
        return self.source.data.count(b"\n", 0, self.start) + 1

    @property
    def diff(self):
        """(before, after): the lines that change, each as one."""
        data, new = self.source.data, self.new.encode()
        first, last = data.rfind(b"\n", 0, self.start) + 1, data.find(b"\n", self.end)
        last = len(data) if last < 0 else last
        return tuple(" ".join(text.decode().split()) for text in (data[first:last], data[first:self.start] + new + data[self.end:last]))


@dataclass(frozen=True)
class Source:
    """A module and its text."""
    module: str
    path: str
    data: bytes

    @cached_property
    def tree(self):
        return ast.parse(self.data)

    @cached_property
    def mutants(self):
        return Walk(self).mutants

    @cached_property
    def units(self):
        """The names of all functions, lambdas apart: they belong to the function, or to the name in a class, that they are in."""
        return functions(self.tree)


def functions(node, prefix=""):
    """{the name of each function in node, as Exp.backward: its syntax tree}"""
    found = {}
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.ClassDef)):
            if isinstance(child, ast.FunctionDef):
                found[prefix + child.name] = child
            found |= functions(child, f"{prefix}{child.name}.")
        elif isinstance(child, ast.stmt):
            found |= functions(child, prefix)
    return found


def place(node):
    return node.lineno, node.col_offset


EVERYTHING = (0, 0), (1 << 30, 0)


class Walk:
    """Goes through a source and notes the mutants on the way."""

    def __init__(self, source):
        self.source, self.mutants = source, []
        self.lines = [0]
        for line in source.data.splitlines(keepends=True):
            self.lines.append(self.lines[-1] + len(line))
        self.unit, self.home, self.names, self.in_backward = "", "module", set(), False
        self.needed = EVERYTHING
        self.at_import = {n.id for node in source.tree.body if isinstance(node, ast.Assign) for n in ast.walk(node.value) if isinstance(n, ast.Name)}
        self.block(source.tree.body)

    def change(self, node, new, kind):
        """Note that node may be replaced by another node, or a statement by text."""
        if isinstance(new, ast.AST):
            new = ast.fix_missing_locations(new)
            text = ast.unparse(new)
            if text == ast.unparse(node):
                return
            if isinstance(new, ast.expr) and not isinstance(new, (ast.Name, ast.Constant, ast.Call, ast.Attribute, ast.Tuple, ast.Slice)):
                text = f"({text})"
            if isinstance(new, ast.Tuple) and any(isinstance(part, ast.Slice) for part in new.elts):
                text = text[1:-1]        # an index, x[1:, 0], which is written without parentheses
        else:
            text = new
        start, end = self.lines[node.lineno - 1] + node.col_offset, self.lines[node.end_lineno - 1] + node.end_col_offset
        mutant = Mutant(self.source, self.unit, self.home, start, end, text, kind, self.needed)
        if not any((m.start, m.end, m.new) == (start, end, text) for m in self.mutants[-40:]):
            self.mutants.append(mutant)

    # ---- Statements

    def block(self, statements, bound=frozenset()):
        """bound: the names that have a value before."""
        bound = set(bound)
        for statement in statements:
            self.statement(statement, bound)
            bound |= {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}

    def statement(self, node, bound):
        self.needed = EVERYTHING if self.unit in self.at_import else (place(node), place(node))
        match node:
            case ast.ClassDef():
                self.inside(node, f"{self.unit}.{node.name}".lstrip("."), "class")
            case ast.FunctionDef():
                self.function(node, bound)
            case _ if self.home == "class":
                self.in_class(node)
            case _ if self.home == "module":
                self.in_module(node)
            case ast.Expr(value=ast.Constant()):
                pass                     # a docstring
            case ast.Expr():
                self.change(node, "pass", "statement deleted")
                self.parts(node.value)
            case ast.Return():
                before = len(self.mutants)
                if node.value is not None:
                    if self.in_backward:
                        self.cotangents(node.value)
                    self.expression(node.value)
                if len(self.mutants) == before:              # return x: there is nothing else to change in it
                    self.change(node, "pass", "statement deleted")
            case ast.Assign():
                stored = {n.id if isinstance(n, ast.Name) else None for t in node.targets for n in ast.walk(t)
                          if isinstance(n, (ast.Name, ast.Attribute, ast.Subscript)) and isinstance(n.ctx, ast.Store)}
                if stored <= bound | {None}:
                    self.change(node, "pass", "statement deleted")
                self.expression(node.value)
            case ast.AugAssign():
                self.change(node, "pass", "statement deleted")
                self.change(node, ast.Assign([node.target], node.value), "= for an operator with =")
                if type(node.op) in OTHER_OPERATOR:
                    self.change(node, ast.AugAssign(node.target, OTHER_OPERATOR[type(node.op)](), node.value), "operator")
                self.expression(node.value)
            case ast.If() | ast.While():
                raises = len(node.body) == 1 and isinstance(node.body[0], ast.Raise)
                self.condition(node.test, (False,) if raises or isinstance(node, ast.While) else (True, False))
                self.block([] if raises else node.body, bound)
                self.block(node.orelse, bound)
            case ast.For():
                self.expression(node.iter)
                self.block(node.body, bound | {n.id for n in ast.walk(node.target) if isinstance(n, ast.Name)})
            case ast.With():
                for item in node.items:
                    self.expression(item.context_expr)
                self.block(node.body, bound)
            case ast.Try():
                for body in (node.body, *[h.body for h in node.handlers], node.orelse, node.finalbody):
                    self.block(body, bound)
            case ast.Raise() | ast.Break() | ast.Continue() | ast.Delete():
                self.change(node, "pass", "statement deleted")
            case ast.Pass() | ast.Import() | ast.ImportFrom() | ast.Nonlocal() | ast.Global():
                pass
            case _:
                raise NotImplementedError(f"{self.source.path}:{node.lineno}: the gate knows no statement {type(node).__name__}; teach it")

    def inside(self, node, unit, home, bound=frozenset(), **context):
        """The statements of a class or function."""
        if home == "class":
            self.of_class = (node.lineno, 0), (node.end_lineno + 1, 0)
        before = vars(self).copy()
        vars(self).update(unit=unit, home=home, **context)
        self.block(node.body, bound)
        for name in ("unit", "home", "names", "in_backward"):
            setattr(self, name, before[name])

    def function(self, node, bound):
        unit, arguments = f"{self.unit}.{node.name}".lstrip("."), node.args
        before = self.unit, self.home
        self.unit, self.home = unit, "defaults" if self.home in ("class", "module") else "body"
        self.needed = place(node.body[0]), place(node.body[-1])
        for default in filter(None, arguments.defaults + arguments.kw_defaults):
            self.expression(default)
        self.unit, self.home = before
        names = {a.arg for a in ast.walk(arguments) if isinstance(a, ast.arg)}
        self.inside(node, unit, "body", bound | names, names=self.names | names | {n.id for n in ast.walk(node) if isinstance(n, ast.Name)},
                    in_backward=self.in_backward or node.name == "backward")

    def in_class(self, node):
        """Of a class itself: which arrays its rule keeps, and the lambdas."""
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
            return
        unit, name = self.unit, node.targets[0].id
        self.unit = f"{unit}.{name}"
        if name == "needs":
            self.needed = self.of_class
            for other in {"": ["x", "y"], "x": ["", "xy"], "y": ["", "xy"], "xy": ["x", "y"]}[node.value.value]:
                self.change(node.value, ast.Constant(other), "constant")
        else:
            self.home = "body"
            for lambda_ in ast.walk(node.value):
                if isinstance(lambda_, ast.Lambda):
                    self.expression(lambda_)
            self.home = "class"
        self.unit = unit

    def in_module(self, node):
        """Of a module itself: the values it gives to names."""
        if isinstance(node, ast.Assign) and not ast.unparse(node.targets[0]).startswith("__"):
            self.unit, self.needed = ast.unparse(node.targets[0]).strip("()"), EVERYTHING
            self.expression(node.value)
            self.unit = ""

    def cotangents(self, value):
        """backward returns gy alone for one of the inputs, or the cotangents of two exchanged."""
        gs = value.elts if isinstance(value, ast.Tuple) else [value]
        for g in gs:
            self.change(g.body if isinstance(g, ast.Lambda) else g, ast.Name("gy"), "gy alone")
        for i in range(len(gs) - 1):
            self.change(value, ast.Tuple([*gs[:i], gs[i + 1], gs[i], *gs[i + 2:]], ast.Load()), "cotangents exchanged")

    # ---- Expressions

    def condition(self, node, values=(True, False)):
        """Its outcome decides; a change that would be noticed wherever another one is, is left out."""
        match node:
            case ast.Constant():
                return
            case ast.BoolOp(op=op):
                values = [value for value in values if value is isinstance(op, ast.Or)]
        for value in values:
            self.change(node, ast.Constant(value), "condition")
        self.decided(node)

    def decided(self, node):
        """An expression of which only the truth is asked."""
        match node:
            case ast.BoolOp(op=op, values=values):
                for i, value in enumerate(values):
                    rest = values[:i] + values[i + 1:]
                    self.change(node, rest[0] if len(rest) == 1 else ast.BoolOp(op, rest), "term dropped")
                    self.decided(value)
            case ast.UnaryOp(op=ast.Not(), operand=x):
                self.decided(x)
            case ast.Compare():
                self.boundaries(node)
                self.parts(node)
            case _:
                self.expression(node)

    def boundaries(self, node):
        for i, op in enumerate(node.ops):
            if type(op) in WITH_THE_BOUND:
                self.change(node, ast.Compare(node.left, [*node.ops[:i], WITH_THE_BOUND[type(op)](), *node.ops[i + 1:]], node.comparators), "boundary")

    def expression(self, node):
        if isinstance(node, ast.BoolOp):
            return self.decided(node)
        for new, kind in changes(node, self.names, self.in_backward):
            self.change(node, new, kind)
        if isinstance(node, ast.Compare):
            self.boundaries(node)
        self.parts(node)

    def parts(self, node):
        """What an expression is made of."""
        match node:
            case ast.JoinedStr():
                pass                     # words for a reader
            case ast.UnaryOp() if is_negative(node):
                pass                     # -1 is one number, and has been changed as such
            case ast.IfExp():
                self.condition(node.test)
                self.expression(node.body)
                self.expression(node.orelse)
            case ast.Compare():
                self.expression(node.left)
                for op, side in zip(node.ops, node.comparators):
                    if not isinstance(op, (ast.Is, ast.IsNot)):
                        self.parts(side) if isinstance(side, ast.Tuple) else self.expression(side)       # in (a, b): the order is nothing
            case ast.Call(func=ast.Name(id="slice")):          # None is 0 there
                for argument in node.args:
                    if ast.unparse(argument) != "None":
                        self.expression(argument)
            case ast.Call(func=ast.Name(id=name)) if name in ASKING:
                for argument in node.args[:1] + node.args[2:]:
                    self.expression(argument)
                if name != "isinstance" and node.args[1:]:
                    self.expression(node.args[1])
            case ast.Lambda():
                for default in node.args.defaults:
                    self.expression(default)
                before = self.names, self.needed
                self.names, self.needed = self.names | {a.arg for a in node.args.args}, (place(node), place(node))
                self.expression(node.body)
                self.names, self.needed = before
            case ast.ListComp() | ast.SetComp() | ast.GeneratorExp() | ast.DictComp():
                for generator in node.generators:
                    self.expression(generator.iter)
                    for test in generator.ifs:
                        self.condition(test)
                for part in (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,):
                    self.expression(part)
            case _:
                for child in ast.iter_child_nodes(node):
                    if isinstance(child, ast.keyword):
                        child = child.value
                    if isinstance(child, ast.expr):
                        self.expression(child)


def changes(node, names, in_backward):
    """(another expression, what was done) for each change at this very place; names are those that mean something here."""
    match node:
        case ast.BinOp(left=a, op=op, right=b):
            if type(op) in OTHER_OPERATOR:
                yield ast.BinOp(a, OTHER_OPERATOR[type(op)](), b), "operator"
                yield a, "term dropped"
            if isinstance(op, ORDERED):
                yield ast.BinOp(b, op, a), "operands exchanged"
            else:
                yield b, "term dropped"
        case ast.UnaryOp() if is_negative(node):
            yield ast.Constant(1 - node.operand.value), "constant"
        case ast.UnaryOp(op=ast.USub() | ast.Not(), operand=x):
            yield x, "sign dropped"
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            for i, op in enumerate(ops):
                if type(op) in OPPOSITE:
                    yield ast.Compare(left, [*ops[:i], OPPOSITE[type(op)](), *ops[i + 1:]], comparators), "comparison"
        case ast.Constant(value=value):
            yield from ((ast.Constant(other), "constant") for other in other_constants(value))
        case ast.Name(id=name) if name in OTHER_NAME and (OTHER_NAME[name] in names and in_backward if name in ("a", "b") else True):
            yield ast.Name(OTHER_NAME[name]), "name"
        case ast.Attribute(value=x, attr=name):
            if name in OTHER_NAME:
                yield ast.Attribute(x, OTHER_NAME[name]), "name"
            if name in ("T", "mT"):
                yield x, "transpose dropped"
        case ast.Call():
            yield from calls(node)
        case ast.Slice(lower=lower, upper=upper, step=step):
            for kept in {(None, upper, step), (lower, None, step), (lower, upper, None)}:
                yield ast.Slice(*kept), "bound dropped"


def is_negative(node):
    return isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant)


def calls(node):
    f, args, keywords = node.func, node.args, node.keywords
    name = getattr(f, "id", getattr(f, "attr", ""))
    if name not in ASKING | SAME_EITHER_WAY:
        for i in range(len(args) - 1):
            yield ast.Call(f, [*args[:i], args[i + 1], args[i], *args[i + 2:]], keywords), "arguments exchanged"
    for i, keyword in enumerate(keywords):
        if keyword.arg != "doc":
            yield ast.Call(f, args, keywords[:i] + keywords[i + 1:]), "argument left out"
        if keyword.arg == "axis" and not isinstance(keyword.value, ast.Constant):
            yield ast.Call(f, args, [*keywords[:i], ast.keyword("axis", ast.Constant(0)), *keywords[i + 1:]]), "axis"
    if name in SKIPPED and args and not isinstance(args[0], (ast.Starred, ast.GeneratorExp)):
        yield args[0], "call dropped"


def other_constants(value):
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1]
    if isinstance(value, (float, complex)):
        return [2 * value or 1.0]
    if value is None:
        return [0]
    if isinstance(value, str) and value.isidentifier():
        return [OTHER_NAME.get(value, value + "_")]
    return []
