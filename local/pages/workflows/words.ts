import type { Language } from '../../../core/text.ts';
import type { ExecutionStatus } from '../../workflows/engine.ts';
import type { StateStatus } from './course.ts';
import type { JsonFault } from './json-fault.ts';

/** The sentences of the pages of workflows. */
export interface WorkflowWords {
  readonly title: string;
  readonly machines: string;
  readonly machine: string;
  readonly executions: string;
  readonly filter: string;
  readonly all: string;
  readonly search: string;
  readonly searchHint: string;
  readonly find: string;
  readonly clear: string;
  onlyMachine(machine: string): string;
  readonly allMachines: string;
  searched(count: number): string;
  readonly status: Readonly<Record<ExecutionStatus, string>>;
  readonly stateStatus: Readonly<Record<StateStatus, string>>;
  readonly name: string;
  readonly started: string;
  readonly ended: string;
  readonly took: string;
  running(time: string): string;
  readonly emptyTitle: string;
  readonly emptyBody: string;
  readonly emptyFiltered: string;
  readonly input: string;
  readonly output: string;
  readonly noOutput: string;
  readonly failure: string;
  readonly redriven: string;
  times(count: number): string;
  readonly startedBy: string;
  readonly nested: string;
  readonly graph: string;
  readonly graphHint: string;
  readonly tooLarge: string;
  readonly legend: { taken: string; notTaken: string; onError: string };
  readonly otherwise: string;
  stateLabel(name: string, type: string, status: string, count: number): string;
  iterations(done: number, total: number): string;
  iterationsFailed(count: number): string;
  iterationsRunning(count: number): string;
  readonly whole: string;
  readonly state: string;
  readonly type: string;
  readonly resource: string;
  readonly notReached: string;
  stay(place: number, count: number): string;
  iteration(number: number): string;
  readonly entered: string;
  readonly exited: string;
  readonly stillIn: string;
  readonly attempts: string;
  attempt(number: number): string;
  readonly attemptEnd: { succeeded: string; failed: string; aborted: string; running: string };
  readonly arguments: string;
  readonly result: string;
  readonly variables: string;
  readonly definition: string;
  readonly noData: string;
  readonly close: string;
  readonly durations: string;
  readonly durationsHint: string;
  moreStates(count: number): string;
  readonly history: string;
  readonly event: string;
  readonly time: string;
  readonly stateName: string;
  readonly details: string;
  eventRange(from: number, to: number, all: number): string;
  readonly first: string;
  readonly last: string;
  cut(bytes: number): string;
  readonly wholeEvent: string;
  readonly seeEvents: string;
  readonly stop: {
    action: string;
    title: string;
    body: string;
    reason: string;
    reasonHint: string;
    confirm: string;
    keep: string;
    ended: string;
  };
  readonly redrive: {
    action: string;
    title: string;
    body: string;
    confirm: string;
    keep: string;
    cannot: string;
  };
  readonly start: {
    action: string;
    again: string;
    title: string;
    body: string;
    name: string;
    nameHint: string;
    input: string;
    inputHint: string;
    check: string;
    checkTitle: string;
    checkBody: string;
    change: string;
    confirm: string;
    couldNot: string;
    tooLong(bytes: number, most: number): string;
    givenName: string;
  };
  jsonFault(fault: JsonFault): string;
  readonly created: string;
  readonly statesInAll: string;
}

