"""What was measured: every figure with its samples, its goal, and whether it was reached."""

import dataclasses
import json
import pathlib
import statistics


def number(value):
    return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"


def spread(values):
    """Median [least-greatest]."""
    if not values:
        return "-"
    return f"{number(statistics.median(values))} [{number(min(values))}-{number(max(values))}]"


@dataclasses.dataclass
class Figure:
    part: str
    name: str
    unit: str
    samples: list
    at_least: float | None = None
    at_most: float | None = None
    # The greatest sample counts, not the median: for maxima.
    greatest: bool = False
    # In the table at the end; the others are in the JSON alone.
    shown: bool = True
    note: str = ""

    @property
    def value(self):
        return max(self.samples) if self.greatest else statistics.median(self.samples)

    @property
    def goal(self):
        if self.at_least is None and self.at_most is None:
            return "-"
        sign, limit = (">=", self.at_least) if self.at_most is None else ("<=", self.at_most)
        return f"{sign} {limit:,g}{separated(self.unit)}"

    @property
    def reached(self):
        return f"{spread(self.samples)}{separated(self.unit)}" + (f" ({self.note})" if self.note else "")

    @property
    def verdict(self):
        if self.at_least is None and self.at_most is None:
            return "-"
        is_reached = self.value >= self.at_least if self.at_most is None else self.value <= self.at_most
        return "reached" if is_reached else "not reached"


def separated(unit):
    return unit if unit in ("", "x") else f" {unit}"


@dataclasses.dataclass
class Absent:
    """A part that couldn't be measured."""

    part: str
    name: str
    verdict: str  # skipped or failed
    reached: str
    goal: str = "-"
    shown: bool = True


class Figures:
    def __init__(self):
        self.all, self.rows = [], []

    def add(self, part, name, samples, unit="", *, told=True, **goal):
        """Keeps a figure, and prints it unless a table has just done so."""
        figure = Figure(part, name, unit, [float(sample) for sample in samples], **goal)
        self.all.append(figure)
        if told:
            aim = "" if figure.goal == "-" else f"   goal {figure.goal}: {figure.verdict}"
            print(f"{name}: {figure.reached}{aim}", flush=True)
        return figure

    def absent(self, part, verdict, reason):
        self.all.append(Absent(part, part, verdict, reason))

    def table(self):
        return [(figure.name, figure.goal, figure.reached, figure.verdict) for figure in self.all if figure.shown]

    def text(self):
        rows = [("figure", "goal", "reached", "verdict"), *self.table()]
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
        return "\n".join([lines[0], "-" * len(lines[0]), *lines[1:]])

    def markdown(self, about):
        lines = [f"{about}\n", "| Figure | Goal | Reached: median [least-greatest] | Verdict |", "|---|---|---|---|"]
        escaped = [[cell.replace("|", "\\|").replace(">=", "≥").replace("<=", "≤") for cell in row]
                   for row in self.table()]
        return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in escaped]) + "\n"

    def write(self, options, about):
        if options.json:
            whole = {"about": about, "options": vars(options), "rows": self.rows, "figures": [
                {**dataclasses.asdict(figure), "goal": figure.goal, "verdict": figure.verdict} for figure in self.all]}
            pathlib.Path(options.json).write_text(json.dumps(whole, indent=1) + "\n")
        if options.markdown:
            pathlib.Path(options.markdown).write_text(self.markdown(about))
