"""What is printed, and whether the gate is passed."""
import ast
from collections import Counter

AT_MOST = 3                              # equivalent mutants in 100


class Report:
    """Takes the results as they come, prints what is known of a module when it is complete, and the verdict at the end.

    sources     all of the program that is to be changed
    mutants     those chosen: all, or those of the names asked for
    equivalent  {(unit, line before, line after): proof}
    complete    whether the sources are all for which equivalent is written, so that each entry must be found in them
    """

    def __init__(self, sources, mutants, equivalent, killers=False, out=print, complete=True):
        self.sources, self.mutants, self.table, self.killers, self.out = sources, mutants, equivalent, killers, out
        self.every = [mutant for source in sources for mutant in source.mutants]
        self.equivalent = {mutant for mutant in self.every if key(mutant) in equivalent}
        self.complete = complete
        self.results, self.waiting = [], Counter(mutant.source for mutant in mutants)
        self.wrong = []                  # sentences: why the gate is not passed

    def tell(self, result):
        self.results.append(result)
        if result.killer is None and result.mutant not in self.equivalent:
            self.survivor(result)        # now, for the end may be minutes away; and once more at the end
        source = result.mutant.source
        self.waiting[source] -= 1
        if not self.waiting[source]:
            self.module(source)

    def module(self, source):
        """For each function of a module: how many of its mutants were killed."""
        self.out(f"\n{source.module}")
        results = sorted((r for r in self.results if r.mutant.source is source), key=lambda r: r.mutant.start)
        for unit in dict.fromkeys(r.mutant.unit for r in results):
            mine = [r for r in results if r.mutant.unit == unit and r.mutant not in self.equivalent]
            same = sum(r.mutant.unit == unit for r in results) - len(mine)
            self.out(f"{sum(r.killer is not None for r in mine):6} of {len(mine):3}  {unit}{f'  ({same} equivalent)' if same else ''}")
            for r in mine if self.killers else ():
                self.out(f"             line {r.mutant.line}, {r.mutant.kind}: {shortened(*r.mutant.diff)[1]}\n"
                         f"                 {'survived' if r.killer is None else f'{r.how}: {r.killer}'}")

    def verdict(self):
        """Print the rest; the exit status, 0 if all is well."""
        self.functions_without_mutants()
        self.equivalent_mutants()
        for r in self.results:
            if r.killer is None and r.mutant not in self.equivalent:
                self.survivor(r)
        for sentence in self.wrong:
            self.out(f"\nnot passed: {sentence}")
        to_kill = [r for r in self.results if r.mutant not in self.equivalent]
        killed = [r for r in to_kill if r.killer is not None]
        ways = Counter(r.how for r in killed)
        self.out(f"\n{sum(r.tried for r in self.results)} tests ran; the killers: "
                 + ", ".join(f"{number} {way}" for way, number in ways.most_common()))
        self.out(f"killed {len(killed)} of {len(self.mutants) - len(self.equivalent.intersection(self.mutants))}")
        return int(bool(self.wrong) or len(self.results) < len(self.mutants) or len(killed) < len(to_kill))

    def survivor(self, r):
        where = f"{r.mutant.source.module}:{r.mutant.line} {r.mutant.unit}"
        self.out(f"\nsurvived: {where} ({r.mutant.kind}), in all {r.tried} tests that were tried, of {r.covering} that run this place\n"
                 f"    - {r.mutant.diff[0]}\n    + {r.mutant.diff[1]}")

    def figures(self):
        """How many mutants there are and how many were killed, in all and of each function, the equivalent ones apart."""
        units = {}
        for r in self.results:
            if r.mutant not in self.equivalent:
                made, killed = units.get(r.mutant.unit, (0, 0))
                units[r.mutant.unit] = made + 1, killed + (r.killer is not None)
        return {"mutants": len(self.results), "equivalent": len(self.equivalent), "killed": sum(killed for _, killed in units.values()), "units": units}

    def functions_without_mutants(self):
        for source in self.sources:
            for unit, node in source.units.items():
                if not any(mutant.unit == unit or mutant.unit.startswith(unit + ".") for mutant in source.mutants):
                    if all(isinstance(s, ast.Pass) or isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant) for s in node.body):
                        self.out(f"\nno mutant: {source.module} {unit} has no statement")
                    else:
                        self.wrong.append(f"{source.module} {unit} has no mutant")

    def equivalent_mutants(self):
        for entry in self.table.keys() - set(map(key, self.equivalent)) if self.complete else ():
            self.wrong.append(f"the equivalent mutant of {entry[0]} does not exist any more: {entry[1]}  ->  {entry[2]}")
        if 100 * len(self.equivalent) > AT_MOST * len(self.every):
            self.wrong.append(f"{len(self.equivalent)} of {len(self.every)} mutants are said to be equivalent: at most {AT_MOST} in 100 may be")
        for r in self.results:
            if r.mutant in self.equivalent:
                self.out(f"\nequivalent: {r.mutant.source.module}:{r.mutant.line} {r.mutant.unit}\n    - {r.mutant.diff[0]}\n"
                         f"    + {r.mutant.diff[1]}\n    {self.table[key(r.mutant)]}")
                if r.killer is not None:
                    self.wrong.append(f"the mutant of {r.mutant.unit} is said to be equivalent, but {r.killer} noticed it: {r.mutant.diff[1]}")


def key(mutant):
    return mutant.unit, *mutant.diff


def shortened(before, after, width=100):
    """Both lines, of which long ones begin shortly before they differ."""
    start = next((i for i, (a, b) in enumerate(zip(before, after)) if a != b), 0)
    start = 0 if max(len(before), len(after)) <= width else max(0, start - width // 2)
    return tuple("..." * bool(start) + text[start:start + width] for text in (before, after))
