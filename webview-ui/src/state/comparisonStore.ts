import type { ComparisonView } from '../../../src/protocol/comparison';
import { NewestStore } from './newestStore';

/** The newest comparison of two runs. */
export class ComparisonStore extends NewestStore<ComparisonView> {}
