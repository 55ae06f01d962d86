"""What one run of a program takes: time on the clock and on the processors, and memory."""
import os
import statistics
import subprocess
import sys
import tempfile
import time

MIB = 1 << 20
touched_bytes = 0  # before each measured step; see touch_before_steps()


class Usage:
    """What one process used."""

    def __init__(self, wall_s=0.0, cpu_s=0.0, peak_kib=0):
        self.wall_s, self.cpu_s, self.peak_kib = wall_s, cpu_s, peak_kib


TOUCH = """
import mmap, sys
with mmap.mmap(-1, int(sys.argv[1])) as memory:
    for begin in range(0, len(memory), 1 << 24):
        memory[begin:begin + (1 << 24)] = bytes(1 << 24)
"""


def touch_memory(size_bytes):
    """Has the machine own as much free memory as a step needs. The host of a virtual machine takes
    back what was free for a while, and then whoever touches it first pays for each page: seconds
    for what a step writes, more in one minute than in the next."""
    if size_bytes > 0:
        subprocess.run([sys.executable, "-c", TOUCH, str(size_bytes)], check=True)


def touch_before_steps(size_bytes):
    global touched_bytes
    touched_bytes = size_bytes


def measure(command, cwd=None, environment=None):
    """Runs a program to its end. What earlier runs left to be written is written first."""
    os.sync()
    touch_memory(touched_bytes)
    started = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen([str(word) for word in command], cwd=cwd, stdout=said,
                                   stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                   env={**os.environ, **(environment or {})})
        _, status, used = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            said.seek(0)
            sys.exit(f"{command}: exit {process.returncode}\n"
                     f"{said.read().decode(errors='replace')[-3000:]}")
    return Usage(wall_s, used.ru_utime + used.ru_stime, used.ru_maxrss)


PEAK = """
import os, sys
process = os.fork()
if process == 0:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.execvp(sys.argv[1], sys.argv[1:])
_, status, used = os.wait4(process, 0)
print(used.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""


def peak_kib_of(command):
    """The most memory a program had. What starts it must be small: a process begins with the peak
    of the one that it is copied from."""
    process = subprocess.run([sys.executable, "-S", "-c", PEAK, *(str(word) for word in command)],
                             check=True, stdout=subprocess.PIPE, text=True)
    return int(process.stdout)


def without(used, idle):
    return Usage(max(used.wall_s - idle.wall_s, 0.001), max(used.cpu_s - idle.cpu_s, 0.001),
                 used.peak_kib)


def middle(usages, what):
    return statistics.median(getattr(one, what) for one in usages)


def compare(programs, steps, runs, one_round):
    """program: step: list of usages, those of one_round(program, full=False) subtracted. That is
    a round on a store that holds nothing."""
    results = {program.name: {step: [] for step in steps} for program in programs}
    for number in range(runs):
        # Turn by turn and each time another one first, so that a slow minute hits all alike.
        for program in programs[number % len(programs):] + programs[:number % len(programs)]:
            idle = one_round(program, full=False)
            for step, used in one_round(program, full=True).items():
                net = without(used, idle[step])
                results[program.name][step].append(net)
                print(f"round {number + 1}  {step}  {program.name:9} {net.wall_s:7.2f} s"
                      f"  (unlocking {idle[step].wall_s:.2f} s subtracted)"
                      f"  CPU {net.cpu_s:6.2f} s  peak {used.peak_kib / 1024:6.0f} MiB",
                      flush=True)
    return results


def report(programs, steps, results):
    print("\n| step | program | wall s | CPU s | wall / kua | CPU / kua |\n"
          "|---|---|---|---|---|---|")
    for step in steps:
        ours = results["kua"][step]
        for program in programs:
            usages = results[program.name][step]
            if not usages:
                continue
            wall_s, cpu_s = middle(usages, "wall_s"), middle(usages, "cpu_s")
            # Ratios within a round, then their median: what slows a round slows both.
            ratio = statistics.median(a.wall_s / b.wall_s for a, b in zip(usages, ours))
            cpu_ratio = statistics.median(a.cpu_s / b.cpu_s for a, b in zip(usages, ours))
            print(f"| {step} | {program.name} | {wall_s:.2f} | {cpu_s:.2f} | {ratio:.2f} |"
                  f" {cpu_ratio:.2f} |")
