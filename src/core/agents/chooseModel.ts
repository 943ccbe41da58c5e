import type { ModelChoice } from './editorService';
import { modelFamily, sameFamily } from './modelFamily';
import type { ModelFamily } from './ports';

/** A language model as an editor lists it. */
export interface ListedModel {
  readonly vendor: string;
  readonly id: string;
  readonly family: string;
  readonly name: string;
}

/** Whose model it is; the vendor only says who brings it. */
export function familyOf({ id, family, name }: ListedModel): ModelFamily {
  return modelFamily(`${family} ${id} ${name}`);
}

/** What a setting calls it. */
export function modelLabel({ vendor, id }: ListedModel): string {
  return `${vendor}/${id}`;
}

/**
 * The model that a choice means; null: there is none. One that is named and not there is not replaced by another: the
 * person chose who sees the code.
 */
export function chooseModel<T extends ListedModel>(models: readonly T[], choice: ModelChoice): T | null {
  if (choice.named !== null) return find(models, choice.named);
  const others = models.filter((model) => !sameFamily(familyOf(model), choice.avoid));
  const offered = others.length > 0 ? others : models;
  return (choice.preferred === null ? null : find(offered, choice.preferred)) ?? offered[0] ?? null;
}

function find<T extends ListedModel>(models: readonly T[], name: string): T | null {
  const wanted = name.toLowerCase();
  const names: readonly ((model: T) => string)[] = [
    modelLabel,
    ({ id }) => id,
    ({ family }) => family,
    (model) => model.name,
  ];
  for (const nameOf of names) {
    const found = models.find((model) => nameOf(model).toLowerCase() === wanted);
    if (found !== undefined) return found;
  }
  return null;
}
