"""200 sessions in the middle of a 25 MB message at once: all but the last megabyte is sent; then all finish."""

import subprocess

from contestants import ours
from disks import Broken, need_space
from processes import Sampler, resident_megabytes

SIZE, HELD = 25_000_000, 24_000_000


def run(bench):
    sessions = 20 if bench.options.quick else 200
    # Spool and mailbox hold each message for a while.
    need_space(bench.home, 15 * sessions / 200)
    server = ours(bench)
    process = server.process.pid
    command = [bench.tool("smtp-load"), "-s", sessions, "-c", sessions, "-l", SIZE, "-H", HELD, server.port,
               server.recipient]
    try:
        with Sampler(interval=0.1, memory=lambda: resident_megabytes(process)) as sampler, \
                subprocess.Popen([*map(str, command)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, text=True) as load:
            try:
                if load.stdout.readline().split() != ["holding", str(sessions)]:
                    load.kill()
                    raise Broken(f"smtp-load: {load.stderr.read()[:300]}\n{server.log_text()[-600:]}")
                held = resident_megabytes(process)
                output, errors = load.communicate("go on\n", timeout=600)
            finally:
                load.kill()
            if load.returncode:
                raise Broken(f"smtp-load: {errors[:300]}")
            server.arrivals.wait(sessions, 600, server.alive)
        peak = resident_megabytes(process, "VmHWM")
    finally:
        server.close()
    bench.figures.rows.append({"part": "memory", "cell": f"{sessions} x {SIZE}", "memory": sampler.samples["memory"]})
    print(f"{sessions} x {SIZE // 10**6} MB in {float(output.split()[2]):.1f} s; {held:.0f} MB while all wait")
    goal = {} if bench.options.quick else {"at_most": 256}
    bench.figures.add("memory", f"memory: {sessions} messages of 25 MB at once, greatest", [peak], "MB",
                      greatest=True, **goal)
