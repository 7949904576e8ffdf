"""Gradients of whole networks: minigrad beside backpropagation written by hand in NumPy, and beside its peers.

The hand-written one is what a person would write who knows the answer: the cotangent of softmax and cross-entropy together is
p - y, and what the forward pass computed is used again.  That is the limit.  For the perceptrons the same graph as minigrad's,
call by call, is written by hand too ("unfused"): what lies between the two is the price of composing, and what lies above is
minigrad's own.
"""
import math

import numpy as np

# ---- Perceptrons: tanh between the layers, softmax and cross-entropy behind them

SHAPES = {                               # (layers, batch, dtype); a softmax of one class would be constant, so tiny has two
    "tiny": ((2, 16, 16, 2), 32, np.float64),
    "mid": ((784, 256, 128, 10), 64, np.float64),
    "large": ((784, 512, 256, 10), 512, np.float32),
}


def perceptron(layers, batch, dtype):
    """(parameters, data): weights and biases by turns; the inputs, and the class of each."""
    random = np.random.default_rng(sum(layers))
    parameters = []
    for n, m in zip(layers, layers[1:]):
        parameters += [random.normal(size=(n, m), scale=1 / math.sqrt(n)).astype(dtype), random.normal(size=m, scale=0.1).astype(dtype)]
    return parameters, (random.normal(size=(batch, layers[0])).astype(dtype), random.integers(0, layers[-1], batch))


def perceptron_loss(of, parameters, x, labels):
    for w, b in zip(parameters[:-2:2], parameters[1:-2:2]):
        x = of.tanh(of.linear(x, w, b))
    return of.cross_entropy(of.linear(x, parameters[-2], parameters[-1]), labels)


def perceptron_by_hand(parameters, x, labels):
    weights, biases = parameters[::2], parameters[1::2]
    places = np.arange(len(labels)), labels

    def run():
        h = [x]
        for w, b in zip(weights[:-1], biases):
            h.append(np.tanh(h[-1] @ w + b))
        z = h[-1] @ weights[-1] + biases[-1]
        p = np.exp(z - z.max(-1, keepdims=True))
        p /= p.sum(-1, keepdims=True)
        loss = -np.log(p[places]).mean()
        p[places] -= 1                   # p - y
        g, gradients = p / len(labels), []
        for k in range(len(weights) - 1, -1, -1):
            gradients[:0] = [h[k].T @ g, g.sum(0)]
            if k:
                g = (g @ weights[k].T) * (1 - h[k] * h[k])
        assert loss > 0
        return gradients
    return run


def perceptron_unfused(parameters, x, labels):
    """The calls that minigrad records, and what their rules do, one by one."""
    weights, biases = parameters[::2], parameters[1::2]
    places = np.arange(len(labels)), labels

    def run():
        h = [x]
        for w, b in zip(weights[:-1], biases):
            products = h[-1] @ w
            sums = products + b
            h.append(np.tanh(sums))
        products = h[-1] @ weights[-1]
        z = products + biases[-1]
        shifted = z - z.max(-1, keepdims=True)
        e = np.exp(shifted)
        s = e.sum(-1)
        logs = np.log(s)
        picked = shifted[places]
        losses = logs - picked
        loss = losses.sum() / len(labels)
        g_losses = np.broadcast_to(1.0 / len(labels), losses.shape)
        g_s = g_losses / s
        g = np.broadcast_to(g_s[:, None], e.shape) * e
        g_picked = np.zeros_like(z)
        np.add.at(g_picked, places, -g_losses)
        g, gradients = g + g_picked, []
        for k in range(len(weights) - 1, -1, -1):
            gradients[:0] = [h[k].T @ g, g.sum(0)]
            if k:
                g = g @ weights[k].T
                g = g * (1 - h[k] * h[k])
        assert loss > 0
        return [g.astype(p.dtype, copy=False) for g, p in zip(gradients, parameters)]
    return run


# ---- A transformer block: causal attention of four heads and a perceptron, each behind a layer norm

