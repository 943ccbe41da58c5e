import { format } from 'prettier';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { parseManifest } from '../../../../src/core/manifest/parseManifest';
import { manifestSchema, resolveSchema, schemaAt } from '../../../../src/core/manifest/schema';
import type { SchemaNode } from '../../../../src/core/manifest/schemaNode';

/** The smallest manifest that runs; each test puts one thing into it. */
const whole = () => ({ project: 'p', jobs: [{ id: 'R1', cmd: 'true' }] as Record<string, unknown>[] });
const codes = (value: unknown) => parseManifest(stringify(value)).problems.map(({ code }) => code);

/** A value that a schema allows, by its first alternative. */
function sample(node: SchemaNode, key: string): unknown {
  const schema = resolveSchema(node);
  if (schema.enum) return schema.enum[0];
  if (schema.oneOf) return sample(schema.oneOf[0]!, key);
  const type = typeof schema.type === 'string' ? schema.type : schema.type?.[0];
  switch (type) {
    case 'integer':
    case 'number':
      return Math.max(1, schema.minimum ?? 1);
    case 'array':
      return [schema.items ? sample(schema.items, key) : 1];
    case 'object': {
      const own = Object.entries(schema.properties ?? {})
        .filter(([name]) => schema.required?.includes(name) ?? false)
        .map(([name, each]) => [name, sample(each, name)]);
      if (own.length > 0) return Object.fromEntries(own);
      return schema.additionalProperties ? { a: sample(schema.additionalProperties, 'a') } : {};
    }
    default:
      return ['cwd', 'path', 'script', 'expected_output', 'output_check'].includes(key) ? 'a/b' : '1';
  }
}

/** A value of a type that a schema does not allow; undefined where it takes about anything. */
function wrong(node: SchemaNode): unknown {
  const schema = resolveSchema(node);
  if (schema.enum) return 'no-such-word';
  const types = [schema.type ?? []].flat();
  if (types.includes('array')) return 'scalar';
  if (types.includes('object') || types.includes('integer') || types.includes('number'))
    return types.includes('string') ? undefined : ['list'];
  return types.includes('string') || schema.oneOf ? { a: { map: 1 } } : undefined;
}

const top = Object.entries(manifestSchema.properties).filter(
  ([key]) => !['jobs', 'phases', 'grid', 'template'].includes(key),
);
const ofJob = Object.entries(manifestSchema.definitions.job!.properties!);
const ofPhase = Object.entries(schemaAt(['phases', '-'])!.properties!);
/** Bridge reads past these, whatever stands in them. */
const unread = new Set(['version']);

describe('the schema of the run manifest', () => {
  it('is the file that ships', async () => {
    const json = await format(JSON.stringify(manifestSchema), { parser: 'json', printWidth: 110 });
    await expect(json).toMatchFileSnapshot('../../../../schemas/experiments.schema.json');
  });

  it.each(top)('allows %s in the file, as the reader does', (key, node) => {
    expect(codes({ ...whole(), [key]: sample(node, key) })).toEqual([]);
  });

  it.each(ofJob)('allows %s in a run, as the reader does', (key, node) => {
    const [job] = whole().jobs;
    const value = key === 'depends_on' ? 'R0' : key === 'id' ? 'R1' : sample(node, key);
    const other = { id: 'R0', cmd: 'true' };
    expect(codes({ ...whole(), jobs: [other, { ...job, [key]: value }] })).toEqual([]);
  });

  it.each(ofPhase)('allows %s in a phase, as the reader does', (key, node) => {
    const value =
      key === 'depends_on'
        ? []
        : key === 'grid'
          ? { a: [1] }
          : key === 'jobs'
            ? whole().jobs
            : sample(node, key);
    const phase = { name: 'p', grid: { a: [1] }, template: { id: 'p-${a}', cmd: 'true' }, [key]: value };
    expect(
      codes({
        project: 'p',
        phases: [key === 'template' ? { ...phase, template: { id: 't', cmd: 'true' } } : phase],
      }),
    ).toEqual([]);
  });

  it.each(top.filter(([key, node]) => wrong(node) !== undefined && !unread.has(key)))(
    'and the reader refuse the same wrong type for %s of the file',
    (key, node) => {
      expect(codes({ ...whole(), [key]: wrong(node) })).not.toEqual([]);
    },
  );

  it.each(ofJob.filter(([, node]) => wrong(node) !== undefined))(
    'and the reader refuse the same wrong type for %s of a run',
    (key, node) => {
      const [job] = whole().jobs;
      expect(codes({ ...whole(), jobs: [{ ...job, [key]: wrong(node) }] })).not.toEqual([]);
    },
  );

  it('knows no key that the reader does not know, and says what each is for', () => {
    expect(codes({ ...whole(), expected_ouput: 1 })).toContain('manifest.unknown-key');
    for (const [key, node] of [...top, ...ofJob, ...ofPhase])
      expect(resolveSchema(node).description ?? '', key).not.toBe('');
  });
});