const ja: WorkflowWords = {
  title: 'ワークフロー',
  machines: 'ワークフローの種類',
  machine: '種類',
  executions: '実行',
  filter: '状態で絞り込む',
  all: 'すべて',
  search: '名前で検索',
  searchHint: '名前の一部',
  find: '検索',
  clear: '検索を解除',
  onlyMachine: (machine) => `${machine} のみ表示しています`,
  allMachines: 'すべての種類を表示',
  searched: (count) => `新しいものから ${count} 件を検索しました。`,
  status: {
    RUNNING: '実行中',
    SUCCEEDED: '完了',
    FAILED: '失敗',
    TIMED_OUT: '時間切れ',
    ABORTED: '中止',
  },
  stateStatus: {
    running: '実行中',
    succeeded: '完了',
    caught: 'エラー処理済み',
    failed: '失敗',
    aborted: '中止',
    'not-reached': '未到達',
  },
  name: '名前',
  started: '開始',
  ended: '終了',
  took: '所要時間',
  running: (time) => `${time}経過`,
  emptyTitle: 'まだ実行はありません',
  emptyBody: '監視項目が失敗すると、確認のワークフローがここに現れます。',
  emptyFiltered: 'この条件に合う実行はありません。',
  input: '入力',
  output: '出力',
  noOutput: '出力はまだありません。',
  failure: 'エラー',
  redriven: '再開',
  times: (count) => `${count} 回`,
  startedBy: '呼び出し元',
  nested: '呼び出した実行',
  graph: 'ステートの図',
  graphHint: 'ステートを選ぶと、入力・出力・エラー・時刻を表示します。',
  tooLarge: 'ステートが多いため図は描けません。下の一覧からお選びください。',
  legend: { taken: '通った経路', notTaken: '通っていない経路', onError: 'エラー時の経路' },
  otherwise: 'それ以外',
  stateLabel: (name, type, status, count) =>
    `${name}（${type}）: ${status}${count > 1 ? `、${count} 回` : ''}`,
  iterations: (done, total) => `${total} 件中 ${done} 件終了`,
  iterationsFailed: (count) => `失敗 ${count}`,
  iterationsRunning: (count) => `実行中 ${count}`,
  whole: '実行全体',
  state: 'ステート',
  type: '型',
  resource: 'リソース',
  notReached: 'この実行はまだこのステートに達していません。',
  stay: (place, count) => `${count} 回中 ${place} 回目`,
  iteration: (number) => `反復 ${number}`,
  entered: '開始',
  exited: '終了',
  stillIn: '実行中',
  attempts: '試行',
  attempt: (number) => `${number} 回目`,
  attemptEnd: { succeeded: '成功', failed: '失敗', aborted: '中止', running: '実行中' },
  arguments: '引数',
  result: '結果',
  variables: '代入した変数',
  definition: '定義',
  noData: 'なし',
  close: '実行全体を表示',
  durations: 'ステートごとの時間',
  durationsHint: '左端が開始、右端が終了（実行中は現在）です。',
  moreStates: (count) => `ほか ${count} ステート`,
  history: '履歴',
  event: 'イベント',
  time: '時刻',
  stateName: 'ステート',
  details: '内容',
  eventRange: (from, to, all) => `${all} 件中 ${from}〜${to} 件目`,
  first: '最初',
  last: '最後',
  cut: (bytes) => `長いため途中まで表示しています（全体 ${bytes} バイト）。`,
  wholeEvent: '全体を表示',
  seeEvents: '履歴で見る',
  stop: {
    action: '中止…',
    title: 'この実行を中止しますか？',
    body: '実行中のステートを止め、実行を「中止」として終了します。後から、止めたステートから再開できます。',
    reason: '理由',
    reasonHint: '任意。実行の記録に残ります。',
    confirm: '中止する',
    keep: '続ける',
    ended: 'この実行はすでに終了しています。',
  },
  redrive: {
    action: '再開…',
    title: 'この実行を再開しますか？',
    body: '失敗または中止したステートから、開始時と同じ定義で続けます。すでに完了したステートは繰り返しません。',
    confirm: '再開する',
    keep: 'やめる',
    cannot: 'この実行は再開できません',
  },
  start: {
    action: '実行を開始…',
    again: '同じ入力で開始…',
    title: '実行を開始',
    body: '入力を JSON で書いてください。確認してから開始します。',
    name: '名前',
    nameHint:
      '任意。空欄なら自動で付けます。英数字と - _ . などが使えます（80 文字まで、空白や記号の一部は不可）。',
    input: '入力（JSON）',
    inputHint: '256 KiB まで。',
    check: '入力を確認する',
    checkTitle: 'この内容で開始しますか？',
    checkBody: '入力は正しい JSON です。開始すると、ワークフローはすぐに動き始めます。',
    change: '書き直す',
    confirm: '開始する',
    couldNot: '開始できません',
    tooLong: (bytes, most) => `入力は ${bytes} バイトです。${most} バイト以下にしてください。`,
    givenName: '（自動）',
  },
  jsonFault: ({ line, column, kind, found }) => {
    const wanted: Record<JsonFault['kind'], string> = {
      value: '値（"文字列"、数値、true、false、null、{ }、[ ]）が必要です',
      key: '" で囲んだ項目名が必要です',
      colon: '項目名の後には : が必要です',
      'comma-or-brace': ', か } が必要です',
      'comma-or-bracket': ', か ] が必要です',
      end: 'ここで終わる必要があります',
      'string-end': '文字列が閉じていません。" を補ってください',
      escape: '\\ の後に使えない文字です',
      control: '文字列の中の改行や制御文字は \\n のように書いてください',
      deep: '入れ子が深すぎます',
    };
    return `${line} 行 ${column} 文字目${found === '' ? '（末尾）' : `の ${found}`}: ${wanted[kind]}。`;
  },
  created: '登録',
  statesInAll: 'ステート数',
};