BATCH, LENGTH, WIDTH, HEADS, EPSILON = 8, 64, 128, 4, 1e-5
MASK = np.tri(LENGTH, dtype=bool)
SCALE = 1 / math.sqrt(WIDTH // HEADS)


def block():
    """(parameters, data) of the block."""
    random = np.random.default_rng(0)
    draw = lambda *shape: random.normal(size=shape, scale=1 / math.sqrt(shape[0])).astype(np.float32)
    parameters = [draw(WIDTH, WIDTH), draw(WIDTH, WIDTH), draw(WIDTH, WIDTH), draw(WIDTH, WIDTH), draw(WIDTH, 4 * WIDTH), draw(4 * WIDTH),
                  draw(4 * WIDTH, WIDTH), draw(WIDTH), 1 + draw(WIDTH), draw(WIDTH), 1 + draw(WIDTH), draw(WIDTH)]
    return parameters, (10 * draw(BATCH, LENGTH, WIDTH), 10 * draw(BATCH, LENGTH, WIDTH), MASK, np.array(-1e9, dtype=np.float32))


def block_loss(of, parameters, x, target, mask, minus):
    q, k, v, out, up, b1, down, b2, s1, t1, s2, t2 = parameters

    def norm(x, scale, shift):
        d = x - of.mean(x, -1)
        return d / of.sqrt(of.mean(d * d, -1) + EPSILON) * scale + shift

    def heads(x):
        return of.permute(of.reshape(x, (BATCH, LENGTH, HEADS, -1)), (0, 2, 1, 3))
    n = norm(x, s1, t1)
    scores = of.where(mask, heads(n @ q) @ of.permute(heads(n @ k), (0, 1, 3, 2)) * SCALE, minus)
    mixed = of.reshape(of.permute(of.softmax(scores) @ heads(n @ v), (0, 2, 1, 3)), (BATCH, LENGTH, WIDTH))
    x = x + mixed @ out
    x = x + of.gelu(norm(x, s2, t2) @ up + b1) @ down + b2
    d = x - target
    return of.mean(d * d)


def block_by_hand(parameters, x, target, mask, minus):
    q, k, v, out, up, b1, down, b2, s1, t1, s2, t2 = parameters
    rows, c = (-1, WIDTH), np.float32(math.sqrt(2 / math.pi))

    def norm(x, scale, shift):
        d = x - x.mean(-1, keepdims=True)
        r = 1 / np.sqrt((d * d).mean(-1, keepdims=True) + np.float32(EPSILON))
        d *= r
        return d * scale + shift, d, r

    def norm_back(g, n, r, scale):
        gn = g * n
        by_scale, by_shift = gn.reshape(rows).sum(0), g.reshape(rows).sum(0)
        g, gn = g * scale, gn * scale
        return r * (g - g.mean(-1, keepdims=True) - n * gn.mean(-1, keepdims=True)), by_scale, by_shift

    def heads(x):
        return x.reshape(BATCH, LENGTH, HEADS, -1).transpose(0, 2, 1, 3)

    def joined(x):
        return x.transpose(0, 2, 1, 3).reshape(BATCH, LENGTH, WIDTH)

    def by_weight(x, g):
        return x.reshape(-1, x.shape[-1]).T @ g.reshape(-1, g.shape[-1])

    def run():
        n1, d1, r1 = norm(x, s1, t1)
        hq, hk, hv = heads(n1 @ q), heads(n1 @ k), heads(n1 @ v)
        p = np.where(mask, hq @ hk.transpose(0, 1, 3, 2) * np.float32(SCALE), minus)
        p = np.exp(p - p.max(-1, keepdims=True))
        p /= p.sum(-1, keepdims=True)
        mixed = joined(p @ hv)
        x1 = x + mixed @ out
        n2, d2, r2 = norm(x1, s2, t2)
        u = n2 @ up + b1
        th = np.tanh(c * (u + np.float32(0.044715) * (u * u * u)))
        a = 0.5 * u * (1 + th)
        d = x1 + a @ down + b2 - target
        loss = (d * d).mean()
        g = d * np.float32(2 / d.size)
        g_down, g_b2 = by_weight(a, g), g.reshape(rows).sum(0)
        gu = (g @ down.T) * (0.5 * (1 + th) + 0.5 * u * (1 - th * th) * c * (1 + np.float32(3 * 0.044715) * (u * u)))
        g_up, g_b1 = by_weight(n2, gu), gu.reshape(-1, 4 * WIDTH).sum(0)
        gx, g_s2, g_t2 = norm_back(gu @ up.T, d2, r2, s2)
        g = g + gx
        g_out = by_weight(mixed, g)
        gm = heads(g @ out.T)
        gv, gp = p.transpose(0, 1, 3, 2) @ gm, gm @ hv.transpose(0, 1, 3, 2)
        gs = p * (gp - (gp * p).sum(-1, keepdims=True)) * np.float32(SCALE)
        gq, gk, gv = joined(gs @ hk), joined(gs.transpose(0, 1, 3, 2) @ hq), joined(gv)
        _, g_s1, g_t1 = norm_back(gq @ q.T + gk @ k.T + gv @ v.T, d1, r1, s1)
        assert loss > 0
        return [by_weight(n1, gq), by_weight(n1, gk), by_weight(n1, gv), g_out, g_up, g_b1, g_down, g_b2, g_s1, g_t1, g_s2, g_t2]
    return run


# ---- Which contenders there are

def contenders(workload, libraries):
    """{name: a function that computes the gradients}"""
    if workload == "attention":
        parameters, data = block()
        loss, found = block_loss, {"by hand": block_by_hand(parameters, *data)}
    else:
        parameters, data = perceptron(*SHAPES[workload])
        loss = perceptron_loss
        found = {"by hand": perceptron_by_hand(parameters, *data), "unfused": perceptron_unfused(parameters, *data)}
    for name, library in libraries.items():
        if workload != "attention" or hasattr(library, "softmax"):
            found[name] = library.gradient(loss, parameters, data)
    return found
