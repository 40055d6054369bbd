// The phone's outbox: a table of what may be in the way, and 2,000 random schedules of loss, delay, repetition, kill, two windows
// and a server that fails. Of every schedule: nothing lost, nothing done twice, each person's order kept.
import assert from "node:assert/strict";
import test from "node:test";
import { backOff, batchOf, drain, PATIENCE, type Line, type Operation, type Receipt, type Store, type Trouble } from "../src/field/outbox";

/** Random numbers that a seed repeats. */
function seeded(seed: number): () => number {
  let state = seed * 2654435761 + 1;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 1 | state) + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 7), 61 | state) ^ state;
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

class Killed extends Error {}

/** What survives a kill: the device's disk. */
class Disk {
  operations: Operation[] = [];
  receipts = new Map<string, Receipt>();
  /** What was ever put aside: that, and that alone, goes later than its turn. */
  everAside = new Set<string>();
  number = 0;

  add(person: string, key: string, files: { [name: string]: string } = {}): void {
    this.number += 1;
    this.operations.push({ number: this.number, key, person, verb: "v", record: "1", inputs: {}, files, base: {}, madeAt: "", about: { zh: "", en: "" }, failed: 0, aside: false, reason: "" });
  }
}

/** A window onto the disk; once it is killed, nothing of it reaches the disk any more. */
class Window implements Store {
  dead = false;
  constructor(readonly disk: Disk, private readonly maybeDie: () => void = () => {}) {}

  private live(): void {
    this.maybeDie();
    if (this.dead) throw new Killed();
  }

  async next(person: string, most: number): Promise<Operation[]> {
    this.live();
    return this.disk.operations.filter((one) => one.person === person && !one.aside).slice(0, most).map((one) => ({ ...one }));
  }

  async settle(operation: Operation, receipt: Receipt): Promise<void> {
    this.live();
    const at = this.disk.operations.findIndex((one) => one.key === operation.key);
    if (at < 0) return;
    this.disk.operations.splice(at, 1);
    this.disk.receipts.set(operation.key, receipt);
  }

  async hold(key: string, change: Partial<Operation>): Promise<void> {
    this.live();
    const held = this.disk.operations.find((one) => one.key === key);
    if (held) Object.assign(held, change);
    if (change.aside) this.disk.everAside.add(key);
  }
}

/** A server that keeps the contract of /api/v1/field/operations/: same key, same receipt. */
class Server {
  done: string[] = [];
  receipts = new Map<string, Receipt>();
  constructor(private readonly random: () => number, private readonly failing: number) {}

  take(operations: Operation[]): Receipt[] {
    const told: Receipt[] = [];
    for (const one of operations) {
      const known = this.receipts.get(one.key);
      if (known) { told.push(known); continue; }
      if (this.random() < this.failing) { told.push({ key: one.key, outcome: "failed", status: 500, title: "x" }); break; }
      const outcome = this.random() < 0.15 ? "refused" : "done";
      const receipt: Receipt = { key: one.key, outcome, status: outcome === "done" ? 200 : 409, title: outcome };
      this.done.push(one.key);
      this.receipts.set(one.key, receipt);
      told.push(receipt);
      if (this.random() < 0.03) break; // the database went away in the middle of the batch
    }
    return told;
  }
}

/** A line that loses requests and answers, and delivers again later what it seemed to lose. */
class BadLine implements Line {
  late: Operation[][] = [];
  constructor(private readonly server: Server, private readonly random: () => number, private readonly loss: number) {}

  async sendFiles(): Promise<Trouble | null> {
    const luck = this.random();
    return luck < this.loss ? { kind: "offline" } : luck < this.loss + 0.02 ? { kind: "refused", title: "no picture" } : null;
  }

  async send(operations: Operation[]): Promise<Receipt[] | Trouble> {
    if (this.late.length && this.random() < 0.5) this.server.take(this.late.shift()!);
    const luck = this.random();
    if (luck < this.loss) return { kind: "offline" };
    if (luck < this.loss + 0.05) return { kind: "sign-in" };
    if (luck < this.loss + 0.1) return { kind: "later", seconds: 1, title: "later" };
    if (luck < this.loss + 0.2) { this.late.push(operations); return { kind: "offline" }; } // it arrives after we gave up
    const answer = this.server.take(operations);
    if (this.random() < 0.1) this.server.take(operations); // twice
    return this.random() < this.loss ? { kind: "offline" } : answer; // done, and we never hear of it
  }
}

