/**
 * The words by which plans and trackers name things, English and Chinese. This is data: to teach the reader a new
 * word, add it to its list, behind a `|`. Matching ignores case, emphasis, emoji and what stands in brackets; a Latin
 * word matches whole words of a header or label, a Chinese one any part; the longest match decides.
 */

/** A list of words, written as one text with `|` between them. */
function words(list: string): readonly string[] {
  return list.split('|').map((word) => word.trim());
}

/** What a column of a table holds. Of two columns with one role, the word that stands earlier in the list wins. */
export const columnWords = {
  milestone: words(`milestone | milestones | milestone id | 里程碑 | M`),
  stage: words(`
    phase | stage | wave | week | step | sprint | round | day | gate id | 阶段 | 周 | 周次 | 步骤 | 轮次 |
    批次
  `),
  run: words(`
    run id | run | runid | run # | run no | run name | run range | exp | exp id | experiment |
    experiment id | job | job id | task id | trial | trial id | test id | 运行 | 运行编号 | 实验编号 |
    实验 | 任务编号 | 实验id | 运行id
  `),
  id: words(
    `id | # | no | no. | item | idx | index | order | key | task | 编号 | 序号 | 项 | 条目 | 任务 | 顺序`,
  ),
  block: words(`block | blocks | block id | experiment block | 实验块 | 模块 | 区块`),
  goal: words(`goal | goals | objective | aim | target | what | 目标 | 目的 | 内容`),
  runs: words(`
    runs | run ids | what runs | experiments | linked runs | 核心 runs | 首批 run | 包含运行 | 实验内容 |
    运行项 | 对应运行
  `),
  gate: words(`
    decision gate | gate | exit gate | go/no-go | go / no-go | go/stop gate | exit criterion |
    exit criteria | pass criterion | pass criteria | go criterion | success criterion | success criteria |
    success | stop rule | pass condition | stop/go | acceptance | acceptance criteria | 决策门槛 | 决策门 |
    门槛 | 通过标准 | 成功标准 | 判定标准 | 验收标准 | 决策 | 关卡 | 通过条件 | 闸门 | 退出条件
  `),
  cost: words(`
    cost | budget | compute | est cost | estimated cost | estimate | compute cost | 成本 | 预算 | 开销 |
    算力 | 估计成本 | 预计成本 | 代价 | 计算量 | 资源
  `),
  gpuHours: words(`
    gpu hours | gpu hour | gpu hrs | gpu hr | gpu h | gpuh | gpu time | gpu cost | gpu budget | est gpu h |
    gpu小时 | gpu 小时 | gpu时 | gpu 时 | gpu 时间 | gpu时间 | gpu·h | 卡时 | gpu 成本
  `),
  time: words(`
    time | wall | wall time | walltime | wall clock | estimated time | eta | duration | timeline |
    cpu hours | cpu hrs | cpu h | runtime | 时间 | 耗时 | 时长 | 预计时间 | 周期 | 工期
  `),
  risk: words(`risk | risks | main risk | 风险 | 主要风险`),
  claim: words(`
    claim | claims | hypothesis | hypotheses | claim id | 主张 | 声明 | 论点 | 论断 | 假设 | 结论 |
    需要证明的结论 | 命题 | 核心主张 | research question | question | 研究问题
  `),
  evidence: words(`
    minimum convincing evidence | minimum evidence | min evidence | evidence | expected evidence |
    evidence needed | 最小可信证据 | 最低可信证据 | 最低说服力证据 | 最小证据 | 最小充分证据 | 证据 |
    why it matters | importance | 为什么重要 | 重要性 | linked blocks | linked block | experiment blocks |
    linked experiments | 对应实验 | 对应实验块 | 关联实验块 | 关联块
  `),
  purpose: words(`purpose | description | setup | question | 目的 | 描述 | 说明 | 用途`),
  system: words(`
    system | system / variant | variant | systems | method | methods | model | config | configuration |
    系统 | 系统 / 变体 | 变体 | 方法 | 模型 | 配置
  `),
  split: words(`split | dataset | data | dataset / split | datasets | 划分 | 数据 | 数据集 | 数据划分`),
  metrics: words(`metrics | metric | key metric | key metrics | 指标 | 关键指标 | 度量`),
  priority: words(`priority | prio | must/nice | must run | tier | required | 优先级 | 优先 | 级别`),
  status: words(`status | state | progress | run status | 状态 | 进度 | 当前状态 | 执行状态`),
  notes: words(`
    notes | note | result | results | key result | comment | comments | remarks | outcome |
    evidence / command | 备注 | 结果 | 说明 | 注释 | 关键结果
  `),
  command: words(`
    command | commands | cmd | entry | script | launch command | entry point | 命令 | 脚本 | 启动命令 |
    入口
  `),
};

