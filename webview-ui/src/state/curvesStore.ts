import type { CurvesView } from '../../../src/protocol/curves';
import { NewestStore } from './newestStore';

/** The newest curves: they are large. */
export class CurvesStore extends NewestStore<CurvesView> {}
