// What was done on this device and has not arrived: one key each, sent in order, kept until its receipt is here. Pure: the
// store, the line to the server and the clock are given, so that tests can lose, repeat and kill at will (islands/tests).

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** One verb that a person did. `number` is its place in the order, given by the store; it never changes. */
export interface Operation {
  number?: number;
  key: string;
  person: string;
  verb: string;
  record: string;
  inputs: { [name: string]: Json };
  /** Input → code of an attachment on this device. */
  files: { [name: string]: string };
  base: { [name: string]: Json };
  madeAt: string;
  /** What it is about, in both languages: the task may be gone when the receipt comes. */
  about: { zh: string; en: string };
  /** How often the server could not take it; put aside after a while, so that it does not hold up the rest for ever. */
  failed: number;
  aside: boolean;
  reason: string;
}

export interface Receipt {
  key: string;
  outcome: "done" | "waiting" | "refused" | "failed";
  status: number;
  title: string;
  kind?: string;
  field?: string;
  article?: string;
  received_at?: string;
  clashes?: { field: string; label: string; seen: Json; theirs: Json; yours: Json; by: string; at: string }[];
}

export interface Store {
  /** The oldest operations of a person that are not put aside, in their order. */
  next(person: string, most: number): Promise<Operation[]>;
  /** Take an operation out and keep its receipt, in one step; nothing happens where it is gone already. */
  settle(operation: Operation, receipt: Receipt): Promise<void>;
  /** Remember why an operation waits. */
  hold(key: string, change: { reason: string; failed?: number; aside?: boolean }): Promise<void>;
}

/** What a line says when it does not bring receipts. */
export type Trouble =
  | { kind: "offline" } // no answer
  | { kind: "sign-in" } // who we are is not known any more
  | { kind: "refused"; title: string } // the whole batch was not looked at
  | { kind: "too-large" }
  | { kind: "later"; seconds: number; title: string };

export interface Line {
  /** Send the content of an operation's files that the server lacks. */
  sendFiles(operation: Operation): Promise<Trouble | null>;
  send(operations: Operation[]): Promise<Receipt[] | Trouble>;
}

export interface Result {
  state: "empty" | "offline" | "sign-in" | "later" | "refused";
  /** In seconds, when to try again by oneself; null when there is nothing to wait for. */
  again: number | null;
  reason: string;
  arrived: number;
}

/** So many go in one batch, of so many bytes; so often the server may fail at one before it is put aside. */
export const MOST = 20;
export const MOST_BYTES = 200_000;
export const PATIENCE = 3;

/** How long to wait after the n-th failure in a row: it doubles to five minutes, spread so that a town does not call at once. */
export function backOff(failures: number, random: () => number = Math.random): number {
  return Math.round(Math.min(300, 2 ** Math.min(failures, 9)) * (0.5 + random() / 2) * 10) / 10;
}

/** Return the first operations that fit into one batch. */
export function batchOf(operations: Operation[], most = MOST, bytes = MOST_BYTES): Operation[] {
  const batch: Operation[] = [];
  let size = 0;
  for (const one of operations) {
    size += JSON.stringify(one).length * 3; // a Chinese character is three bytes
    if (batch.length >= most || (batch.length && size > bytes)) break;
    batch.push(one);
  }
  return batch;
}

/** Send what waits, oldest first, until nothing waits or something is in the way. Whoever calls sees to it that only one runs. */
export async function drain(person: string, store: Store, line: Line, failures: number, random: () => number = Math.random): Promise<Result> {
  let arrived = 0;
  let most = MOST;
  for (;;) {
    const waiting = await store.next(person, MOST);
    const head = waiting[0];
    if (!head) return { state: "empty", again: null, reason: "", arrived };
    const stop = (trouble: Trouble): Result => blocked(trouble, failures, arrived, random);
    // A batch ends before the next operation with files: those are sent when their turn comes.
    const withFiles = waiting.findIndex((one, at) => at > 0 && Object.keys(one.files).length > 0);
    const batch = batchOf(withFiles > 0 ? waiting.slice(0, withFiles) : waiting, most);
    const trouble = Object.keys(head.files).length ? await line.sendFiles(head) : null;
    if (trouble) {
      if (trouble.kind !== "refused" && trouble.kind !== "too-large") return stop(trouble);
      await store.hold(head.key, { reason: trouble.kind === "refused" ? trouble.title : "too-large", aside: true });
      continue;
    }
    const answer = await line.send(batch);
    if (!Array.isArray(answer)) {
      if (answer.kind === "too-large" && batch.length > 1) {
        most = Math.max(1, Math.floor(batch.length / 2));
        continue;
      }
      if ((answer.kind === "refused" || answer.kind === "too-large") && batch.length > 1) {
        most = 1; // one of them is no operation at all: find it
        continue;
      }
      if (answer.kind === "refused" || answer.kind === "too-large") {
        await store.hold(head.key, { reason: answer.kind === "refused" ? answer.title : "too-large", aside: true });
        continue;
      }
      return stop(answer);
    }
    const byKey = new Map(answer.map((receipt) => [receipt.key, receipt]));
    let failed: Receipt | undefined;
    let moved = false;
    for (const one of batch) {
      const receipt = byKey.get(one.key);
      if (!receipt) continue; // not looked at: it stays
      if (receipt.outcome !== "failed") {
        await store.settle(one, receipt);
        arrived += 1;
        moved = true;
      } else {
        const count = one.failed + 1;
        await store.hold(one.key, { reason: receipt.title, failed: count, aside: count >= PATIENCE });
        failed = receipt;
        moved ||= count >= PATIENCE;
      }
    }
    if (failed) return stop({ kind: "later", seconds: 0, title: failed.title });
    if (!moved) return stop({ kind: "later", seconds: 5, title: "" });
    most = MOST;
    failures = 0;
  }
}

function blocked(trouble: Trouble, failures: number, arrived: number, random: () => number): Result {
  if (trouble.kind === "sign-in") return { state: "sign-in", again: null, reason: "sign-in", arrived };
  const wait = backOff(failures, random);
  if (trouble.kind === "later") return { state: "later", again: Math.max(trouble.seconds, wait), reason: trouble.title, arrived };
  if (trouble.kind === "offline") return { state: "offline", again: wait, reason: "offline", arrived };
  return { state: "refused", again: wait, reason: trouble.kind === "refused" ? trouble.title : "", arrived };
}
