// What lies on the device: what was synchronised, what waits to be sent, receipts, parts of files. One database for each world.
import Dexie, { type EntityTable, type Table } from "dexie";
import type { Json, Operation, Receipt, Store } from "./outbox";

export interface Item {
  name: string;
  kind: string;
  id: string;
  content: { [key: string]: any };
}

export interface Attachment {
  code: string;
  name: string;
  content: Blob;
  sent: number;
}

export interface Kept extends Receipt {
  person: string;
  verb: string;
  record: string;
  about: { zh: string; en: string };
  inputs: { [name: string]: Json };
  base: { [name: string]: Json };
  /** Of what was refused: the files are kept with it until it is put away. */
  files: { [name: string]: string };
  at: string;
  seen: number;
}

interface Note {
  name: string;
  value: any;
}

/** Receipts are kept this long. */
const RECEIPTS_DAYS = 30;

export class Device extends Dexie implements Store {
  items!: Table<Item, string>;
  operations!: EntityTable<Operation & { number: number }, "number">;
  receipts!: Table<Kept, string>;
  attachments!: Table<Attachment, string>;
  notes!: Table<Note, string>;

  constructor(world: string) {
    super(`anlan-field-${world}`);
    this.version(1).stores({
      items: "name, kind",
      operations: "++number, &key, person",
      receipts: "key, person, at",
      attachments: "code",
      notes: "name",
    });
  }

  async note<T>(name: string, otherwise: T): Promise<T> {
    const found = await this.notes.get(name);
    return found === undefined ? otherwise : (found.value as T);
  }

  async setNote(name: string, value: unknown): Promise<void> {
    await this.notes.put({ name, value });
  }

  /** This device's own name, made once. */
  async device(): Promise<string> {
    return this.transaction("rw", this.notes, async () => {
      const known = await this.note("device", "");
      if (known) return known;
      const made = crypto.randomUUID();
      await this.setNote("device", made);
      return made;
    });
  }

  // ── the outbox ──────────────────────────────────────────────────────────────────────────────────────────────────
  /** Keep operations in their order, all of them or none, with what goes with them. */
  async add(operations: Operation[], attachments: Attachment[]): Promise<void> {
    await this.transaction("rw", [this.operations, this.attachments], async () => {
      await this.attachments.bulkPut(attachments);
      for (const one of operations) await this.operations.add(one as Operation & { number: number });
    });
  }

  async next(person: string, most: number): Promise<Operation[]> {
    const own = await this.operations.where("person").equals(person).sortBy("number");
    return own.filter((one) => !one.aside).slice(0, most);
  }

  async settle(operation: Operation, receipt: Receipt): Promise<void> {
    await this.transaction("rw", [this.operations, this.receipts, this.attachments], async () => {
      const held = await this.operations.where("key").equals(operation.key).first();
      if (!held) return;
      const { person, verb, record, about, inputs, base } = held;
      const refused = receipt.outcome === "refused";
      const files = refused ? held.files : {};
      await this.receipts.put({ ...receipt, person, verb, record, about, inputs, base, files, at: new Date().toISOString(), seen: refused ? 0 : 1 });
      await this.operations.delete(held.number);
      if (!refused) await this.attachments.bulkDelete(Object.values(held.files));
    });
  }

  async hold(key: string, change: { reason: string; failed?: number; aside?: boolean }): Promise<void> {
    await this.operations.where("key").equals(key).modify(change);
  }

  async discard(key: string): Promise<void> {
    await this.transaction("rw", [this.operations, this.attachments], async () => {
      const held = await this.operations.where("key").equals(key).first();
      if (!held) return;
      await this.operations.delete(held.number);
      await this.attachments.bulkDelete(Object.values(held.files));
    });
  }

  /** Put a receipt away, with what was kept for it. */
  async putAway(receipt: Kept): Promise<void> {
    await this.transaction("rw", [this.receipts, this.attachments], async () => {
      await this.receipts.update(receipt.key, { seen: 1, files: {} });
      await this.attachments.bulkDelete(Object.values(receipt.files));
    });
  }

  /** Put an operation that was put aside back to its place. */
  async takeUp(key: string): Promise<void> {
    await this.operations.where("key").equals(key).modify({ aside: false, failed: 0, reason: "" });
  }

  // ── what was synchronised ───────────────────────────────────────────────────────────────────────────────────────
  async take(delta: { cursor: string; whole: boolean; at: string; person: string; changed: Item[]; gone: string[] }): Promise<void> {
    await this.transaction("rw", [this.items, this.notes, this.receipts], async () => {
      if (delta.whole) await this.items.clear();
      await this.items.bulkDelete(delta.gone);
      await this.items.bulkPut(delta.changed);
      await this.notes.bulkPut([
        { name: "cursor", value: delta.cursor },
        { name: "at", value: delta.at },
        { name: "taken", value: Date.now() },
        { name: "person", value: delta.person },
      ]);
      const old = new Date(Date.now() - RECEIPTS_DAYS * 86_400_000).toISOString();
      await this.receipts.where("at").below(old).delete();
    });
  }

  /** Forget what was synchronised for somebody: another signs in, or nobody is signed in. What waits to be sent stays. */
  async forget(person?: string): Promise<void> {
    await this.transaction("rw", [this.items, this.notes, this.receipts], async () => {
      await this.items.clear();
      if (person) await this.receipts.where("person").equals(person).delete();
      await this.notes.bulkDelete(["cursor", "at", "taken", "person"]);
    });
  }

  /** Forget all that is a person's, at sign-out; what others have left unsent on this device stays theirs. */
  async wipe(person: string): Promise<void> {
    await this.transaction("rw", this.tables, async () => {
      for (const table of [this.items, this.notes, this.receipts]) await table.clear();
      await this.operations.where("person").equals(person).delete();
      const held = new Set((await this.operations.toArray()).flatMap((one) => Object.values(one.files)));
      await this.attachments.filter(({ code }) => !held.has(code)).delete();
    });
  }
}