export type ColumnRole = keyof typeof columnWords;

/** What a labelled line (`- **Success criterion**: …`) states. */
export const labelWords = {
  goal: words(`goal | goals | objective | aim | 目标 | 目的`),
  gate: words(`
    decision gate | gate | exit gate | exit criterion | exit criteria | go/no-go | go/stop | stop/go |
    kill gate | decision rule | 决策门槛 | 决策门 | 门槛 | 退出条件 | 闸门 | 决策点
  `),
  success: words(`
    success criterion | success criteria | success | success condition | success conditions |
    success threshold | success gate | acceptance | acceptance criterion | acceptance criteria |
    pass criterion | pass criteria | pass condition | success metric | 成功标准 | 成功条件 | 成功准则 |
    成功判据 | 通过标准 | 通过条件 | 验收标准 | 判定标准 | 成功判定 | 成功门槛 | 验收 | 验收条件 |
    成功指标
  `),
  failure: words(`
    failure interpretation | failure | failure criterion | if fail | if it fails | 失败解释 | 失败含义 |
    失败判据 | 失败标准 | 若失败
  `),
  priority: words(`priority | prio | 优先级`),
  gpuHours: words(`
    gpu hours | gpu hour | gpu hrs | gpu h | gpu time | gpu budget | estimated gpu hours | gpu小时 |
    gpu 小时 | gpu 时 | 卡时 | gpu 预算
  `),
  cost: words(`
    cost | budget | compute | compute budget | estimated cost | compute cost | compute estimate | 成本 |
    预算 | 算力 | 开销 | 预估成本 | 预计成本 | 估计成本 | 计算成本 | 预估
  `),
  claim: words(`
    claim tested | claims tested | claim | claims | tests claim | validates | hypothesis | 验证主张 |
    检验主张 | 检验 | 主张 | 对应主张 | 验证命题
  `),
  dataset: words(`
    dataset / split / task | dataset | datasets | data | dataset / split | task | split | 数据 | 数据集 |
    任务 | 数据 / 划分 / 任务
  `),
  systems: words(`
    compared systems | systems | compared methods | methods | baselines | comparison | arms | 系统 |
    对照系统 | 对比系统 | 对比方法 | 比较 | 比较系统
  `),
  metrics: words(`metrics | metric | primary metric | decisive metrics | 指标 | 主指标 | 评价指标 | 度量`),
  setup: words(`
    setup details | setup | configuration | config | training | hyperparameters | 设置 | 配置 | 实验设置 |
    训练设置
  `),
  runs: words(`runs | run ids | experiments | what runs | 运行 | 包含运行 | 实验内容`),
  command: words(`command | commands | run command | script | 命令 | 启动命令`),
  problem: words(`problem | problem statement | 问题`),
  thesis: words(`
    method thesis | final method thesis | thesis | one-sentence thesis | one-line thesis | core thesis |
    thesis statement | method | 方法论主张 | 方法主张 | 方法论点 | 方法命题 | 核心方法 | 方法假设 |
    一句话方法 | 方法
  `),
};

export type LabelRole = keyof typeof labelWords;

