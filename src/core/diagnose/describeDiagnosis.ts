import type { Failure } from '../run/failure';
import type { Diagnosis } from './model';

/** The diagnosis as the failure of a run: its message begins with what happened and where (`out of memory on the GPU at step 210: …`). */
export function describeDiagnosis(diagnosis: Diagnosis): Failure {
  return {
    class: diagnosis.class,
    message: diagnosis.message,
    evidence: diagnosis.evidence,
    advice: diagnosis.advice,
  };
}
