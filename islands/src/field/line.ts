// The line to the server: synchronise, send operations, send files in parts. Every answer that is none is a trouble with a reason.
import type { Line, Operation, Receipt, Trouble } from "./outbox";
import type { Device, Item } from "./store";
import { spoken } from "./words";

/** Bytes of a part of a file, and how long an answer may take. */
const PART = 256 * 1024;
const PATIENCE = 30_000;

export interface Delta {
  cursor: string;
  whole: boolean;
  at: string;
  person: string;
  csrf: string;
  changed: Item[];
  gone: string[];
}

export class ServerLine implements Line {
  private csrf = "";

  constructor(private readonly home: string, private readonly device: Device) {}

  private async ask(path: string, options: RequestInit = {}): Promise<Response | null> {
    const ended = new AbortController();
    const timer = setTimeout(() => ended.abort(), PATIENCE);
    try {
      const headers = { "Accept-Language": spoken() === "zh" ? "zh-hans" : "en", Accept: "application/json", ...options.headers };
      // `no-store`: what is somebody's lies in this device's own store alone.
      return await fetch(`${this.home}../api/v1/field/${path}`, { cache: "no-store", redirect: "manual", ...options, headers, signal: ended.signal });
    } catch {
      return null;
    } finally {
      clearTimeout(timer);
    }
  }

  private async write(path: string, options: RequestInit, again = true): Promise<Response | null> {
    if (!this.csrf && !(await this.knowToken())) return null;
    const headers = { ...options.headers, "X-CSRFToken": this.csrf };
    const answer = await this.ask(path, { ...options, headers });
    if (answer?.status === 403 && again && (await isCsrf(answer))) {
      this.csrf = "";
      return this.write(path, options, false);
    }
    return answer;
  }

  /** The token comes with each synchronisation; before a write without one, ask. */
  private async knowToken(): Promise<boolean> {
    await this.sync();
    return this.csrf !== "";
  }

  async sync(): Promise<Delta | Trouble> {
    const cursor = await this.device.note("cursor", "");
    const query = new URLSearchParams({ device: await this.device.device(), ...(cursor ? { cursor } : {}) });
    const answer = await this.ask(`sync/?${query}`);
    if (answer?.status === 403 && (await isNotAllowed(answer))) return { kind: "refused", title: "not-allowed" };
    if (!answer?.ok) return troubleOf(answer);
    const delta = (await answer.json()) as Delta;
    this.csrf = delta.csrf;
    return delta;
  }

  async send(operations: Operation[]): Promise<Receipt[] | Trouble> {
    const body = JSON.stringify({
      device: await this.device.device(),
      sent_at: new Date().toISOString(),
      language: spoken() === "zh" ? "zh-hans" : "en",
      operations: operations.map(({ key, verb, record, inputs, files, base, madeAt }) => ({ key, verb, record, inputs, files, base, made_at: madeAt })),
    });
    const answer = await this.write("operations/", { method: "POST", body, headers: { "Content-Type": "application/json" } });
    if (!answer?.ok) return troubleOf(answer);
    try {
      return ((await answer.json()) as { receipts: Receipt[] }).receipts;
    } catch {
      return { kind: "offline" }; // cut in the middle of the answer
    }
  }

  async sendFiles(operation: Operation): Promise<Trouble | null> {
    for (const code of Object.values(operation.files)) {
      const file = await this.device.attachments.get(code);
      if (!file) return { kind: "refused", title: "file" };
      let sent = file.sent;
      if (sent) {
        const known = await this.ask(`attachments/?code=${code}`);
        if (!known?.ok) return troubleOf(known);
        sent = ((await known.json()) as { size: number }).size;
      }
      while (sent < file.content.size) {
        const part = file.content.slice(sent, sent + PART);
        const answer = await this.write(`attachments/?code=${code}&offset=${sent}`, {
          method: "PUT",
          body: part,
          headers: { "Content-Type": "application/octet-stream" },
        });
        if (answer?.status === 409) {
          sent = 0; // the server has lost it: from the beginning
          continue;
        }
        if (!answer?.ok) return troubleOf(answer);
        sent = ((await answer.json()) as { size: number }).size;
        await this.device.attachments.update(code, { sent });
      }
    }
    return null;
  }
}

/** Whether the person's post may use this no longer: what lies here is not theirs to read either. */
async function isNotAllowed(answer: Response): Promise<boolean> {
  return (await answer.clone().text()).includes("urn:anlan:NotAuthorised");
}

async function isCsrf(answer: Response): Promise<boolean> {
  return /csrf/i.test(await answer.clone().text());
}

async function troubleOf(answer: Response | null): Promise<Trouble> {
  // A page of a captive portal or of the sign-in answers with a redirect: nothing has arrived.
  if (!answer || answer.type === "opaqueredirect" || answer.status >= 520) return { kind: "offline" };
  if (answer.status === 401) return { kind: "sign-in" };
  if (answer.status === 413) return { kind: "too-large" };
  let title = "";
  try {
    title = ((await answer.json()) as { title?: string }).title ?? "";
  } catch {
    return { kind: "later", seconds: 5, title: "later" }; // no answer of ours
  }
  if (answer.status === 429 || answer.status >= 500) {
    return { kind: "later", seconds: Number(answer.headers.get("Retry-After") ?? 5), title };
  }
  if (answer.status === 403) return { kind: "later", seconds: 60, title };
  return { kind: "refused", title };
}
