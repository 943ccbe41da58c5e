/**
 * The script that every run is started by, in plain POSIX sh. Called as `sh wrapper FOLDER CWD`.
 *
 * 1. It creates `claim` with O_EXCL (noclobber) and writes who it is. Of two that were started for one attempt the
 *    loser leaves silently: this, and not the driver's memory, is what makes a run start once.
 * 2. It runs `run.sh` with bash, its output in `log`. Signals for the group reach the command; the wrapper itself
 *    outlives them to record how it ended.
 * 3. It writes `exit`: the code and a newline, which is the mark that the record is whole.
 *
 * Field 22 of /proc/PID/stat is the start time (man 5 proc); without /proc (macOS) `ps` tells it.
 */
export const wrapperScript = `# Bridge starts every run with this script; see docs/architecture.md, "How once is once".
set -C
folder=$1 cwd=$2
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
printf '%s\\n' "$code" > "$folder/exit"
`;

/** Changes whenever the script does, so that a newer Bridge never runs an older wrapper. */
export const wrapperName = 'wrapper-1.sh';