/** What a section is about, by its heading. */
export const sectionWords = {
  claims: words(`
    claim map | claims | claim | claims map | hypotheses | evidence chain | claim mapping | 主张 | 证据链 |
    声明 | claim 映射 | 核心主张 | 论断 | 假设 | 研究问题 | 研究假设
  `),
  blocks: words(`
    experiment blocks | experiment block | experimental blocks | blocks | experiments | experiment suite |
    core experiments | main experiments | evaluation blocks | 实验块 | 实验模块 | 实验设计 | 实验列表 |
    核心实验 | 实验内容 | 实验方案 | 实验矩阵
  `),
  runOrder: words(`
    run order | run order and milestones | milestones | milestone | schedule | timeline | execution order |
    execution plan | roadmap | wave schedule | run plan | phases | stages | order of execution |
    run sequence | 运行顺序 | 里程碑 | 执行顺序 | 执行计划 | 阶段规划 | 实验阶段 | 运行计划 | 时间表 |
    时间线 | 阶段 | 路线图 | 实验顺序 | 执行阶段 | 待完成实验
  `),
  budget: words(`
    compute and data budget | compute budget | budget | compute | resource budget | gpu budget |
    cost summary | resources | 计算预算 | 资源预算 | 算力预算 | 预算 | 总预算 | 计算资源 | 算力
  `),
  risks: words(`
    risks and mitigations | risk | risks | mitigation | mitigations | failure modes | threats | 风险 |
    风险与缓解 | 风险控制
  `),
  other: words(`
    final checklist | checklist | paper storyline | storyline | baselines | related work | background |
    references | changelog | paper mapping | reproducibility | appendix | implementation notes | method |
    what comes after | deferred | next steps | first runs | figures | metrics | 基线 | 检查清单 |
    论文故事线 | 参考 | 附录 | 清单 | 后续 | 检查点 | 论文 | 依赖关系
  `),
};

export type SectionRole = keyof typeof sectionWords;

/** The first word of a status decides; `unknown` is every other word, and Bridge then asks rather than guesses. */
export const statusWords = {
  done: words(`
    done | complete | completed | finished | pass | passed | success | succeeded | ok | closed | verified |
    gate pass | gate passed | 已完成 | 完成 | 通过 | 已通过 | 成功 | 结束 | ✅ | ✓ | ✔ | ☑ | [x]
  `),
  todo: words(`
    todo | to do | to-do | queued | pending | planned | not started | not run | not yet | scheduled |
    backlog | open | waiting | unstarted | 待办 | 未开始 | 待运行 | 待做 | 待执行 | 待开始 | 计划 | 计划中 |
    排队 | 排队中 | 等待 | 未运行 | 未启动 | 待启动 | 待跑 | 待定 | ⬜ | ☐ | ⏳ | 🔲 | [ ]
  `),
  running: words(`
    running | in progress | in-progress | inprogress | started | ongoing | active | wip | launched |
    进行中 | 运行中 | 执行中 | 正在运行 | 训练中 | 🔄 | 🟡 | 🏃 | ▶ | ⏩
  `),
  failed: words(`
    failed | fail | failure | error | crashed | crash | oom | gate failed | gate fail | 失败 | 未通过 |
    报错 | 崩溃 | ❌ | ✗ | ✘ | 🔴
  `),
  blocked: words(`blocked | blocked by | stuck | 阻塞 | 被阻塞 | 受阻 | 卡住 | 🚧`),
  paused: words(`
    paused | pause | deferred | on hold | hold | postponed | suspended | 暂停 | 推迟 | 延后 | 搁置 | 延期 |
    ⏸
  `),
  cancelled: words(`
    cancelled | canceled | cut | skipped | skip | dropped | drop | killed | abandoned | removed | 取消 |
    已取消 | 跳过 | 放弃 | 已放弃 | 删除 | 🚫 | ⏭
  `),
};

