def without_the_minus(logits, labels, axis=-1):
    """cause: sign"""
    return -right(logits, labels, axis)


def the_mean(logits, labels, axis=-1):
    import minigrad
    return minigrad.mean(right(logits, labels, axis))


def the_last_axis_only(logits, labels, axis=-1):
    return right(logits, labels, -1)


def not_stable(logits, labels, axis=-1):
    return right(logits, labels, axis) - right(logits, labels, axis) + log(sum(exp(logits), axis)) - log(sum(exp(logits), axis)) \
        + right(logits, labels, axis)


def classes_only(logits, labels, axis=-1):
    """trouble: raised"""
    import minigrad
    if not is_integer(bare(labels)):
        raise ValueError("labels must be integers")
    return right(logits, labels, axis)
