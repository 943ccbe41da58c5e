/**
 * What answers on the other machine: one process for each connection, in the Python that is there (3.5 or newer, its
 * standard library alone). It reads requests as lines of JSON and answers each with a line; a thread answers `ping` at
 * once, so that slow is told from gone. It ends with its input. What it started goes on.
 *
 * Start time is field 22 of /proc/PID/stat and a zombie is dead (man 5 proc); folders are watched with inotify(7).
 */
export const agentSource = String.raw`
import base64, ctypes, errno, fnmatch, json, os, re, shutil, signal, struct, subprocess, sys, tempfile, threading
out, lock = sys.stdout.buffer, threading.Lock()
def say(message):
    line = (json.dumps(message) + "\n").encode("ascii")
    with lock:
        out.write(line)
        out.flush()
try:
    with open("/proc/sys/kernel/random/boot_id") as f: boot = f.read().strip()
except OSError: boot = os.uname().nodename
home = os.path.expanduser("~")
ticks = os.sysconf("SC_CLK_TCK")
children = []
def stat_of(pid):
    try:
        with open("/proc/%d/stat" % pid, "rb") as f: text = f.read().decode("utf-8", "replace")
    except OSError: return None
    return text[text.rindex(")") + 2:].split(" ")
def pids():
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]
def identity(pid):
    fields = stat_of(pid)
    if not fields or fields[0] in "ZX": return None
    return {"pid": pid, "startTime": fields[19], "bootId": boot}
def alive(who):
    if who["bootId"] != boot: return False
    fields = stat_of(who["pid"])
    return bool(fields) and fields[0] not in "ZX" and (who["startTime"] in ("", fields[19]))
def uptime():
    with open("/proc/uptime") as f: return float(f.read().split()[0])
def members(leader):
    if leader["bootId"] != boot: return []
    now = stat_of(leader["pid"])
    if now and leader["startTime"] != "" and now[19] != leader["startTime"]: return []
    found = []
    for pid in pids():
        fields = stat_of(pid)
        if fields and int(fields[2]) == leader["pid"] and fields[0] not in "ZX": found.append(pid)
    return found
def kill(pid, number):
    try: os.kill(pid, number)
    except ProcessLookupError: pass
def number_of(name): return signal.SIGKILL if name == "kill" else signal.SIGTERM
def finders(path, wanted):
    found = []
    for pid in pids():
        try:
            with open("/proc/%d/%s" % (pid, path), "rb") as f: words = f.read().split(b"\0")
        except OSError: continue
        if wanted in words and pid != os.getpid():
            who = identity(pid)
            if who: found.append(who)
    return found
def expand(pattern):
    depth, start = 0, None
    for at, c in enumerate(pattern):
        if c == "{":
            if depth == 0: start = at
            depth += 1
        elif c == "}" and depth:
            depth -= 1
            if depth == 0:
                parts, level, piece = [], 0, ""
                for d in pattern[start + 1:at]:
                    if d == "," and level == 0: parts.append(piece); piece = ""; continue
                    level += (d == "{") - (d == "}")
                    piece += d
                return [each for part in parts + [piece] for each in expand(pattern[:start] + part + pattern[at + 1:])]
    return [pattern]
def matches(folder, parts, base=""):
    if not parts:
        return [base] if os.path.isfile(os.path.join(folder, base)) else []
    head, rest, found = parts[0], parts[1:], []
    here = os.path.join(folder, base) if base else folder
    join = (base + "/" if base else "")
    if head == "**":
        found += matches(folder, rest, base) if rest else []
        for entry in listing(here):
            if entry.is_dir(follow_symlinks=not base): found += matches(folder, parts, join + entry.name)
            elif not rest: found.append(join + entry.name)
    elif not re.search(r"[*?\[\]]", head):
        if rest or os.path.lexists(os.path.join(here, head)): found += matches(folder, rest, join + head)
    else:
        for entry in listing(here):
            if fnmatch.fnmatchcase(entry.name, head) and (not rest or entry.is_dir()):
                found += matches(folder, rest, join + entry.name)
    return found
def listing(path):
    try: return list(os.scandir(path))
    except OSError: return []
def facts(folder, path):
    try: s = os.stat(os.path.join(folder, path))
    except OSError: return None
    return {"path": path, "inode": str(s.st_ino), "size": s.st_size, "modifiedNs": str(s.st_mtime_ns)}
class Watches:
    def __init__(self):
        self.libc = ctypes.CDLL(None, use_errno=True)
        self.fd = self.libc.inotify_init1(os.O_CLOEXEC)
        if self.fd < 0: raise OSError(ctypes.get_errno(), "inotify")
        self.folders = {}
        threading.Thread(target=self.run, daemon=True).start()
    def add(self, folder, name):
        mask = 0x2 | 0x8 | 0x40 | 0x80 | 0x100 | 0x200
        number = self.libc.inotify_add_watch(self.fd, os.fsencode(folder), mask)
        if number < 0: raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), folder)
        self.folders[number] = name
    def run(self):
        while True:
            data, at = os.read(self.fd, 65536), 0
            while at < len(data):
                number, mask, cookie, length = struct.unpack_from("iIII", data, at)
                name = data[at + 16:at + 16 + length].split(b"\0")[0].decode("utf-8", "replace")
                at += 16 + length
                if number in self.folders: say({"watch": self.folders[number], "name": name or None})
watches = None
class Ops:
    def hello(self): return {"home": home, "boot": boot, "pid": os.getpid(), "python": sys.executable}
    def exec(self, argv, cwd, timeoutMs):
        try:
            child = subprocess.Popen(argv, cwd=cwd or home, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, start_new_session=True)
        except OSError as e:
            if e.errno == errno.ENOENT and not (cwd and not os.path.isdir(cwd)):
                return {"code": 127, "stdout": "", "stderr": str(e)}
            return {"code": None, "stdout": "", "stderr": str(e)}
        try: o, e = child.communicate(timeout=timeoutMs / 1000.0)
        except subprocess.TimeoutExpired:
            try: os.killpg(child.pid, signal.SIGKILL)
            except OSError: pass
            o, e = child.communicate()
            return {"code": None, "stdout": o.decode("utf-8", "replace"), "stderr": "it took too long"}
        code = child.returncode
        return {"code": code if code >= 0 else None, "stdout": o.decode("utf-8", "replace"), "stderr": e.decode("utf-8", "replace")}
    def read(self, path, start, most):
        try: f = open(path, "rb")
        except (FileNotFoundError, NotADirectoryError): return None
        with f:
            size = os.fstat(f.fileno()).st_size
            begin = max(0, size + start) if start < 0 else min(start, size)
            f.seek(begin)
            return {"bytes": base64.b64encode(f.read(min(most, size - begin))).decode("ascii"), "from": begin, "size": size}
    def write(self, path, text, piece):
        data = base64.b64decode(text)
        if piece is None or piece["at"] == 0: os.makedirs(os.path.dirname(path) or "/", exist_ok=True)
        temporary = path + "." + (piece["id"] if piece else str(os.getpid()) + "-" + str(threading.get_ident())) + ".tmp"
        try:
            with open(temporary, "ab" if piece and piece["at"] else "wb") as f:
                if piece and f.tell() != piece["at"]: raise OSError(errno.EIO, "a piece is missing", path)
                f.write(data)
            if piece is None or piece["last"]: os.replace(temporary, path)
        except OSError as e:
            try: os.unlink(temporary)
            except OSError: pass
            raise OSError(e.errno, e.strerror, path)
    def createFolder(self, path, files):
        os.makedirs(os.path.dirname(path), exist_ok=True)
        temporary = tempfile.mkdtemp(prefix=os.path.basename(path) + ".", suffix=".tmp", dir=os.path.dirname(path))
        try:
            os.chmod(temporary, 0o755)
            for name, content in files.items():
                with open(os.path.join(temporary, name), "w", encoding="utf-8", newline="") as f: f.write(content)
            os.rename(temporary, path)
            return True
        except OSError as e:
            shutil.rmtree(temporary, ignore_errors=True)
            if e.errno in (errno.ENOTEMPTY, errno.EEXIST): return False
            raise
    def create(self, path, content):
        try: fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        except FileExistsError: return False
        with os.fdopen(fd, "w", encoding="utf-8", newline="") as f: f.write(content)
        return True
    def glob(self, folder, patterns):
        paths = {}
        for pattern in patterns:
            for each in expand(pattern):
                for path in matches(folder, [p for p in each.split("/") if p != "."]): paths[path] = True
        return [f for f in (facts(folder, path) for path in paths) if f]
    def start(self, argv):
        children[:] = [c for c in children if c.poll() is None]
        null = subprocess.DEVNULL
        child = subprocess.Popen(argv, cwd="/", stdin=null, stdout=null, stderr=null, start_new_session=True)
        children.append(child)
        return identity(child.pid)
    def states(self, processes):
        for c in children: c.poll()
        answers = []
        for who in processes:
            if who["bootId"] != boot: answers.append({"state": "rebooted", "elapsedMs": None})
            elif not alive(who): answers.append({"state": "gone", "elapsedMs": None})
            else:
                began = float(who["startTime"] or stat_of(who["pid"])[19]) / ticks
                answers.append({"state": "alive", "elapsedMs": max(0, (uptime() - began) * 1000)})
        return answers
    def findByArgument(self, word): return finders("cmdline", os.fsencode(word))
    def findByVariable(self, word): return finders("environ", os.fsencode(word))
    def groupAlive(self, leader): return bool(members(leader))
    def signalGroup(self, leader, name):
        group = members(leader)
        if name == "terminate" and group:
            try: os.killpg(leader["pid"], signal.SIGTERM)
            except ProcessLookupError: pass
        if name == "kill":
            for pid in group:
                if pid != leader["pid"]: kill(pid, signal.SIGKILL)
    def signal(self, processes, name):
        for who in processes:
            if alive(who): kill(who["pid"], number_of(name))
    def boot(self): return boot
    def watch(self, folder, name):
        global watches
        if watches is None: watches = Watches()
        watches.add(folder, name)
ops = Ops()
def answer(request):
    try: say({"id": request["id"], "value": getattr(ops, request["op"])(*request["args"])})
    except OSError as e:
        say({"id": request["id"], "error": e.strerror or str(e), "code": errno.errorcode.get(e.errno or 0, None), "path": e.filename if isinstance(e.filename, str) else None})
    except Exception as e: say({"id": request["id"], "error": "%s: %s" % (type(e).__name__, e), "code": None, "path": None})
slow = {"exec"}
import queue
todo = queue.Queue()
def work():
    while True: answer(todo.get())
threading.Thread(target=work, daemon=True).start()
say({"ready": ops.hello()})
for line in sys.stdin.buffer:
    request = json.loads(line.decode("utf-8"))
    if request["op"] == "ping": say({"id": request["id"], "value": None})
    elif request["op"] in slow: threading.Thread(target=answer, args=(request,), daemon=True).start()
    else: todo.put(request)
os._exit(0)
`;
