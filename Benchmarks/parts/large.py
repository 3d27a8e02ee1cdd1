"""1 MiB messages at 10 sessions against Postfix; smtp-load sends, for smtp-source takes a core at 200 a second."""

from contest import Cell, contest
from contestants import PostfixMaildir, ours


def run(bench):
    contest(bench, "large", (ours, PostfixMaildir), [Cell("1 MiB", 10, program="smtp-load", at_least=1.3)])
