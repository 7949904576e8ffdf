"""The mutants that change nothing, each with its proof: (function, line before, line after): why no test can notice it."""

EQUIVALENT = {
    # ---- core.py
    ("levels", "levels = count(2) # 1 is for Variables made by hand", "levels = count(3) # 1 is for Variables made by hand"):
        "Levels are only compared, and 3 is above 1 as 2 is.",
    ("births", "births = count(0, -1) # calls are numbered 0, -1, -2, ...: a heap gives the smallest, the latest",
     "births = count(1, -1) # calls are numbered 0, -1, -2, ...: a heap gives the smallest, the latest"):
        "Births are only compared with one another, and with the 1 of a leaf: that no call may be above, and 1 is not.",
    ("Variable.__init__", "self.held, self.grad, self.creator, self.level, self.bound = data, None, None, 1, 1",
     "self.held, self.grad, self.creator, self.level, self.bound = data, None, None, 1, 2"):
        "The birth of a leaf has to be above those of all calls, which begin at 0: 2 is as 1 is.",
    ("box", "v.bound = 1", "v.bound = 2"):
        "The birth of a leaf has to be above those of all calls, which begin at 0: 2 is as 1 is.",
    ("Function.apply", "if type(v) is Variable and v.level > level:", "if type(v) is Variable and (v.level >= level):"):
        "Where both are equal, level is given the number that it has.",
    ("Function.apply", "if level <= forgotten: # no_grad() is on", "if (level < forgotten): # no_grad() is on"):
        "no_grad() takes a number of its own from levels, so no Variable has it.",
    ("Function.apply", "if len(inputs) == 1: # v is the only one: as below, but faster", "if False: # v is the only one: as below, but faster"):
        "The way for any number of inputs gives the same for one: it takes longer.",
    ("Function.apply", "needs, self.marks = kept or self.needs, None", "needs, self.marks = kept or self.needs, 0"):
        "Of marks it is only asked whether there are any, and 0 says no as None does.",
    ("sweep", "def sweep(sources, cotangents, watch=None):", "def sweep(sources, cotangents, watch=0):"):
        "Of watch it is only asked whether there is one, and 0 says no as None does.",
    ("sweep", "if type(s) is Variable and call is not None and s.bound < call.birth:",
     "if type(s) is Variable and call is not None and (s.bound <= call.birth):"):
        "Both numbers come from births, which gives each once; or bound is 1, above all of them.",
    ("spec", "def spec(x, call=None):", "def spec(x, call=0):"):
        "Of call it is only asked whether there is one, and 0 says no as None does.",
    ("result_spec", 'kind = getattr(y, "dtype", None)', 'kind = getattr(y, "dtype", 0)'):
        "Neither None nor 0 is in real, so what has no dtype is refused.",
    ("result_spec", "if kind not in real:", "if True:"):
        "check_real lets pass what is in real: this question only spares the making of its sentences.",
    ("unbroadcast", "if shape(gx) != to:", "if True:"):
        "What has the shape already is not changed by giving it that shape.",
    ("unbroadcast", "if kind is not float and dtype(gx) != kind:", "if (kind is not float):"):
        "What has the dtype already is not changed by giving it that dtype.",
    ("owned", 'elif id(g) in given or getattr(g, "base", None) is not None:', "elif True:"):
        "A copy that was not needed has the same numbers.",
    ("owned", 'elif id(g) in given or getattr(g, "base", None) is not None:', 'elif id(g) in given or getattr(g, "base", 0) is not None:'):
        "What has no base is copied without need, and the copy has the same numbers.",
    ("seed", "return array_namespace(x, gy).asarray(gy, dtype=x.dtype, copy=True)", "return array_namespace(x, gy).asarray(gy, copy=True)"):
        "The sweep gives each cotangent the dtype of its primal, the seed too.",
    ("switches", 'switches = ContextVar("switches", default=(0, "")) # levels up to this one are not recorded; what all calls keep ("xy": all)',
     'switches = ContextVar(\'switches_\', default=(0, "")) # levels up to this one are not recorded; what all calls keep ("xy": all)'):
        "The name of a ContextVar is for its repr alone.",
    ("keep_values", 'token = switches.set((switches.get()[0], "xy"))', "token = switches.set((switches.get()[0], 'xy_'))"):
        "It is only asked whether x and y are in it.",
    # ---- functions/
    ("Pow.backward.by_base", "base = where(equal(a, 0) & equal(b, 0), 1, a)", "base = where(equal(a, 0) & equal(b, 0), 2, a)"):
        "Where a = b = 0 the derivative is b * base ** (b - 1) = 0 for each base but 0; a second derivative does not exist there.",
    ("Hypot.backward", "g = gy / where(equal(self.output, 0), 1, self.output)", "g = gy / where(equal(self.output, 0), 2, self.output)"):
        "Where the length is 0, a and b are 0, and so are g * a and g * b for each finite g; a second derivative does not exist there.",
    ("norm", "return where(zero, 0, sqrt(where(zero, 1, squares)))", "return where(zero, 0, sqrt(where(zero, 2, squares)))"):
        "The outer where takes 0 wherever the inner one takes this number, and passes no cotangent to it.",
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
    ("Relu.forward", "if type(x) is Variable: # of a lower level", "if True: # of a lower level"):
        "Bare arrays too may be computed by the composition: it only takes longer.",
    ("largest", "return xp.where(xp.isfinite(m), m, 0)", "return xp.where(xp.isfinite(m), m, 1)"):
        "Any finite number will do to be subtracted from infinite ones and added again: it is 0 for plainness.",
    ("ScatterAdd.forward", "if is_basic(self.key): # no entry can be named twice", "if False: # no entry can be named twice"):
        "To add to zeros once for each entry is to assign: it only takes longer.",
    ("ScatterAdd.forward", 'elif hasattr(xp.add, "at"):', 'elif hasattr(xp.subtract, "at"):'):
        "NumPy's functions of two arrays all have at, and those of the standard none.",
    ("padded", "if span.step < 0:", "if (span.step <= 0):"):
        "No step is 0.",
    ("padded", "if span.step > 1: # zeros between: each entry becomes a row of length step",
     "if True: # zeros between: each entry becomes a row of length step"):
        "With a step of 1 a row has one entry, and no zeros come between.",
    ("padded", "if span.step > 1: # zeros between: each entry becomes a row of length step",
     "if (span.step >= 1): # zeros between: each entry becomes a row of length step"):
        "With a step of 1 a row has one entry, and no zeros come between.",
    ("einsum", "y, ys = sum_out(y, ys, later.union(xs))", "pass"):
        "What is not summed out of the second operand here is at the end: it takes longer.",
    ("padded", "if span.step < 0:", "if span.step < 1:"):
        "No step is 0.",
}