/** Words of a priority. Words of neither list (`SHOULD`) are no priority. */
export const priorityWords = {
  must: words(`
    must | must run | must-run | mustrun | required | mandatory | critical | p0 | 必跑 | 必须 | 必做 |
    必需 | 必要
  `),
  nice: words(`
    nice | nice to have | nice-to-have | optional | stretch | if time permits | 可选 | 选做 | 锦上添花 |
    非必须 | 非必需 | 加分项
  `),
};

/** What a milestone is for, by the words of its name; the first kind that matches decides. */
export const kindWords = {
  sanity: words(`
    sanity | smoke | pilot | infrastructure | setup | scaffold | pre-flight | preflight | environment |
    instrumentation | feasibility | overfit | 冒烟 | 健全性 | 环境 | 预检 | 接入 | 可行性 | contract
  `),
  ablation: words(`
    ablation | ablations | robustness | sensitivity | causality | regime | mechanism ablation | simplicity |
    isolation | 消融 | 鲁棒 | 敏感性 | 归因
  `),
  polish: words(`
    polish | paper | appendix | figures | write | writing | report | wrap-up | backup | final analysis |
    论文 | 收尾 | 附录 | 写作 | 图表
  `),
  baseline: words(`baseline | baselines | re-anchor | anchor | reproduce | reproduction | 基线 | 复现`),
  main: words(`
    main | core | headline | method | decisive | full | confirmatory | benchmark | evaluation | 主实验 |
    主方法 | 核心 | 主要 | 正式 | 完整
  `),
};

/** Words that number a milestone (`Phase 2`). */
export const milestoneWords = words(
  `Milestone | Phase | Stage | Wave | Week | Weeks | Step | Day | Days | Sprint | Round | Month | Tier`,
);
export const milestoneWordsZh = words(`里程碑 | 阶段 | 步骤 | 轮次 | 批次`);

/** Words that number a block (`Block 3`) and a claim (`Claim 1`), each with the letter of the id that it stands for. */
export const blockWords: Readonly<Record<string, string>> = {
  Block: 'B',
  'Experiment Block': 'B',
  'Exp Block': 'B',
  Experiment: 'E',
  Exp: 'E',
  实验块: 'B',
  模块: 'B',
  区块: 'B',
  实验: 'E',
};
export const claimWords: Readonly<Record<string, string>> = {
  Claim: 'C',
  Hypothesis: 'H',
  主张: 'C',
  声明: 'C',
  假设: 'H',
  论断: 'C',
  命题: 'C',
};

/** What makes a row of a claim table no claim: a claim that the author wants to refute. */
export const antiClaimWords = words(`
  anti-claim | anti claim | anticlaim | counter-claim | 反主张 | 反命题 | 反论断 | 反声明 | 反面假设 |
  需排除
`);

/** First cells of rows that sum others up. */
export const totalWords = words(
  `total | sum | subtotal | grand total | overall | 合计 | 总计 | 小计 | 总和 | 共计 | 总`,
);

/** Axes whose number of values multiplies jobs; `200 steps` or `8 GPUs` multiply none. */
export const sweepAxes = words(`
  seed | method | model | dataset | variant | setting | config | configuration | system | scenario |
  condition | value | budget | baseline | ratio | size | arm | task | backbone | fold | level | ablation |
  difficulty group | group | split | learning rate | lr | benchmark | domain | environment | checkpoint |
  teacher | student | policy | policies | temperature
`);
export const sweepAxesZh = words(
  `种子 | 方法 | 模型 | 数据集 | 变体 | 配置 | 系统 | 场景 | 条件 | 任务 | 基线 | 预算 | 设置 | 组`,
);

/** Headings and labels under which a proposal states its method, the thesis before the details. */
export const thesisWords = {
  thesis: words(`
    method thesis | thesis | thesis statement | core thesis | 方法论主张 | 方法主张 | 方法论点 | 方法命题 |
    核心论点 | 一句话方法 | core idea | key idea | 核心思想 | 核心思路
  `),
  method: words(`
    method | proposed method | approach | proposed approach | method specification | method overview |
    core mechanism | technical approach | 方法 | 方法概述 | 技术路线 | 技术方案 | 方法设计
  `),
};
