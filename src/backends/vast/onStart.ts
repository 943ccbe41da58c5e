import { shellWord } from '../../core/manifest/template';

/** What a machine is told when it starts. */
export interface OnStartFacts {
  /** Where the provider's API is, without a slash at its end. */
  readonly url: string;
  /** For so long the machine goes on without hearing from Bridge. */
  readonly leaseSeconds: number;
  /** Folder on the machine in which Bridge works, relative to the home of whoever logs in. */
  readonly folder: string;
}

/** The file whose time is the last sign of life of whoever drives, below `folder`. */
export const leaseFile = 'lease';
/** What the machine packed before it stopped itself, below `folder`. */
export const packedFile = 'packed.tar.gz';

/**
 * The script with which a rented machine starts, every time it does: it carries its own end. A watchdog looks at the lease
 * file, which whoever drives touches; when that has been silent for the length of the lease, it ends the runs, packs what
 * they wrote and stops the machine through the provider's API. The disk stays, at its small price, until somebody has
 * brought the results home. Inside an instance Vast.ai sets CONTAINER_ID and CONTAINER_API_KEY, a key that may only
 * manage this instance (docs.vast.ai/guides/instances/docker-environment, read in November 2026), so the person's own
 * key never goes there. Silence is counted by the uptime, not by a clock that may be set.
 */
export function onStartScript({ url, leaseSeconds, folder }: OnStartFacts): string {
  return `# Bridge rented this machine. Unless it hears from Bridge for ${leaseSeconds} s it packs the results and stops itself.
mkdir -p "$HOME"/${shellWord(folder)} && cd "$HOME"/${shellWord(folder)} || exit 1
touch ~/.no_auto_tmux
cat > watchdog.sh <<'BRIDGE'
lease=${leaseSeconds}
seen= quiet=0
while :; do
  now=$(stat -c %Y.%s ${leaseFile} 2>/dev/null; cat ${leaseFile} 2>/dev/null)
  if [ "$now" != "$seen" ]; then seen=$now quiet=0; fi
  [ "$quiet" -ge "$lease" ] && break
  step=$((lease - quiet)); [ "$step" -gt 10 ] && step=10
  sleep "$step"; quiet=$((quiet + step))
done
for claim in */jobs/*/*/claim jobs/*/*/claim; do
  [ -f "$claim" ] && [ ! -f "\${claim%claim}exit" ] && kill -TERM -- "-$(cut -f1 "$claim")" 2>/dev/null
done
sleep "\${BRIDGE_GRACE:-20}"
tar czf ${packedFile}.part --exclude=${packedFile} --exclude=${packedFile}.part . 2>/dev/null
mv -f ${packedFile}.part ${packedFile}; sync
until curl -fsS -m 60 -X PUT ${shellWord(url)}"/api/v0/instances/$CONTAINER_ID/" -H "Authorization: Bearer $CONTAINER_API_KEY" -H 'Content-Type: application/json' -d '{"state":"stopped"}' || vastai stop instance "$CONTAINER_ID" --api-key "$CONTAINER_API_KEY"; do sleep 30; done
BRIDGE
date > ${leaseFile}
[ -f watchdog.pid ] && kill -- "-$(cat watchdog.pid)" 2>/dev/null
setsid bash watchdog.sh > watchdog.log 2>&1 < /dev/null &
echo $! > watchdog.pid
`;
}
