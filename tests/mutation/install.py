"""One mutant in the running process: what is already defined gets the changed code, so whoever imported it has it too."""
import ast
import gc
import sys
import types
import warnings

from .places import functions


class FailsAtImport(Exception):
    """The mutant cannot be imported, so pytest would not even collect the tests."""


class Installer:
    """Made before the first mutant: it finds which functions alive come from which place in the sources."""

    def __init__(self, sources):
        keys = {}
        for source in sources:
            keys |= {code: (source.module, *key) for key, code in codes(source.tree, sys.modules[source.module]).items()}
        self.alive = {}                  # {(module, unit, which of that name): the functions; of a factory there are many}
        for thing in gc.get_objects():
            if isinstance(thing, types.FunctionType) and thing.__code__ in keys:
                self.alive.setdefault(keys[thing.__code__], []).append(thing)

    def install(self, mutant):
        """There is no way back: do it in a process that ends."""
        module, tree = sys.modules[mutant.source.module], ast.parse(mutant.text)
        if mutant.home == "module":
            assign_again(module, next(node for node in tree.body if node.lineno <= mutant.line <= node.end_lineno))
        elif mutant.home == "class":
            of_class, _, name = mutant.unit.rpartition(".")
            setattr(getattr(module, of_class), name, ast.literal_eval(mutant.new))
        elif mutant.home == "defaults":
            arguments = functions(tree)[mutant.unit].args
            for function in self.alive[module.__name__, mutant.unit, 0]:
                function.__defaults__ = tuple(evaluate(node, module) for node in arguments.defaults)
                function.__kwdefaults__ = {a.arg: evaluate(d, module) for a, d in zip(arguments.kwonlyargs, arguments.kw_defaults) if d}
        else:
            self.exchange_code(module, tree)
            for statement in tree.body:  # what the function made when the module was imported, it makes again
                if isinstance(statement, ast.Assign) and mutant.unit in {n.id for n in ast.walk(statement.value) if isinstance(n, ast.Name)}:
                    assign_again(module, statement)

    def exchange_code(self, module, tree):
        for unit, node in functions(tree).items():         # a closure must go on naming all its variables
            for function in self.alive.get((module.__name__, unit, 0), []):
                node.body += [ast.parse(f"if 0: {name}").body[0] for name in function.__code__.co_freevars]
        for key, code in codes(ast.fix_missing_locations(tree), module).items():
            for function in self.alive.get((module.__name__, *key), []):
                if function.__code__ != code:
                    function.__code__ = code


def codes(tree, module):
    """{(unit, which of that name): code} for each function and lambda in a syntax tree."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # 'is' with a number, and the like: it is a mutant, after all
        waiting = [compile(tree, module.__file__, "exec", dont_inherit=True)]
    found, count = {}, {}
    while waiting:
        for code in waiting.pop(0).co_consts:
            if isinstance(code, types.CodeType):
                unit = code.co_qualname.replace(".<locals>", "")
                count[unit] = count.get(unit, -1) + 1
                found[unit, count[unit]] = code
                waiting.append(code)
    return found


def evaluate(node, module):
    return eval(compile(ast.Expression(node), module.__file__, "eval"), vars(module))


def assign_again(module, statement):
    """Execute an assignment of a module, and hand what it gives to every module that has the name from there."""
    changed = vars(module).copy()
    try:
        exec(compile(ast.Module([statement], []), module.__file__, "exec"), changed)
    except Exception as error:
        raise FailsAtImport from error
    for name in [node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]:
        old = vars(module)[name]
        for other in list(sys.modules.values()):
            if getattr(other, "__dict__", {}).get(name) is old:
                setattr(other, name, changed[name])
