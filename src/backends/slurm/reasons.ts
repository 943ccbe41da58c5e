/** Slurm's words for why a job waits (squeue(1), "JOB REASON CODES"), as a person says it. The first that fits counts. */
const words: readonly (readonly [RegExp, string])[] = [
  [/^None$|^$/, 'it is about to be looked at'],
  [/^Priority$/, 'other jobs go first'],
  [/^Resources$/, 'no node has enough free for it'],
  [/^JobArrayTaskLimit$/, 'as many tasks of its array run as may at once'],
  [/^Dependency$/, 'a job that it depends on has not ended'],
  [
    /^DependencyNeverSatisfied$/,
    'a job that it depends on ended otherwise than it must: it will never start',
  ],
  [/^BeginTime$/, 'its earliest time to begin has not come'],
  [/^Reservation/, 'its reservation has not begun, or is gone'],
  [/^ReqNodeNotAvail.*[Rr]eserved for maintenance/, 'the nodes are reserved for maintenance'],
  [/^ReqNodeNotAvail/, 'the nodes that it needs are down, drained or reserved'],
  [
    /^PartitionNodeLimit$|^PartitionTimeLimit$/,
    'it asks for more than its partition allows: change the request, or choose another partition',
  ],
  [/^PartitionDown$|^PartitionInactive$/, 'its partition takes no jobs now'],
  [/^NodeDown$|^BadConstraints$/, 'a node that it needs is down, or no node fits what it asks for'],
  [/^JobHeldUser$/, 'it is held: "scontrol release" lets it go'],
  [/^JobHeldAdmin$/, 'an administrator holds it'],
  [/^JobHoldMaxRequeue$/, 'Slurm gave up starting it and holds it: "scontrol release" lets it go'],
  [/^launch failed requeued held$|^JobLaunchFailure$/, 'it could not be started on its node'],
  [/^Licenses$/, 'no licence is free'],
  [/^Prolog$|^Cleaning$/, 'its node is being prepared'],
  [
    /^QOSMaxJobsPer(User|Account)Limit$|^QOSMaxJobs|^AssocMaxJobsLimit$|^AssocGrpJobsLimit$/,
    'as many jobs of yours run as the QOS or account allows',
  ],
  [/^QOSMaxSubmit|^AssocMaxSubmit/, 'more jobs are waiting than the QOS or account allows'],
  [/GrpGRES|MaxGRES|GRES/i, 'the GPUs that the QOS or account may use at once are in use'],
  [/GrpCpu|MaxCpu/i, 'the CPUs that the QOS or account may use at once are in use'],
  [/GrpMem|MaxMem/i, 'the memory that the QOS or account may use at once is in use'],
  [
    /Wall|CPUMinutes|CpuRunMin|RunMinutes/i,
    'the time that the QOS or account may use is used up, or too little',
  ],
  [/GrpNode|MaxNode/i, 'the nodes that the QOS or account may use at once are in use'],
  [/^InvalidAccount$/, 'its account is not valid'],
  [/^InvalidQOS$/, 'its QOS is not valid'],
  [/^QOS/, 'a limit of its QOS is reached'],
  [/^Assoc/, 'a limit of its account is reached'],
];

/** Why a job waits, in words, with Slurm's own word where ours say less. */
export function describeReason(reason: string): string {
  const found = words.find(([pattern]) => pattern.test(reason));
  if (!found) return `Slurm says "${reason}"`;
  return /^(QOS|Assoc|ReqNodeNotAvail)/.test(reason) ? `${found[1]} (${reason})` : found[1];
}
