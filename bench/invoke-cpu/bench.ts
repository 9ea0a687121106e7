/** What an Invoke costs the caller in CPU. See README.md beside this file. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { createMesh } from "@tulle/runtime";
import { type Candidate, measure, table } from "../measure.ts";
import { CALLEE, CALLER, keys, PAYLOAD, UNSIGNED_PATH } from "./setting.ts";

const server = fork(join(import.meta.dirname, "server.ts"), { execArgv: process.execArgv });
const [port] = (await once(server, "message")) as [number];
const endpoint = `http://127.0.0.1:${port}`;
Object.assign(process.env, keys, { AWS_ENDPOINT_URL_LAMBDA: endpoint });

const mesh = createMesh({ service: CALLER, control: endpoint, token: "t" });
await mesh.ready();

const bare = new LambdaClient({});
const slim = mesh.attach(new LambdaClient({}));
const viaSdk = mesh.attach(new LambdaClient({}));
// Whoever adds a middleware wants it to run, so the calls of this client take the SDK's own path.
viaSdk.middlewareStack.add((next) => (args) => next(args), { step: "build", name: "somebodys" });
const agent = new Agent({ keepAlive: true });

async function send(client: LambdaClient, FunctionName: string): Promise<void> {
  const { Payload } = await client.send(new InvokeCommand({ FunctionName, Payload: PAYLOAD }));
  check(JSON.parse(Payload!.transformToString()));
}

function check(answer: unknown): void {
  if ((answer as { eta?: number }).eta !== 128)
    throw new Error(`unexpected answer: ${JSON.stringify(answer)}`);
}

function plain(): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { "content-length": Buffer.byteLength(PAYLOAD), "content-type": "application/json" };
    const options = { port, host: "127.0.0.1", method: "POST", path: UNSIGNED_PATH, agent, headers };
    const outgoing = request(options, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("end", () => {
        check(JSON.parse(Buffer.concat(chunks).toString()));
        resolve();
      });
    });
    outgoing.on("error", reject);
    outgoing.end(PAYLOAD);
  });
}

/** Calls one after another, as a handler makes them: within a request. */
function repeat(name: string, once: () => Promise<unknown>): Candidate {
  return {
    name,
    run: (times) =>
      mesh.within({ key: "robot-7" }, async () => {
        for (let i = 0; i < times; i++) await once();
      }),
  };
}

const timings = await measure(
  [
    repeat("bare SDK v3", () => send(bare, "fn-navigator")),
    repeat("attached client, slim path", () => send(slim, CALLEE)),
    repeat("attached client, SDK's own path", () => send(viaSdk, CALLEE)),
    repeat("mesh.invoke", async () => check(await mesh.invoke(CALLEE, JSON.parse(PAYLOAD)))),
    repeat("node:http alone, unsigned", plain),
  ],
  { rounds: Number(process.env["ROUNDS"] ?? 25), times: Number(process.env["TIMES"] ?? 400) },
);
console.log(table(timings));
server.disconnect();
process.exit();
