/** The detectors of training health. */
export type DetectorName =
  | 'nan'
  | 'divergence'
  | 'spike'
  | 'flat'
  | 'plateau'
  | 'stalled'
  | 'overfitting'
  | 'dead-learning-rate'
  | 'exploding-gradient'
  | 'vanishing-gradient'
  | 'worse-than-baseline'
  | 'silent'
  | 'idle-gpu';

/**
 * How much a finding weighs: `stop` is a run that will give nothing, `unsure` one that a person should look
 * at.
 */
export type Severity = 'unsure' | 'stop';

/** Something about a run's curves that a person should know. */
export interface Finding {
  readonly detector: DetectorName;
  readonly series: string;
  /** Where it began, in the file's own numbering. */
  readonly step: number;
  /** What happened and what to do next. */
  readonly sentence: string;
  readonly severity: Severity;
}

export type HealthVerdict = 'healthy' | 'unsure' | 'stop';

export interface HealthReport {
  readonly verdict: HealthVerdict;
  readonly findings: readonly Finding[];
}

/**
 * What a detector of shapes sees of a series: at most `curveCapacity` neighbouring groups of points in order.
 * A run of a million points has as many as one of a thousand; a short one has a group a point.
 */
export interface CurvePart {
  readonly firstStep: number;
  readonly lastStep: number;
  readonly count: number;
  readonly mean: number;
  readonly min: number;
  readonly max: number;
}

/** A series with what its name says about it. */
export interface Curve {
  readonly series: string;
  /** `loss`: lower is better; `score`: higher is better; `gradient`: the norm of a gradient. */
  readonly kind: 'loss' | 'score' | 'gradient';
  readonly role: 'train' | 'validation';
  readonly parts: readonly CurvePart[];
  /** The first few values as they were; in a long run the first part has long left them. */
  readonly head: readonly number[];
}