test("2,000 schedules of loss, delay, repetition and kill: nothing lost, nothing twice, order kept", async () => {
  let kills = 0;
  let repeated = 0;
  let asides = 0;
  for (let seed = 1; seed <= 2000; seed += 1) {
    const random = seeded(seed);
    const failing = seed % 3 === 0 ? 0.2 : 0;
    const server = new Server(random, failing);
    const line = new BadLine(server, random, 0.4 * random());
    const disk = new Disk();
    const made: { [person: string]: string[] } = { a: [], b: [] };
    const total = 1 + Math.floor(random() * 12);
    for (let turn = 0; turn < 400; turn += 1) {
      const sum = made.a!.length + made.b!.length;
      if (sum < total && random() < 0.6) {
        const person = random() < 0.7 ? "a" : "b";
        const key = `${person}${sum}`;
        made[person]!.push(key);
        disk.add(person, key, random() < 0.2 ? { photo: key } : {});
      }
      const person = random() < 0.7 ? "a" : "b";
      // One or two windows at once (a browser without locks), each of which may be killed at any step.
      const windows = Array.from({ length: random() < 0.2 ? 2 : 1 }, () => {
        const opened: Window = new Window(disk, () => { if (random() < 0.02) { opened.dead = true; kills += 1; } });
        return opened;
      });
      await Promise.all(windows.map((one) => drain(person, one, line, 0, random).catch((error) => { if (!(error instanceof Killed)) throw error; })));
      // Somebody presses "try again" on what was put aside.
      if (random() < 0.3) for (const one of disk.operations) if (one.aside) Object.assign(one, { aside: false, failed: 0 });
      if (sum >= total && !disk.operations.length) break;
    }
    while (line.late.length) server.take(line.late.shift()!);
    repeated += server.done.length;
    assert.equal(new Set(server.done).size, server.done.length, `seed ${seed}: done twice`);
    assert.deepEqual([...disk.receipts.keys()].sort(), [...made.a!, ...made.b!].sort(), `seed ${seed}: lost, or never ends`);
    for (const [key, receipt] of disk.receipts) assert.equal(receipt, server.receipts.get(key), `seed ${seed}: another receipt`);
    for (const person of ["a", "b"]) {
      const inTurn = (keys: string[]): string[] => keys.filter((key) => key.startsWith(person) && !disk.everAside.has(key));
      assert.deepEqual(inTurn(server.done), inTurn(made[person]!), `seed ${seed}: order`);
    }
    asides += disk.everAside.size;
  }
  assert.ok(kills > 500, `kills happen: ${kills}`);
  assert.ok(asides > 50 && asides < repeated / 4, `some are put aside: ${asides}`);
  assert.ok(repeated > 5000);
});

const one = (key: string, more: Partial<Operation> = {}): Operation => ({ key, person: "a", verb: "v", record: "1", inputs: {}, files: {}, base: {}, madeAt: "", about: { zh: "", en: "" }, failed: 0, aside: false, reason: "", ...more });

/** Drain a disk of three operations over a line that answers as told, one answer a time. */
async function over(answers: (Receipt[] | Trouble | "take")[], files: (Trouble | null)[] = []) {
  const disk = new Disk();
  for (const key of ["1", "2", "3"]) disk.add("a", key, files.length && key === "1" ? { photo: "p" } : {});
  const sent: string[][] = [];
  const server = new Server(() => 1, 0);
  const line: Line = {
    sendFiles: async () => files.shift() ?? null,
    send: async (operations) => {
      sent.push(operations.map(({ key }) => key));
      const answer = answers.shift() ?? "take";
      return answer === "take" ? server.take(operations) : answer;
    },
  };
  const result = await drain("a", new Window(disk), line, 0, () => 1);
  return { disk, sent, result };
}

test("what is in the way says why, and nothing is lost", async () => {
  const cases: [Trouble, string, number | null][] = [
    [{ kind: "offline" }, "offline", 1],
    [{ kind: "sign-in" }, "sign-in", null],
    [{ kind: "later", seconds: 60, title: "busy" }, "later", 60],
  ];
  for (const [trouble, state, again] of cases) {
    const { disk, result } = await over([trouble]);
    assert.deepEqual([result.state, result.again, disk.operations.length], [state, again, 3]);
  }
});

test("one that is no operation at all is found and put aside; the others go", async () => {
  const { disk, sent, result } = await over([{ kind: "refused", title: "no verb" }, { kind: "refused", title: "no verb" }]);
  assert.deepEqual(sent, [["1", "2", "3"], ["1"], ["2"], ["3"]].slice(0, sent.length));
  assert.deepEqual(disk.operations.map(({ key, aside, reason }) => [key, aside, reason]), [["1", true, "no verb"]]);
  assert.equal(result.state, "empty");
});

test("a batch that is too large is halved", async () => {
  const { disk, sent } = await over([{ kind: "too-large" }]);
  assert.deepEqual(sent[1], ["1"]);
  assert.equal(disk.operations.length, 0);
});

test("a picture that the server will not have puts its operation aside, not those behind it", async () => {
  const { disk, result } = await over([], [{ kind: "refused", title: "no picture" }]);
  assert.deepEqual([disk.operations.map(({ key }) => key), disk.operations[0]!.reason, result.state], [["1"], "no picture", "empty"]);
});

test("one at which the server fails again and again is put aside with its reason", async () => {
  const failed: Receipt = { key: "1", outcome: "failed", status: 500, title: "fault" };
  const disk = new Disk();
  for (const key of ["1", "2"]) disk.add("a", key);
  const server = new Server(() => 1, 0);
  const line: Line = { sendFiles: async () => null, send: async (all) => (all[0]!.key === "1" ? [failed] : server.take(all)) };
  for (let turn = 0; turn < PATIENCE; turn += 1) assert.equal((await drain("a", new Window(disk), line, 0)).state, "later");
  assert.equal((await drain("a", new Window(disk), line, 0)).state, "empty");
  assert.deepEqual(disk.operations.map(({ key, aside, reason }) => [key, aside, reason]), [["1", true, "fault"]]);
  assert.deepEqual(server.done, ["2"]);
});

test("batches are bounded, and the wait doubles to five minutes", () => {
  assert.equal(batchOf([one("1", { inputs: { text: "长".repeat(90_000) } }), one("2")]).length, 1);
  assert.equal(batchOf(Array.from({ length: 50 }, (_each, at) => one(String(at)))).length, 20);
  assert.deepEqual([0, 1, 4, 20].map((n) => backOff(n, () => 1)), [1, 2, 16, 300]);
  assert.equal(backOff(4, () => 0), 8);
});
