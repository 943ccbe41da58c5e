import { describeDeviation } from '../agents/deviations';
import type { Severity } from '../agents/reviewDocument';
import type { Language } from '../results/report/messages';
import type { ProposedChange } from './agents';
import type { Deviation, DeviationKind, Judge } from './agentsEvent';

/** What results say of agents, reviewers and the evaluation, in the report's language. A model's own words stay as they are. */
export interface DisclosureWords {
  discarded(run: string, system: string | null, times: number): string;
  earlierCommand(run: string, times: number): string;
  departs(change: Pick<ProposedChange, 'title' | 'purpose'>, by: string, deviation: Deviation): string;
  repaired(run: string, times: number): string;
  /** A changed evaluation that a person insisted on. */
  insisted(by: string, changes: readonly string[]): string;
  /** A changed evaluation at the end of a study. */
  unapproved(changes: readonly string[]): string;
  criterion(
    judged: { readonly text: string; readonly subject: string; readonly why: string; readonly judge: Judge },
    verdict: 'yes' | 'partial' | 'no',
  ): string;
  curve(
    run: string,
    judged: { readonly why: string; readonly judge: Judge },
    verdict: 'STOP' | 'CONTINUE' | 'WAIT',
  ): string;
  review(model: string, carrier: string, round: number, counts: readonly string[]): string;
  open(count: number, severity: Severity): string;
  waived(
    count: number,
    severity: Severity,
    reasons: readonly { readonly title: string; readonly why: string }[],
  ): string;
  readonly sameFamily: string;
  readonly edited: string;
  unread(tracePath: string | null): string;
  /** Between sentences. */
  readonly gap: string;
}

