// What the phone says, Chinese first; the same keys in English.
const WORDS = {
  title: ["安澜现场", "Anlan Field"],
  exercise: ["演练世界", "Exercise world"],
  tasks: ["任务", "Tasks"],
  sheets: ["检查", "Checks"],
  fillIn: ["开始检查", "Fill in"],
  place: ["地点", "Place"],
  remark: ["备注", "Remark"],
  photo: ["照片", "Photo"],
  yes: ["是", "Yes"],
  no: ["否", "No"],
  notApplicable: ["不适用", "Does not apply"],
  missing: ["以下项目未填写完整", "Not answered yet"],
  items: ["共 {n} 项", "{n} items"],
  begun: ["有未提交的草稿", "A draft is kept"],
  outbox: ["待发送", "Not sent"],
  more: ["资料", "Reference"],
  receipts: ["回执", "Receipts"],
  contacts: ["联系方式", "Contacts"],
  places: ["地点", "Places"],
  cards: ["任务卡", "Task cards"],
  noTasks: ["暂无待办任务", "No open task"],
  noTasksMore: ["有新任务时，联网后会自动出现在这里。", "A new task appears here once there is a network."],
  nothingWaits: ["全部已送达", "Everything has arrived"],
  nothingWaitsMore: ["没有网络时所做的操作会先保存在这里，恢复联网后自动发送。", "What you do without a network waits here and is sent by itself."],
  noReceipts: ["还没有回执", "No receipts yet"],
  none: ["没有内容", "Nothing here"],
  search: ["搜索", "Search"],
  notSent: ["尚未发送", "Not sent yet"],
  waiting: ["{n} 项尚未发送", "{n} not sent yet"],
  aside: ["服务器多次无法接收，已搁置", "The server could not take this; put aside"],
  sending: ["正在发送…", "Sending…"],
  sendNow: ["立即发送", "Send now"],
  tryAgain: ["重新发送", "Try again"],
  discard: ["丢弃", "Discard"],
  discardSure: ["丢弃这项操作？内容不会送到单位。", "Discard this? It will not reach your bureau."],
  "why.offline": ["没有网络，恢复后自动发送。", "No network. It is sent by itself when there is one."],
  "why.sign-in": ["登录已失效，请重新登录后发送。", "You are signed out. Sign in to send."],
  "why.too-large": ["内容过大，无法发送。", "Too large to be sent."],
  "why.later": ["服务器暂时无法接收，稍后自动重试。", "The server cannot take it now; it is tried again by itself."],
  "why.waiting": ["等待发送。", "Waiting to be sent."],
  nextTry: ["{s} 秒后重试", "Next try in {s} s"],
  signIn: ["登录", "Sign in"],
  signOut: ["退出并清除本机数据", "Sign out and clear this device"],
  signOutSure: ["有 {n} 项尚未发送，退出后将丢失。仍要退出？", "{n} not sent yet will be lost. Sign out all the same?"],
  signOutNeedsNet: ["没有网络：本机数据已清除，联网后请再次退出登录。", "No network: this device is cleared. Sign out again once there is one."],
  othersWait: ["本机还有 {who} 的 {n} 项尚未发送，须由其本人登录后发送。", "{n} of {who} wait on this device until they sign in."],
  asOf: ["数据更新于 {when}", "Data as of {when}"],
  old: ["数据已 {when} 未更新，可能已有变化。", "This data is {when} old and may have changed."],
  never: ["尚未同步", "Never synchronised"],
  sync: ["同步", "Synchronise"],
  offline: ["离线", "Offline"],
  online: ["在线", "Online"],
  acceptBy: ["签收时限", "Accept by"],
  doneBy: ["完成时限", "Done by"],
  overdue: ["已超时", "Overdue"],
  steps: ["步骤", "Steps"],
  resources: ["资源", "Resources"],
  evidence: ["需提供", "To show"],
  people: ["{n} 人", "{n} people"],
  send: ["提交", "Submit"],
  cancel: ["返回", "Back"],
  needed: ["请填写", "Please fill in"],
  tooBig: ["文件不能超过 20 MB。", "A file may have 20 MB at most."],
  addLine: ["添加一行", "Add a line"],
  here: ["使用当前位置", "Use my position"],
  noPosition: ["无法获取位置", "No position"],
  queued: ["已保存在本机，联网后自动发送。", "Kept on this device; sent by itself when there is a network."],
  "outcome.done": ["已办理", "Done"],
  "outcome.waiting": ["待复核", "Waiting for a second person"],
  "outcome.refused": ["未通过", "Refused"],
  clash: ["两人填写了同一内容", "Two people wrote this"],
  theirs: ["{who} 于 {when} 填写", "{who} wrote at {when}"],
  yours: ["您填写的", "You wrote"],
  sendMine: ["改用我的", "Send mine instead"],
  keepTheirs: ["保留对方的", "Keep theirs"],
  storage: ["浏览器可能在久不使用时删除本机数据；请把本页添加到主屏幕。", "The browser may delete this data when it is long unused. Add this page to the home screen."],
  "state.issued": ["已下达", "Issued"],
  "state.accepted": ["已签收", "Accepted"],
  "state.done": ["已完成", "Done"],
  update: ["有新版本，点击更新", "A new version is here: tap to update"],
  language: ["EN", "中文"],
  from: ["{level} 级起", "From level {level}"],
  within: ["{a} 分钟内签收，{b} 分钟内完成", "Accept within {a} min, done within {b} min"],
  "why.not-allowed": ["您的岗位不能使用现场端，请联系管理员。", "Your post may not use this. Ask your administrator."],
} as const;

export type Word = keyof typeof WORDS;
export type Language = "zh" | "en";

let language: Language = "zh";

export function speak(chosen: Language): void {
  language = chosen;
}

export function spoken(): Language {
  return language;
}

export function say(word: Word, values: { [name: string]: string | number } = {}): string {
  const text: string = WORDS[word][language === "zh" ? 0 : 1];
  return text.replace(/\{(\w+)\}/g, (_whole, name: string) => String(values[name] ?? ""));
}

/** What waits says why in a code of ours or in the server's words. */
export function why(reason: string): string {
  const word = `why.${reason || "waiting"}`;
  return word in WORDS ? say(word as Word) : reason;
}

export function of(both: { zh: unknown; en: unknown } | undefined): string {
  return String(both?.[language] ?? "");
}
