import { describe, expect, it } from 'vitest';
import { chooseModel, familyOf } from '../../../../src/core/agents/chooseModel';

const model = (vendor: string, id: string, family = id, name = id) => ({ vendor, id, family, name });
const claude = model('copilot', 'claude-sonnet-4.5');
const gpt = model('copilot', 'gpt-5.4', 'gpt-5.4', 'GPT 5.4');
const any = { named: null, preferred: null, avoid: 'unknown' } as const;

describe('which of the editor’s models is meant', () => {
  it('is the one that is named: by vendor and id, id, family or name', () => {
    for (const named of ['copilot/gpt-5.4', 'GPT-5.4', 'GPT 5.4'])
      expect(chooseModel([claude, gpt], { ...any, named })).toBe(gpt);
  });
  it('is nobody where the named one is gone: another would see what was not meant for it', () => {
    expect(chooseModel([claude, gpt], { ...any, named: 'gemini-3' })).toBeNull();
    expect(chooseModel([], any)).toBeNull();
  });
  it('is the preferred one where it is there, else one of another family than the author’s', () => {
    expect(chooseModel([claude, gpt], { ...any, preferred: 'gpt-5.4' })).toBe(gpt);
    expect(chooseModel([claude, gpt], { ...any, avoid: 'anthropic' })).toBe(gpt);
    expect(chooseModel([claude], { ...any, avoid: 'anthropic' })).toBe(claude);
  });
  it('is of the house that made it, whoever brings it', () => {
    expect([claude, gpt].map(familyOf)).toEqual(['anthropic', 'openai']);
  });
});
