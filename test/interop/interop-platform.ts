/** A platform for programs that nobody here wrote, and the environment that sends them to it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createPlatform } from "@tulle/platform";
import { createMemoryStore } from "@tulle/store";
import { zipSync } from "fflate";

export interface InteropPlatform {
  /** What a program needs to find the platform: endpoint, credentials, region, and no other configuration. */
  readonly environment: Record<string, string>;
  close(): Promise<void>;
}

export async function startInteropPlatform(): Promise<InteropPlatform> {
  const dataFolder = await mkdtemp(join(tmpdir(), "tulle-interop-"));
  const platform = await createPlatform({ store: createMemoryStore(), dataFolder });
  const { accessKeyId, secretAccessKey } = platform.rootCredentials;
  return {
    environment: {
      ...(process.env as Record<string, string>),
      AWS_ENDPOINT_URL_LAMBDA: platform.url,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_DEFAULT_REGION: platform.region,
      AWS_CONFIG_FILE: join(dataFolder, "no-config"),
      AWS_SHARED_CREDENTIALS_FILE: join(dataFolder, "no-credentials"),
      AWS_PAGER: "",
      NO_PROXY: "127.0.0.1",
    },
    async close() {
      await platform.close();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}

/** Base64 of a zip with a function that says where it comes from. */
export function interopFunction(name: string): string {
  const source = `exports.handler = async (event, context) => (
    { from: ${JSON.stringify(name)}, event, version: context.functionVersion });`;
  return Buffer.from(zipSync({ "index.js": Buffer.from(source) })).toString("base64");
}
