/** Short forms that papers and code use for the same metric. Whole words of a name only. */
const sameWord: Readonly<Record<string, string>> = {
  acc: 'accuracy',
  ppl: 'perplexity',
  prec: 'precision',
  rec: 'recall',
};

/** What came of looking a metric up by the name that a person wrote. */
export type MetricMatch =
  | { readonly kind: 'found'; readonly name: string }
  | { readonly kind: 'ambiguous'; readonly candidates: readonly string[] }
  | { readonly kind: 'none' };

/** `test/accuracy`, `test_accuracy` and `Test Accuracy` are the same words. */
export function metricWords(name: string): readonly string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}%]+/u)
    .filter((word) => word !== '')
    .map((word) => sameWord[word] ?? word);
}

/**
 * Finds the metric that `wanted` means among `available`: the same name, else the same words, else the names that
 * end in its words (`accuracy` means `test/accuracy`), else those that its words end in. Two that match equally
 * well are ambiguous, and nothing is guessed.
 */
export function matchMetric(wanted: string, available: readonly string[]): MetricMatch {
  const names = [...new Set(available)];
  if (names.includes(wanted)) return { kind: 'found', name: wanted };
  const words = metricWords(wanted);
  if (words.length === 0) return { kind: 'none' };
  const tests: readonly ((candidate: readonly string[]) => boolean)[] = [
    (candidate) => sameWords(candidate, words),
    (candidate) => endsWith(candidate, words),
    (candidate) => endsWith(words, candidate),
  ];
  for (const test of tests) {
    const candidates = names.filter((name) => test(metricWords(name)));
    if (candidates.length > 1) return { kind: 'ambiguous', candidates };
    if (candidates[0] !== undefined) return { kind: 'found', name: candidates[0] };
  }
  return { kind: 'none' };
}

function sameWords(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && endsWith(a, b);
}

function endsWith(words: readonly string[], end: readonly string[]): boolean {
  return (
    end.length > 0 &&
    end.length <= words.length &&
    end.every((word, index) => words[words.length - end.length + index] === word)
  );
}
