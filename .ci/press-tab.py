"""press-tab.py SHELL PUNCH: types words and Tab into an interactive shell on a terminal, and looks at what is there afterwards."""
import os
import pty
import re
import select
import signal
import sys
import tempfile
import time

SHELLS = {
    "bash": (["bash", "--norc", "--noprofile"], ["source <(punch completion bash)", "bind 'set enable-bracketed-paste off'"]),
    "zsh": (["zsh", "-f", "-i"], ["autoload -Uz compinit && compinit -u -D", "source <(punch completion zsh)", "bindkey -e"]),
    "fish": (["fish", "--no-config"], ["punch completion fish | source"]),
}

# What is typed before Tab, and what stands there after it. The folder holds report.json and 'a b.svg'.
CASES = {
    "punch comp": "punch completion ",
    "punch ver": "punch version ",
    "punch help pre": "punch help predict ",
    "punch completion pow": "punch completion powershell ",
    "punch --one": "punch --one-way-ok ",
    "punch serve --max-ro": "punch serve --max-rooms ",
    "punch nat --requ": "punch nat --require ",
    "punch nat --require preserv": "punch nat --require preserving ",
    "punch nat --require=preserv": "punch nat --require=preserving ",
    "punch predict symmetric-s": "punch predict symmetric-sequential ",
    "punch predict home rep": "punch predict home report.json ",
    "punch predict home home --svg rep": "punch predict home home --svg report.json ",
    "punch predict home home --svg=rep": "punch predict home home --svg=report.json ",
    "punch predict home home --sh": "punch predict home home --show ",
    "punch -- nat --js": "punch -- nat --js",
}

MARKS = re.compile(r"\x1b\[[0-9;?>=]*[a-zA-Z]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][A-Z0-9]|\x1b[=>]|\x0f")


class Terminal:
    """A shell that believes that a person sits before it."""

    def __init__(self, command, folder, environment):
        self.seen = ""
        self.shell, self.master = pty.fork()
        if self.shell == 0:
            os.chdir(folder)
            os.execvpe(command[0], command, environment)

    def type(self, text):
        os.write(self.master, text.encode())

    def read(self):
        """Takes what has come, without the marks that move the cursor and choose colours."""
        self.seen = MARKS.sub("", self.seen + os.read(self.master, 65536).decode(errors="replace")).replace("\r", "\n")

    def wait(self, pattern, seconds=10):
        """What matches in the output since the last call."""
        end = time.monotonic() + seconds
        while not (found := re.search(pattern, self.seen)):
            left = end - time.monotonic()
            if left <= 0:
                return None
            if select.select([self.master], [], [], left)[0]:
                self.read()
        self.seen = self.seen[found.end():]
        return found

    def quiet(self, seconds):
        """Until nothing has come for that long."""
        while select.select([self.master], [], [], seconds)[0]:
            self.read()


def complete(terminal, typed, patience):
    """The line after Tab: it is turned into the argument of printf and so printed."""
    terminal.type(typed)
    terminal.quiet(0.1)
    terminal.type("\t")
    terminal.quiet(patience)
    terminal.seen = ""
    terminal.type(">'\x01printf '%s\\n' '<\r")
    found = terminal.wait(r"(?m)^<([^\n]*)>\n")
    return found and found.group(1)


def main():
    name, program = sys.argv[1:]
    command, setup = SHELLS[name]
    with tempfile.TemporaryDirectory() as folder:
        open(os.path.join(folder, "report.json"), "w").close()
        environment = {"PATH": os.path.dirname(program) + ":" + os.environ["PATH"], "HOME": folder, "TERM": "xterm", "LANG": "C.UTF-8"}
        terminal = Terminal(command, folder, environment)
        for line in setup + ["printf '%s\\n' rea''dy"]:
            terminal.type(line + "\r")
        if not terminal.wait("ready"):
            sys.exit(f"{name} did not start: {terminal.seen}")
        terminal.quiet(0.3)
        wrong = 0
        for typed, expected in CASES.items():
            for patience in (0.3, 1, 3):  # A busy machine answers late.
                got = complete(terminal, typed, patience)
                if got == expected:
                    break
            wrong += got != expected
            print(f"{'ok' if got == expected else 'WRONG'}: {typed!r} gives {got!r}, expected {expected!r}")
        os.kill(terminal.shell, signal.SIGKILL)
    sys.exit(wrong > 0)


main()
