import type { Unlike } from '../likeWithLike';
import type { FiguresText, Messages } from './messages';

const list = (items: readonly string[]): string => items.join('、');
const quoted = (text: string): string => `“${text}”`;
const figures = ({ label, value }: FiguresText): string => `${label} ${value}`;

const aspectNames: Readonly<Record<Unlike, string>> = {
  commit: '提交',
  code: '未提交的代码',
  host: '机器',
  gpu: 'GPU 或驱动',
  python: 'Python 版本',
  packages: '软件包',
};

/** Sentences that the journal keeps in English. */
const recorded: Readonly<Record<string, string>> = {
  'No reviewer is configured, so no other model has read this code.':
    '没有配置评审者，因此没有其他模型审阅过这份代码。',
  'Review is switched off (bridge.codeReview), so no other model has read this code.':
    '评审已关闭（bridge.codeReview），因此没有其他模型审阅过这份代码。',
  'No reviewer could be reached, so no other model has read this code.':
    '联系不上任何评审者，因此没有其他模型审阅过这份代码。',
};

/** A sentence of the journal; what stands behind one that is known, such as a client's own words, stays as it is. */
function sayRecorded(sentence: string): string {
  const known = Object.keys(recorded).find((each) => sentence.startsWith(each));
  return known === undefined ? sentence : `${recorded[known]}${sentence.slice(known.length).trimStart()}`;
}

