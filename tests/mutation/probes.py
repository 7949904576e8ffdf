"""Which statements does a test run?  Before each of them, and in each lambda, a probe notes that it was passed."""
import ast

from .places import place


def add_probes(tree, notes):
    """Change a syntax tree into one that does the same and takes notes; returns where in the source each probe stands.

    notes  the name of a bytearray among the globals: probe number i sets its entry i to 1
    """
    places = []

    def probe(node, form):
        places.append(place(node))
        return ast.parse(form.format(notes=notes, i=len(places) - 1)).body[0]
    for node in list(ast.walk(tree)):
        if isinstance(node, ast.Lambda):
            pair = probe(node, "({notes}.__setitem__({i}, 1), 0)").value
            pair.elts[1] = node.body
            node.body = ast.Subscript(pair, ast.Constant(1), ast.Load())
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list) and not isinstance(node, (ast.Module, ast.ClassDef)):
                setattr(node, name, [part for statement in block for part in (probe(statement, "{notes}[{i}] = 1"), statement)])
    return places
