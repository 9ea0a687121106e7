import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { sampleMesh, sampleService, sampleSnapshot } from "@tulle/testkit/mesh";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import {
  type ControlStandIn,
  type LambdaStandIn,
  startControl,
  startLambda,
  TEST_KEYS,
} from "../test-bed/loopback.ts";
import { processMesh } from "./create-mesh.ts";
import { attach, invoke } from "./process.ts";

let control: ControlStandIn;
let lambda: LambdaStandIn;

beforeAll(async () => {
  control = await startControl(sampleSnapshot(sampleMesh([sampleService("navigator")])));
  lambda = await startLambda(({ payload }) => ({ kind: "answer", value: payload }));
  const wiring = { TULLE_SERVICE: "dispatch", TULLE_CONTROL: control.url, TULLE_TOKEN: "token-of-caller" };
  for (const [name, value] of Object.entries({
    ...wiring,
    ...TEST_KEYS,
    AWS_ENDPOINT_URL_LAMBDA: lambda.url,
  }))
    vi.stubEnv(name, value);
});

afterAll(async () => {
  vi.unstubAllEnvs();
  await Promise.all([control.stop(), lambda.stop()]);
});

it("calls and attaches through one core, the process's own", async () => {
  expect(await invoke("navigator", { from: "a" })).toEqual({ from: "a" });
  const client = attach(new LambdaClient({}));
  const output = await client.send(new InvokeCommand({ FunctionName: "navigator", Payload: '{"to":"b"}' }));
  expect(output.Payload!.transformToString()).toBe('{"to":"b"}');
  await expect(invoke("nobody")).rejects.toMatchObject({ code: "TULLE2007" });
  expect(lambda.seen.map(({ functionName }) => functionName)).toEqual(["fn-navigator", "fn-navigator"]);
  expect(control.reads).toBe(1);
  expect(processMesh().service).toBe("dispatch");
});
