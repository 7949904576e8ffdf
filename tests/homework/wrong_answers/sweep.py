def overwritten(sources, cotangents, watch=None):
    """cause: overwritten instead of accumulated"""
    waiting, calls, call = {}, [], None
    while True:
        for s, g in zip(sources, cotangents):
            if s is None or g is None:
                continue
            g = fit(g, s, call)
            if s not in waiting and type(s) is not Variable:
                heappush(calls, (s.birth, s))
            waiting[s] = g
        if not calls:
            return waiting
        call = heappop(calls)[1]
        gy = waiting.pop(call)
        sources, cotangents = call.sources, call.cotangents(gy)
        if watch:
            cotangents = [None if s is None or g is None else fit(g, s, call) for s, g in zip(sources, cotangents)]
            watch(call, gy, cotangents)


def first_come_first_served(sources, cotangents, watch=None):
    waiting, calls, call = {}, [], None
    while True:
        for s, g in zip(sources, cotangents):
            if s is None or g is None:
                continue
            g = fit(g, s, call)
            if s in waiting:
                waiting[s] = waiting[s] + g
            else:
                waiting[s] = g
                if type(s) is not Variable:
                    calls.append(s)
        if not calls:
            return waiting
        call = calls.pop(0)
        gy = waiting.pop(call)
        sources, cotangents = call.sources, call.cotangents(gy)
        if watch:
            cotangents = [None if s is None or g is None else fit(g, s, call) for s, g in zip(sources, cotangents)]
            watch(call, gy, cotangents)


def recursive(sources, cotangents, watch=None):
    found = {}

    def visit(s, g, call):
        if s is None or g is None:
            return
        g = fit(g, s, call)
        if type(s) is Variable:
            found[s] = found[s] + g if s in found else g
            return
        gxs = s.cotangents(g)
        if watch:
            watch(s, g, [fit(gx, t, s) for t, gx in zip(s.sources, gxs)])
        for t, gx in zip(s.sources, gxs):
            visit(t, gx, s)
    for s, g in zip(sources, cotangents):
        visit(s, g, None)
    return found


def nobody_watches(sources, cotangents, watch=None):
    """trouble: count"""
    return right(sources, cotangents)


def calls_are_left_in_it(sources, cotangents, watch=None):
    total = {}
    waiting, calls, call = {}, [], None
    while True:
        for s, g in zip(sources, cotangents):
            if s is None or g is None:
                continue
            g = fit(g, s, call)
            total[s] = total[s] + g if s in total else g
            if s not in waiting and type(s) is not Variable:
                heappush(calls, (s.birth, s))
            waiting[s] = waiting[s] + g if s in waiting else g
        if not calls:
            return total
        call = heappop(calls)[1]
        gy = waiting.pop(call)
        sources, cotangents = call.sources, call.cotangents(gy)
        if watch:
            cotangents = [None if s is None or g is None else fit(g, s, call) for s, g in zip(sources, cotangents)]
            watch(call, gy, cotangents)


def constants_are_not_skipped(sources, cotangents, watch=None):
    """trouble: raised"""
    waiting, calls, call = {}, [], None
    while True:
        for s, g in zip(sources, cotangents):
            g = fit(g, s, call)
            if s in waiting:
                waiting[s] = waiting[s] + g
            else:
                waiting[s] = g
                if type(s) is not Variable:
                    heappush(calls, (s.birth, s))
        if not calls:
            return waiting
        call = heappop(calls)[1]
        gy = waiting.pop(call)
        sources, cotangents = call.sources, call.cotangents(gy)
        if watch:
            watch(call, gy, cotangents)


def one_call_only(sources, cotangents, watch=None):
    waiting = {}
    for s, g in zip(sources, cotangents):
        if s is not None and g is not None:
            g = fit(g, s, None)
            for t, gx in zip(s.sources, s.cotangents(g)):
                if t is not None and gx is not None:
                    waiting[t] = fit(gx, t, s)
    return waiting


def never_ends(sources, cotangents, watch=None):
    """trouble: time"""
    waiting, calls = {}, [s for s in sources if s is not None]
    while calls:
        s = calls[-1]
        waiting[s] = 0
    return waiting