export const zh: Messages = {
  results: {
    title: '初步实验结果',
    date: '日期',
    plan: '计划',
    target: '运行目标',
    review: '评审',
    scope: '范围',
    scopeText: ({ runs, systems, seeds, configurations }) =>
      `${runs} 个已完成的运行，${systems.length} 个系统${systems.length > 0 ? `（${list(systems)}）` : ''}，${
        seeds.length > 0 ? `${seeds.length} 个随机种子（${seeds.join('、')}）` : '未声明随机种子'
      }，${configurations} 种配置。`,
    datasets: (datasets) => `计划中写明的数据集：${datasets.join('；')}。`,
    scopeLimit: '这些是初步结果，不能推广到此范围之外。',
    byMilestone: '各里程碑结果',
    criteria: '成功标准',
    notes: '备注',
    summary: '总结',
    nextStep: '下一步',
    gate: '决策门',
    noGate: '计划中没有决策门。',
    noRuns: '此里程碑没有任何运行。',
    aggregated: (metric, direction) =>
      `${metric}，均值 ± 样本标准差（运行数）${direction === null ? '' : `，${direction === 'higher' ? '越高越好' : '越低越好'}`}：`,
    noBaseline: '–',
    ofCandidates: (n) => `（${n} 个候选）`,
    paired: (seeds) => `按随机种子 ${seeds.join('、')} 配对`,
    noiseName: '噪声水平',
    noise: (halfWidth) => `噪声 ±${halfWidth}`,
    noiseFloor: (metric, { std, single, freedom }) =>
      `仅随机种子不同的运行之间，${metric} 的标准差为 ${std}（全部运行合并，自由度 ${freedom}）；两次单独运行仅因偶然就可相差 ${single}（95 %）。`,
    unlike: (candidate, baseline, aspects) =>
      `比较条件不同：${candidate} 与 ${baseline} 的${aspects.map((aspect) => aspectNames[aspect]).join('、')}不同。`,
    lastLines: '日志的最后几行：',
    log: '日志：',
    noResult: (run, status, why) => `${run} ${status}：${why ?? '没有记录原因'}`,
    unverified: (runs) => `在别处完成、此处没有记录、未经验证：${list(runs)}`,
    attempts: (n) => `共 ${n} 次尝试`,
    sources: '来源',
    numbersFrom: (runs) => `来自 ${list(runs)}`,
  },
  verdicts: { met: '达到', 'not-met': '未达到', 'within-noise': '在噪声范围内', 'cannot-judge': '无法判断' },
  noise: { better: '更好', worse: '更差', 'within-noise': '在噪声范围内', 'too-few': '运行数太少' },
  summary: {
    mustRun: (done, all) => `must-run 实验已完成 ${done}/${all}`,
    niceToHave: (done, all) => `nice-to-have 实验已完成 ${done}/${all}`,
    mainResult: (verdict) => `主要结果：${verdict}`,
    ready: (yes, reasons) => `可以进入 /auto-review-loop：${yes ? 'YES' : `NO（${reasons.join('；')}）`}`,
    sanityNotPassed: 'sanity 尚未通过',
    notEnded: (runs) => `尚未结束的 must-run 运行：${list(runs)}`,
    nothingRan: '还没有任何运行',
  },
  main: {
    rule: '规则：所有主要 must-run 实验块的标准都达到时为 positive，有一个未达到时为 negative，否则为 inconclusive。sanity、消融和润色类实验块不计入；标题写明消融、或其中有系统只在消融里程碑中运行的实验块，视为消融。',
    ruleFromGates:
      '规则：计划没有为主要 must-run 实验块写明成功标准，因此以主里程碑的决策门为准：全部达到为 positive，有一个未达到为 negative，否则为 inconclusive。',
    positive: '主要 must-run 实验块的每个标准都达到',
    negative: '主要 must-run 实验块有标准未达到',
    inconclusive: '没有标准未达到，但并非每个标准都确定达到',
    noCriterion: '计划没有主要结果的判断标准',
    waitsFor: (runs) => `等待 ${list(runs)}`,
  },
  gate: {
    sanityRuns: (n) => `${n} 个 sanity 运行无错误结束，声明的数值全部存在且有限`,
    allFailed: (runs) => `它的每个运行都失败了：${list(runs)}`,
    sanityFailed: (runs) => `sanity 失败：${list(runs)}`,
    notEnded: (runs) => `尚未结束：${list(runs)}`,
    noRuns: '此里程碑没有任何运行',
    none: '计划没有写决策门',
    notJudgedByProgram: (text) => `程序无法判断${quoted(text)}，由人决定`,
  },
  finding: {
    noCriterion: (text) => `程序无法判断${quoted(text)}，由人决定。`,
    noMetric: '标准没有写明指标，也没有声明主要指标。',
    metricMissing: (metric, available) =>
      `${metric === '' ? '没有任何指标' : `没有与${quoted(metric)}匹配的指标`}；这些运行的指标：${
        available.length === 0 ? '无' : list(available)
      }。`,
    metricAmbiguous: (metric, candidates) => `${quoted(metric)}可能指 ${list(candidates)}；请写明其中一个。`,
    noCandidate: (reference) => `没有运行说明哪个系统与${quoted(reference)}相比。`,
    noValue: (metric, label) => `${label} 没有已完成且含 ${metric} 的运行。`,
    referenceMissing: (reference, systems) =>
      `没有与${quoted(reference)}匹配的系统；现有：${systems.length === 0 ? '无' : list(systems)}。`,
    referenceAmbiguous: (reference, candidates) =>
      `${quoted(reference)}可能指 ${list(candidates)}；请写明其中一个。`,
    equality: (reference) => `程序无法证明两个有噪声的均值相等（与${quoted(reference)}）。`,
    scale: (metric, threshold, example) =>
      `阈值 ${threshold} 与 ${metric} 的取值（如 ${example}）量纲不同，一个是小数，一个是百分数。`,
    threshold: (group, metric, operator, threshold, holds) =>
      `${figures(group)} 的 ${metric} ${holds ? '满足' : '不满足'} ${operator} ${threshold}。`,
    difference: ({ candidate, reference, metric, difference, operator, threshold }) =>
      `${metric}：${figures(candidate)} 对比 ${figures(reference)}，差值 ${difference}（要求 ${operator} ${threshold}）。`,
    tooFew: (candidate, reference) =>
      `比较需要每边至少两个随机种子；现有 ${candidate.n} 和 ${reference.n} 个，因此差值没有定论。`,
    interval: (interval, p, variants, seeds) =>
      `95 % 区间 ${interval}，p ${p}${variants > 1 ? `，已按 ${variants} 个候选校正` : ''}${
        seeds === null ? '' : `，按随机种子 ${seeds.join('、')} 配对`
      }。`,
    withinNoise: '差值在噪声范围内。',
    thresholdInsideInterval: (met) =>
      met ? '差值的均值达到阈值，但区间仍包含阈值。' : '区间包含阈值，需要更多随机种子才能判断。',
    beyondNoise: '差值超出噪声范围。',
    unverified: (n) => `其中 ${n} 个数值来自在别处完成、未经验证的运行。`,
    all: '以下各条须全部满足：',
    mixed: '各系统结论不同，而标准没有写明指哪一个：',
  },
  plots: {
    title: '图',
    bySystem: (metric) => `各系统的 ${metric}：每次运行、均值与标准差`,
    curves: (series) => `训练过程中的 ${series}：各次运行的均值，阴影为一个标准差`,
  },
  log: { system: '系统', config: '配置', result: '结果', verdict: '结论', reproduce: '复现', none: '无' },
  handoff: {
    title: '🔬 Experiment bridge 完成：',
    implemented: (written, found) =>
      `已实现：${written} 个实验脚本${found > 0 ? `，另有 ${found} 个现成脚本原样使用` : ''}`,
    deployed: (n, gpus) => `已部署：${n} 个实验，${gpus} 个 GPU`,
    completed: (a, b, c, d) => `已完成：${a}/${b} must-run，${c}/${d} nice-to-have`,
    mainResult: (sentence) => `主要结果：${sentence}`,
    results: '结果：',
    tracker: 'Tracker：',
    ready: '可以进入 Workflow 2：',
    notReady: (reasons) => `尚不能进入 Workflow 2（${reasons.join('；')}）。之后：`,
  },
  reasons: {
    cancelledBy: (who) => `由 ${who} 取消`,
    pausedBy: (who) => `由 ${who} 暂停`,
    notStarted: '尚未启动',
    cut: (word) => `tracker 中标为“${word}”`,
    nothingStarts: '没有说明如何启动',
    evaluatedAgain: (run, attempt) =>
      `${run} 只重新进行了评估（第 ${attempt} 次尝试），训练来自更早的一次尝试。`,
    recorded: sayRecorded,
  },
  queue: {
    title: (project) => `实验队列：${project}`,
    started: (time) => `开始：${time}`,
    ended: (time) => `结束：${time}`,
    running: '仍在运行',
    counts: (done, failed, other, all) => `${all} 个中 ${done} 个完成，${failed} 个失败，${other} 个其他`,
  },
};
