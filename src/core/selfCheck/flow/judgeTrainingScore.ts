import type { Flow } from './flow';

/** Does the statement itself call this a score on the training rows (`train_acc = …`, `print("Training accuracy", …)`)? */
export function saysTraining(flow: Flow): boolean {
  const { statement } = flow;
  if (!statement) return false;
  const text = flow.file.text.slice(statement.from, Math.min(statement.to, statement.from + 400));
  return /train(?:ing)?[\s_-]*(?:set[\s_-]*)?(?:acc|score|mse|rmse|mae|r2|err|loss|f1|auc|perf|result|metric|report|pred|precision|recall|data)|in[-_ ]?sample|resubstitution|(?:on|for) (?:the )?train|(?:acc|score|mse|rmse|mae|r2|err|loss|f1|auc|pred)\w*_train|_tr\b/i.test(
    text,
  );
}

/** At the end of the file: models whose only scores are on the rows of their own fit. */
export function finishEstimators(flow: Flow): void {
  for (const { scoredOnTraining, scoredElsewhere, fit, task } of flow.estimators) {
    const [first] = scoredOnTraining;
    if (!first || scoredElsewhere || !fit || task === null) continue;
    flow.report(`intraining:${first.at}`, {
      severity: 'MAJOR',
      check: 'logic',
      title: 'The only score of this model is on its own training rows',
      why: `At ${flow.place(fit.at)} the model is trained on ${fit.label}. At ${flow.place(first.at)} ${first.label} scores it on the same rows, and nothing in this file scores it on others.`,
      fix: 'Score on rows that were held out (a test part or cross-validation), or say in the name that it is the training score.',
      at: first.at,
      to: first.at,
    });
  }
}