const times = (count: number) => (count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`);

const en: DisclosureWords = {
  discarded: (run, system, count) =>
    `Tried and discarded: ${run}${system === null ? '' : ` (${system})`}, started ${times(count)}, is no part of the study any more.`,
  earlierCommand: (run, count) =>
    `Tried and discarded: an earlier command of ${run}, started ${times(count)}.`,
  departs: ({ title }, by, deviation) =>
    `Departs from the plan (${title}, taken by ${by}): ${describeDeviation(deviation)}.`,
  repaired: (run, count) =>
    `${run} was repaired ${times(count)} before it counted; refine-logs/SANITY_REPAIRS.md has every move.`,
  insisted: (by, changes) =>
    `The locked evaluation was changed after it was approved, and ${by} approved it again: ${changes.join('; ')}.`,
  unapproved: (changes) =>
    `The locked evaluation was changed after it was approved, and nobody has approved the change: ${changes.join('; ')}.`,
  criterion: ({ text, subject, why, judge }, verdict) =>
    `No program can judge “${text}” (${subject}); in the judgement of the model ${judge.model} (${judge.carrier}): ${verdict}. ${why}`,
  curve: (run, { why, judge }, verdict) =>
    `The curve of ${run} in the judgement of the model ${judge.model}: ${verdict}. ${why}`,
  review: (model, carrier, round, counts) =>
    `Review by ${model} (${carrier}), round ${round}: ${counts.join(', ')}.`,
  open: (count, severity) => `${count} ${severity.toLowerCase()}`,
  waived: (count, severity, reasons) =>
    `${count} ${severity.toLowerCase()} waived: ${reasons.map(({ title, why }) => `“${title}”, because ${why}`).join('; ')}`,
  sameFamily: 'The reviewer is of the author’s own model family.',
  edited: 'The code was edited since.',
  unread: (tracePath) =>
    `Part of its answer could not be read${tracePath === null ? '' : ` (${tracePath})`}.`,
  gap: ' ',
};

const severitiesZh: Readonly<Record<Severity, string>> = { CRITICAL: '严重', MAJOR: '重要', MINOR: '轻微' };
const aspectsZh: Readonly<Record<DeviationKind, string>> = {
  ...{ 'batch-size': '有效批大小', 'learning-rate': '学习率', data: '数据' },
  ...{ split: '数据划分', metric: '指标', seed: '随机种子' },
};
const purposesZh: Readonly<Record<ProposedChange['purpose'], string>> = {
  ...{ implement: '补写缺失的代码', fix: '修改评审发现的问题', repair: '修复失败的运行' },
  ...{ ablate: '添加消融实验', manifest: '起草运行清单' },
};
/** Clauses on what changed, which the journal keeps in English. */
const clausesZh: readonly (readonly [RegExp, (...parts: string[]) => string])[] = [
  [/^the evaluation script was (.*) and is (.*)$/s, (was, is) => `评估脚本原为 ${was}，现为 ${is}`],
  [/^the split was (.*) and is (.*)$/s, (was, is) => `数据划分原为 ${was}，现为 ${is}`],
  [/^the list of seeds was (.*) and is (.*)$/s, (was, is) => `随机种子列表原为 ${was}，现为 ${is}`],
  [/^the primary metric was (.*) and is (.*)$/s, (was, is) => `主要指标原为 ${was}，现为 ${is}`],
  [/^the kind of evaluation was (.*) and is (.*)$/s, (was, is) => `评估类型原为 ${was}，现为 ${is}`],
  [/^the evaluation is named no more$/, () => '不再写明评估方式'],
  [/^(.*) is named no more$/s, (what) => `不再写明 ${what}`],
  [/^(.*) changed$/s, (path) => `${path} 已被修改`],
  [/^(.*) is new$/s, (path) => `${path} 是新增的`],
  [/^(.*) is gone$/s, (path) => `${path} 已不存在`],
];
const clauseZh = (clause: string): string => {
  for (const [pattern, say] of clausesZh) {
    const found = pattern.exec(clause);
    if (found) return say(...found.slice(1));
  }
  return clause;
};
const listZh = (changes: readonly string[]) => changes.map(clauseZh).join('；');
const textZh = (text: string) => (text === 'nothing' ? '没有' : `“${text}”`);

const zh: DisclosureWords = {
  discarded: (run, system, count) =>
    `尝试后放弃：${run}${system === null ? '' : `（${system}）`}，启动过 ${count} 次，已不属于本研究。`,
  earlierCommand: (run, count) => `尝试后放弃：${run} 更早的一条命令，启动过 ${count} 次。`,
  departs: ({ purpose }, by, { kind, file, line, was, is }) =>
    `偏离计划（${purposesZh[purpose]}，由 ${by} 采纳）：${file}:${line} 中的${aspectsZh[kind]}（原为${textZh(was)}，改为${textZh(is)}）。`,
  repaired: (run, count) => `${run} 在计入结果前修复过 ${count} 次；每一步见 refine-logs/SANITY_REPAIRS.md。`,
  insisted: (by, changes) => `锁定的评估在批准之后被修改，${by} 再次批准：${listZh(changes)}。`,
  unapproved: (changes) => `锁定的评估在批准之后被修改，无人批准这一修改：${listZh(changes)}。`,
  criterion: ({ text, subject, why, judge }, verdict) =>
    `“${text}”（${subject}）无法由程序判断；模型 ${judge.model}（${judge.carrier}）的判断：${{ yes: '满足', partial: '部分满足', no: '不满足' }[verdict]}。${why}`,
  curve: (run, { why, judge }, verdict) =>
    `模型 ${judge.model} 对 ${run} 曲线的判断：${{ STOP: '应停止', CONTINUE: '应继续', WAIT: '尚早，再等' }[verdict]}（${verdict}）。${why}`,
  review: (model, carrier, round, counts) =>
    `由 ${model}（${carrier}）评审，第 ${round} 轮：${counts.join('，')}。`,
  open: (count, severity) => `${severitiesZh[severity]} ${count} 条`,
  waived: (count, severity, reasons) =>
    `${severitiesZh[severity]} ${count} 条已豁免：${reasons.map(({ title, why }) => `“${title}”，理由：${why}`).join('；')}`,
  sameFamily: '评审者与作者属于同一模型家族。',
  edited: '此后代码又有改动。',
  unread: (tracePath) => `其回答有一部分无法读取${tracePath === null ? '' : `（${tracePath}）`}。`,
  gap: '',
};

export function disclosureWords(language: Language): DisclosureWords {
  return language === 'zh' ? zh : en;
}
