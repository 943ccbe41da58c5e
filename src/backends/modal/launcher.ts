/** What the launcher of one attempt is made from. */
export interface LauncherFacts {
  readonly run: string;
  readonly attempt: number;
  /** Name of the Modal app and of the attempt's folder on the volume; letters, digits, `-` and `_`. */
  readonly name: string;
  /** Folder on this machine whose files the run needs, absolute. */
  readonly codeFolder: string;
  /** Where the command runs, relative to that folder. */
  readonly cwd: string;
  /** What bash runs. */
  readonly script: string;
  /** As `gpu=` takes it, in the order of preference; empty: a processor is enough. */
  readonly gpu: readonly string[];
  readonly timeoutSeconds: number;
  readonly volume: string;
  /** Python of the image, `3.11`. */
  readonly python: string;
  /** Path of a requirements file below the code folder; null: there is none. */
  readonly requirements: string | null;
  /** Globs relative to `cwd`. */
  readonly expectedOutputs: readonly string[];
  /** What stays here, in the syntax of .dockerignore: data, results, secrets, the tools' own folders. */
  readonly ignore: readonly string[];
}

/** Python's literal of a value: JSON's are Python's, for strings, numbers and lists of them. */
const literal = (value: string | number | readonly string[]) => JSON.stringify(value);

/**
 * The program that Modal runs for one attempt, written to be read and kept beside the run.
 *
 * Its function makes the attempt's claim before anything else: a Dict tells atomically who was first, and a file on the
 * volume keeps it where the client has no Dict. A container that Modal restarts on the same input (every function may be
 * preempted, modal.com/docs/guide/preemption) meets its own claim: it says `preempted` and leaves, so that the attempt is
 * not run a second time under the same name. What earlier runs made lies in `shared` on the volume.
 */
export function launcherScript(facts: LauncherFacts): string {
  const { run, attempt } = facts;
  return `# Bridge wrote this for run ${literal(run)}, attempt ${attempt}. By hand: modal run --detach launcher.py
import glob
import json
import os
import shutil
import subprocess
import threading
import time

import modal

NAME = ${literal(facts.name)}
CODE = ${literal(facts.codeFolder)}
CWD = ${literal(facts.cwd)}
SCRIPT = ${literal(facts.script)}
OUTPUTS = ${literal(facts.expectedOutputs)}
IGNORE = ${literal(facts.ignore)}
PROJECT = os.environ.get("BRIDGE_PROJECT", "/root/project")
VOLUME = os.environ.get("BRIDGE_VOLUME", "/bridge")

image = modal.Image.debian_slim(python_version=${literal(facts.python)})
${facts.requirements === null ? '' : `image = image.pip_install_from_requirements(os.path.join(CODE, ${literal(facts.requirements)}))\n`}image = image.add_local_dir(CODE, PROJECT, ignore=IGNORE)
volume = modal.Volume.from_name(${literal(facts.volume)}, create_if_missing=True)
app = modal.App(NAME)


def claim(folder):
    """None: it is ours. Else what is to be recorded, or "" where another container runs it."""
    me = getattr(modal, "current_input_id", lambda: None)() or str(os.getpid())
    holder = me
    if hasattr(modal, "Dict"):
        claims = modal.Dict.from_name("bridge-claims", create_if_missing=True)
        if not claims.put(NAME, me, skip_if_exists=True):
            holder = claims.get(NAME)
    path = os.path.join(folder, "claim")
    try:
        with open(path, "x") as mark:
            mark.write(me)
        if holder == me:
            volume.commit()
            return None
    except FileExistsError:
        with open(path) as mark:
            holder = mark.read()
    return "preempted" if holder == me else ""


def listing(root):
    found = {}
    for pattern in OUTPUTS:
        for path in glob.glob(os.path.join(root, pattern), recursive=True):
            if os.path.isfile(path):
                facts = os.stat(path)
                found[os.path.relpath(path, root)] = [facts.st_size, facts.st_mtime_ns]
    return found


def keep(root, before, folder):
    """Copies what this attempt wrote to the volume; the names of it."""
    fresh = [name for name, facts in listing(root).items() if before.get(name) != facts]
    for name in fresh:
        for place in (os.path.join(folder, "outputs"), os.path.join(VOLUME, "shared", CWD)):
            target = os.path.normpath(os.path.join(place, name))
            os.makedirs(os.path.dirname(target), exist_ok=True)
            shutil.copyfile(os.path.join(root, name), target + ".part")
            os.replace(target + ".part", target)
    return fresh


def record(folder, text):
    path = os.path.join(folder, "exit")
    with open(path + ".part", "w") as file:
        file.write(text)
    os.replace(path + ".part", path)
    ends = os.path.join(VOLUME, "ends")
    os.makedirs(ends, exist_ok=True)
    shutil.copyfile(path, os.path.join(ends, NAME))
    volume.commit()


@app.function(image=image, ${facts.gpu.length === 0 ? '' : `gpu=${literal(facts.gpu.length === 1 ? facts.gpu[0]! : facts.gpu)}, `}timeout=${facts.timeoutSeconds}, volumes={VOLUME: volume})
def execute():
    volume.reload()
    folder = os.path.join(VOLUME, "attempts", NAME)
    os.makedirs(folder, exist_ok=True)
    taken = claim(folder)
    if taken is not None:
        if taken:
            record(folder, json.dumps({"ended": taken, "at": time.time()}) + "\\n")
        return
    root = os.path.normpath(os.path.join(PROJECT, CWD))
    shared = os.path.join(VOLUME, "shared")
    if os.path.isdir(shared):
        shutil.copytree(shared, PROJECT, dirs_exist_ok=True)
    os.makedirs(root, exist_ok=True)
    before = listing(root)
    done = threading.Event()

    def follow():
        while not done.wait(15):
            keep(root, before, folder)
            volume.commit()

    begun = time.monotonic()
    with open(os.path.join(folder, "log"), "ab", buffering=0) as log:
        child = subprocess.Popen(["bash", "-c", SCRIPT], cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        threading.Thread(target=follow, daemon=True).start()
        for line in child.stdout:
            log.write(line)
            print(line.decode(errors="replace"), end="", flush=True)
        code = child.wait()
    done.set()
    fresh = keep(root, before, folder)
    seconds = time.monotonic() - begun
    # 128 + n is how a shell says that a signal ended it.
    code = 128 - code if code < 0 else code
    record(folder, json.dumps({"code": code, "seconds": seconds, "at": time.time(), "outputs": fresh}) + "\\n")


@app.local_entrypoint()
def main():
    execute.remote()
`;
}
