"""The mutants that change nothing, each with its proof: (function, line before, line after): why no test can notice it."""

EQUIVALENT = {
    ("Pow.backward.by_base", "base = where(equal(a, 0) & equal(b, 0), 1, a)", "base = where(equal(a, 0) & equal(b, 0), 2, a)"):
        "Where a = b = 0 the derivative is b * base ** (b - 1) = 0 for each base but 0; a second derivative does not exist there.",
    ("Hypot.backward", "g = gy / where(equal(self.output, 0), 1, self.output)", "g = gy / where(equal(self.output, 0), 2, self.output)"):
        "Where the length is 0, a and b are 0, and so are g * a and g * b for each finite g; a second derivative does not exist there.",
    ("array_namespace", "return max(array_namespace(x), *map(array_namespace, others), key=precedence)",
     "return max(*map(array_namespace, others), array_namespace(x), key=precedence)"):
        "The order would count between two namespaces of one precedence, such as JAX's and another library's: these refuse one another.",
    ("precedence", 'return {"minigrad.scalars": 0, "numpy": 1, "minigrad": 3}.get(namespace.__name__, 2)',
     'return {"minigrad.scalars": 0, "numpy": 1, "minigrad": 4}.get(namespace.__name__, 2)'):
        "The numbers are only compared, and 4 is above 2 as 3 is.",
    ("norm", "return where(zero, 0, sqrt(where(zero, 1, squares)))", "return where(zero, 0, sqrt(where(zero, 2, squares)))"):
        "The outer where takes 0 wherever the inner one takes this number, and passes no cotangent to it.",
    ("largest", "return where(isfinite(m), m, 0)", "return where(isfinite(m), m, 1)"):
        "Any finite number will do to be subtracted from infinite ones and added again: it is 0 for plainness.",
    ("products_before", "while n < x.shape[-1]:", "while (n <= x.shape[-1]):"):
        "In one round more, n is the length: p[..., :n] is all of p, and there is nothing in p[..., n:].",
    ("var", "return sum(square(x - mean(x, axis, keepdims=True)), axis, keepdims=keepdims) / (count(x, axis) - correction)",
     "return sum(square((mean(x, axis, keepdims=True) - x)), axis, keepdims=keepdims) / (count(x, axis) - correction)"):
        "The square of -d is that of d, to the last bit, and so are all its derivatives by x.",
    ("tile", "axes = max(len(n), len(times))", "axes = max(len(times), len(n))"):
        "The larger of two whole numbers does not depend on their order.",
    ("tile", "return reshape(broadcast_to(reshape(x, tuple(apart)), tuple(wide)), tuple(t * m for t, m in zip(times, n)))",
     "return reshape(broadcast_to(reshape(x, tuple(apart)), tuple(wide)), tuple(t * m for t, m in zip(n, times)))"):
        "t * m is m * t.",
    ("maximum", "def maximum(a, b): return a if a >= b or a != a else b", "def maximum(a, b): return a if (a > b) or a != a else b"):
        "Where a == b either is the answer, but for the sign of a zero, which neither NumPy nor the standard settles.",
    ("minimum", "def minimum(a, b): return a if a <= b or a != a else b", "def minimum(a, b): return a if (a < b) or a != a else b"):
        "Where a == b either is the answer, but for the sign of a zero, which neither NumPy nor the standard settles.",
    ("logaddexp", "return a + log(2) if a == b else maximum(a, b) + log1p(exp(-abs(a - b)))",
     "return a + log(2) if a == b else maximum(a, b) + log1p(exp(-abs((b - a))))"):
        "The distance of a from b is that of b from a, to the last bit.",
    ("ArrayLike.__getattr__", "if callable(getattr(minigrad, name, None)):", "if callable(getattr(minigrad, name, 0)):"):
        "Neither None nor 0 can be called.",
}
