// What both servers share: a port of loopback, a control endpoint for the tests, and an end.

import { createServer } from "node:http";

// oidc-provider is written for Node 22, and this is all that Node 20 lacks of it.
URL.parse ??= (text, base) => {
  try {
    return new URL(text, base);
  } catch {
    return null;
  }
};

export async function body(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

export function answer(response, status, type, text) {
  response.writeHead(status, { "content-type": type, "cache-control": "no-store" });
  response.end(text);
}

// Serve what `make(baseUrl)` gives: a handler of requests, and `change(changes)`, which the tests call by
// POST /control. GET /control says how often each path was asked for, since the last POST with `forget`.
export async function serve(make) {
  let asked = {};
  let made;
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    try {
      if (pathname !== "/control") {
        asked[pathname] = (asked[pathname] ?? 0) + 1;
        await made.handle(request, response, pathname);
      } else if (request.method === "POST") {
        const { forget, ...changes } = JSON.parse(await body(request));
        if (forget) asked = {};
        made.change(changes);
        response.writeHead(204).end();
      } else {
        answer(response, 200, "application/json", JSON.stringify(asked));
      }
    } catch (error) {
      console.error(error);
      if (!response.headersSent) answer(response, 500, "text/plain", String(error));
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  made = await make(`http://127.0.0.1:${port}`);
  console.log(port);
  // The tests hold the other end, so this process does not outlive them, however they end.
  process.stdin.resume().on("end", () => process.exit());
}
