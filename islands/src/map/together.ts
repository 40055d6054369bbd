// Tiles that a map wants at one moment are asked for in one request: to answer a request costs the server more than to make a tile.
import { patient } from "../live";

type Asked = { of: string; abort: AbortSignal; take: (tile: { data: ArrayBuffer }) => void; fail: (reason: unknown) => void };

/** So long (milliseconds) the first tile waits for others. */
const GATHERED = 8;
const AT_MOST = 40;
/** No more than the server gives at once. */
const MOST = 100;
const waiting = new Map<string, Asked[]>();
const ask = patient(() => {
  for (const [address, all] of waiting) for (let at = 0; at < all.length; at += MOST) void send(address, all.slice(at, at + MOST));
  waiting.clear();
}, GATHERED, AT_MOST);

/** Return a template of tiles that are asked for together at an address, as they are or as they were; the braces are for MapLibre to fill. */
export function template(address: string, layer: string, at?: string): string {
  return `together://${address}?of=${layer}/{z}/{x}/{y}${at ? `&at=${encodeURIComponent(at)}` : ""}`;
}

/** Answer what MapLibre asks of such a template. */
export function together({ url }: { url: string }, abort: AbortController): Promise<{ data: ArrayBuffer }> {
  const address = new URL(url.slice("together://".length), location.href);
  const of = address.searchParams.get("of")!;
  address.searchParams.delete("of");
  return new Promise((take, fail) => {
    waiting.set(address.href, [...(waiting.get(address.href) ?? []), { of, abort: abort.signal, take, fail }]);
    ask();
  });
}

async function send(address: string, all: Asked[]): Promise<void> {
  const asked = all.filter((each) => !each.abort.aborted);
  all.filter((each) => each.abort.aborted).forEach((each) => each.fail(new DOMException("", "AbortError")));
  if (!asked.length) return;
  try {
    const whole = new URL(address);
    asked.forEach((each) => whole.searchParams.append("of", each.of));
    const answer = await fetch(whole);
    if (!answer.ok) throw new Error(`${answer.status}`);
    const body = await answer.arrayBuffer();
    let from = 0;
    for (const each of asked) {
      const length = new DataView(body, from, 4).getUint32(0);
      each.take({ data: body.slice(from + 4, from + 4 + length) });
      from += 4 + length;
    }
  } catch (fault) {
    asked.forEach((each) => each.fail(fault));
  }
}
