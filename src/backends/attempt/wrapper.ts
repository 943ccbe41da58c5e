/**
 * The script that every run is started by, in plain POSIX sh. Called as `sh wrapper FOLDER CWD MARK`.
 *
 * 1. It creates `claim` with O_EXCL (noclobber) and writes who it is. Of two that were started for one attempt the
 *    loser leaves silently: this, and not the driver's memory, is what makes a run start once. A claim without a whole
 *    line, and nobody who could still write it, is an attempt that died before it began.
 * 2. It runs `run.sh` with bash, its output in `log`. Signals for the group reach the command; the wrapper itself
 *    outlives them to record how it ended.
 * 3. It writes `exit`: the code, the uptime at start and end, by a clock that never jumps (empty where there is none), how
 *    many processes of its cgroup the kernel has killed for want of memory so far (after a failure, where it is told),
 *    and a newline, which is the sign that the record is whole. A disk that is full is waited for. Last, it leaves an
 *    empty file in `ended`, which wakes whoever drives.
 *
 * Field 22 of /proc/PID/stat is the start time (man 5 proc); without /proc (macOS) `ps` tells it.
 */
export const wrapperScript = `# Bridge starts every run with this script; see docs/architecture.md, "How once is once".
set -C
folder=$1 cwd=$2 mark=\${1%/jobs/*}/ended/$3 from= to= kills=
# Sets kills: how many processes of this cgroup the kernel has killed for want of memory so far; empty: it does not tell.
count_kills() {
  [ -r /proc/self/cgroup ] || return 0
  while IFS=: read -r number kinds path; do
    case $kinds in
    '') events=/sys/fs/cgroup$path/memory.events ;;
    *memory*) events=/sys/fs/cgroup/memory$path/memory.oom_control ;;
    *) continue ;;
    esac
    [ -r "$events" ] || continue
    while read -r name count; do [ "$name" != oom_kill ] || kills=$count; done < "$events"
  done < /proc/self/cgroup
}
if [ -r /proc/self/stat ]; then
  read -r boot < /proc/sys/kernel/random/boot_id
  read -r stat < "/proc/$$/stat"
  stat=\${stat##*) }
  set -- $stat
  start=\${20}
else
  boot=$(sysctl -n kern.bootsessionuuid 2>/dev/null || hostname)
  start=$(ps -o lstart= -p $$ | tr -s ' ')
fi
{ printf '%s\\t%s\\t%s\\n' "$$" "$start" "$boot" > "$folder/claim"; } 2>/dev/null || exit 0
trap : TERM INT HUP
[ ! -r /proc/uptime ] || read -r from rest < /proc/uptime
if cd "$cwd" 2>>"$folder/log"; then
  bash "$folder/run.sh" >>"$folder/log" 2>&1 </dev/null &
  child=$!
  while :; do
    wait "$child"
    code=$?
    kill -0 "$child" 2>/dev/null || break
  done
else
  code=125
fi
[ ! -r /proc/uptime ] || read -r to rest < /proc/uptime
[ "$code" = 0 ] || count_kills
until { printf '%s\\t%s\\t%s\\t%s\\n' "$code" "$from" "$to" "$kills" >| "$folder/exit"; } 2>/dev/null; do
  [ -d "$folder" ] || exit 1
  sleep 1
done
: >| "$mark"
`;

/** Changes whenever the script does, so that a newer Bridge never runs an older wrapper. */
export const wrapperName = 'wrapper-5.sh';
