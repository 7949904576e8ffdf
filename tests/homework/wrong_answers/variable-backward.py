def overwritten(self, gy=None):
    for leaf, g in owned(sweep([source(self)], [seed(gy, self)])).items():
        leaf.grad = g


def only_with_a_seed(self, gy=None):
    """trouble: not-numbers"""
    for leaf, g in owned(sweep([source(self)], [gy])).items():
        leaf.grad = g if leaf.grad is None else leaf.grad + g


def always_ones(self, gy=None):
    import numpy as np
    for leaf, g in owned(sweep([source(self)], [np.ones(self.shape)])).items():
        leaf.grad = g if leaf.grad is None else leaf.grad + g


def added_to_nothing(self, gy=None):
    """trouble: raised"""
    for leaf, g in owned(sweep([source(self)], [seed(gy, self)])).items():
        leaf.grad = leaf.grad + g


def its_own_grad(self, gy=None):
    """trouble: raised"""
    self.grad = seed(gy, self)
    self.creator.input.grad = self.creator.backward(self.grad)
