/** The demo account of a server that was started with it on this machine. */
import { ApiError } from "../api/problems";

export type DemoAccount = { readonly username: string; readonly password: string };

const THIS_MACHINE = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Return the demo account. Null if the server offers none, which only one on this machine does. */
export async function findDemoAccount(): Promise<DemoAccount | null> {
  if (!THIS_MACHINE.has(location.hostname)) return null;
  const response = await fetch("/demo-account").catch(() => {
    throw ApiError.offline();
  });
  return response.ok ? ((await response.json()) as DemoAccount) : null;
}