const en: WorkflowWords = {
  title: 'Workflows',
  machines: 'State machines',
  machine: 'Workflow',
  executions: 'Executions',
  filter: 'Show by status',
  all: 'All',
  search: 'Search by name',
  searchHint: 'Part of the name',
  find: 'Search',
  clear: 'Clear the search',
  onlyMachine: (machine) => `Only ${machine}`,
  allMachines: 'Show all workflows',
  searched: (count) => `Searched ${count} executions, newest first.`,
  status: {
    RUNNING: 'Running',
    SUCCEEDED: 'Succeeded',
    FAILED: 'Failed',
    TIMED_OUT: 'Timed out',
    ABORTED: 'Aborted',
  },
  stateStatus: {
    running: 'Running',
    succeeded: 'Succeeded',
    caught: 'Caught error',
    failed: 'Failed',
    aborted: 'Aborted',
    'not-reached': 'Not reached',
  },
  name: 'Name',
  started: 'Started',
  ended: 'Ended',
  took: 'Took',
  running: (time) => `${time} so far`,
  emptyTitle: 'No executions yet',
  emptyBody: 'When a monitor fails, the workflow that confirms it appears here.',
  emptyFiltered: 'No execution fits this filter.',
  input: 'Input',
  output: 'Output',
  noOutput: 'No output yet.',
  failure: 'Error',
  redriven: 'Redriven',
  times: (count) => (count === 1 ? 'once' : `${count} times`),
  startedBy: 'Started by',
  nested: 'Executions it started',
  graph: 'Graph of states',
  graphHint: 'Choose a state to see its input, output, error and times.',
  tooLarge: 'This machine has too many states to be drawn. Choose one from the list below.',
  legend: { taken: 'Way taken', notTaken: 'Way not taken', onError: 'On error' },
  otherwise: 'otherwise',
  stateLabel: (name, type, status, count) =>
    `${name}, ${type}: ${status}${count > 1 ? `, ${count} times` : ''}`,
  iterations: (done, total) => `${done} of ${total} done`,
  iterationsFailed: (count) => `${count} failed`,
  iterationsRunning: (count) => `${count} running`,
  whole: 'Whole execution',
  state: 'State',
  type: 'Type',
  resource: 'Resource',
  notReached: 'This execution has not reached this state.',
  stay: (place, count) => `Visit ${place} of ${count}`,
  iteration: (number) => `Iteration ${number}`,
  entered: 'Entered',
  exited: 'Left',
  stillIn: 'Still in it',
  attempts: 'Attempts',
  attempt: (number) => `Attempt ${number}`,
  attemptEnd: { succeeded: 'Succeeded', failed: 'Failed', aborted: 'Aborted', running: 'Running' },
  arguments: 'Arguments',
  result: 'Result',
  variables: 'Assigned variables',
  definition: 'Definition',
  noData: 'None',
  close: 'Show the whole execution',
  durations: 'Time in each state',
  durationsHint: 'From the start on the left to the end, or now, on the right.',
  moreStates: (count) => `and ${count} more states`,
  history: 'History',
  event: 'Event',
  time: 'Time',
  stateName: 'State',
  details: 'Details',
  eventRange: (from, to, all) => `${from} to ${to} of ${all} events`,
  first: 'First',
  last: 'Last',
  cut: (bytes) => `Shown in part; the whole has ${bytes} bytes.`,
  wholeEvent: 'Show all of it',
  seeEvents: 'See its events',
  stop: {
    action: 'Stop…',
    title: 'Stop this execution?',
    body: 'The states that run are stopped, and the execution ends as aborted. It can be redriven later from where it was stopped.',
    reason: 'Reason',
    reasonHint: 'Optional. Kept with the execution.',
    confirm: 'Stop it',
    keep: 'Let it run',
    ended: 'This execution has ended already.',
  },
  redrive: {
    action: 'Redrive…',
    title: 'Redrive this execution?',
    body: 'It goes on from the states that failed or were stopped, on the definition it began with. States that succeeded are not repeated.',
    confirm: 'Redrive it',
    keep: 'Leave it',
    cannot: 'This execution cannot be redriven',
  },
  start: {
    action: 'Start an execution…',
    again: 'Start with the same input…',
    title: 'Start an execution',
    body: 'Write the input as JSON. It is checked before anything starts.',
    name: 'Name',
    nameHint: 'Optional; a blank one is made up. Letters, digits, - _ . and the like, at most 80, no spaces.',
    input: 'Input (JSON)',
    inputHint: 'At most 256 KiB.',
    check: 'Check the input',
    checkTitle: 'Start with this?',
    checkBody: 'The input is valid JSON. The workflow begins to act at once.',
    change: 'Change it',
    confirm: 'Start it',
    couldNot: 'It cannot be started',
    tooLong: (bytes, most) => `The input has ${bytes} bytes; shorten it to at most ${most}.`,
    givenName: '(made up)',
  },
  jsonFault: ({ line, column, kind, found }) => {
    const wanted: Record<JsonFault['kind'], string> = {
      value: 'write a value: "text", a number, true, false, null, { } or [ ]',
      key: 'write a name in double quotes',
      colon: 'write : after the name',
      'comma-or-brace': 'write , or }',
      'comma-or-bracket': 'write , or ]',
      end: 'the input should end here',
      'string-end': 'the text is not closed; add "',
      escape: 'this cannot follow \\',
      control: 'write line breaks and control characters in a text like \\n',
      deep: 'too many levels inside each other',
    };
    return `Line ${line}, column ${column}${found === '' ? ', at the end' : `, at ${found}`}: ${wanted[kind]}.`;
  },
  created: 'Registered',
  statesInAll: 'States',
};

export const workflowWords: Readonly<Record<Language, WorkflowWords>> = { ja, en };
