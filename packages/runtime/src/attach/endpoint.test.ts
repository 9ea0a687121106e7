import { LambdaClient } from "@aws-sdk/client-lambda";
import { afterEach, describe, expect, it, vi } from "vitest";
import { targetOf } from "./endpoint.ts";
import type { SdkConfig } from "./sdk.ts";

const credentials = { accessKeyId: "a", secretAccessKey: "b" };

async function endpointOf(config: object): Promise<string | undefined> {
  const client = new LambdaClient({ region: "eu-west-1", credentials, ...config });
  return (await targetOf(client.config as unknown as SdkConfig))?.endpoint;
}

/** Where the SDK itself sends a request. */
async function sdkEndpointOf(config: object): Promise<string> {
  let sent = "";
  const client = new LambdaClient({
    region: "eu-west-1",
    credentials,
    ...config,
    requestHandler: {
      handle: async ({ protocol, hostname, port, path }: Record<string, unknown>) => {
        sent = `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}${path}`;
        return { response: { statusCode: 200, headers: {}, body: new Uint8Array() } };
      },
    } as never,
  });
  const { GetAccountSettingsCommand } = await import("@aws-sdk/client-lambda");
  await client.send(new GetAccountSettingsCommand({}));
  return sent.replace("/2016-08-19/account-settings", "");
}

afterEach(() => vi.unstubAllEnvs());

describe("where an attached client sends", () => {
  it.each([
    ["the region's endpoint", {}, {}],
    ["the endpoint of a region in China", { region: "cn-north-1" }, {}],
    ["a FIPS endpoint", { region: "us-east-1", useFipsEndpoint: true }, {}],
    ["a dual-stack endpoint", { useDualstackEndpoint: true }, {}],
    ["a custom endpoint with a prefix", { endpoint: "http://127.0.0.1:8080/prefix" }, {}],
    ["AWS_ENDPOINT_URL_LAMBDA", {}, { AWS_ENDPOINT_URL_LAMBDA: "http://127.0.0.1:9001/lambda" }],
    ["AWS_ENDPOINT_URL", {}, { AWS_ENDPOINT_URL: "http://127.0.0.1:9002" }],
    [
      "a custom endpoint before a variable",
      { endpoint: "http://127.0.0.1:1" },
      { AWS_ENDPOINT_URL: "http://x:2" },
    ],
  ])("is where the SDK sends: %s", async (_name, config, environment) => {
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    expect(await endpointOf(config)).toBe(await sdkEndpointOf(config));
  });
});
