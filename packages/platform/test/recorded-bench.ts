/** A platform of the account that the recorded answers come from, and the comparison with them. */
import { afterEach, beforeEach, expect } from "vitest";
import { packFiles } from "../src/code/pack.ts";
import { startTestPlatform, type TestPlatform } from "./platform.ts";
import { asRecorded, rawCall } from "./raw-client.ts";
import { RecordedComparison, recordedCase } from "./recorded.ts";

export type Answer = Record<string, unknown>;

export const accountId = "111111111111";
export const functions = "/2015-03-31/functions";
export const firstZip: string = zip("def handler(event, context): return 1");
export const secondZip: string = zip("def handler(event, context): return 2");

const role = `arn:aws:iam::${accountId}:role/tester`;

export interface RecordedBench {
  /** A signed request; the answer in the form of the recorded ones. */
  call(method: string, path: string, body?: object | string | Uint8Array): Promise<Answer>;
  /** CreateFunction with what the recorded functions mostly have. */
  create(name: string, more?: object): Promise<Answer>;
  /** Asserts that an answer is the recorded one; placeholders are bound until `restart`. */
  same(recorded: unknown, ours: Answer): void;
  /** Forgets what placeholders stand for: another recorded case begins. */
  restart(): void;
}

/** Starts a platform before each test and stops it after. */
export function useRecordedBench(): RecordedBench {
  let test: TestPlatform;
  let comparison = new RecordedComparison();
  beforeEach(async () => {
    test = await startTestPlatform({ accountId, spare: false });
    comparison = new RecordedComparison();
  });
  afterEach(() => test.close());

  const call = async (method: string, path: string, body?: object | string | Uint8Array): Promise<Answer> => {
    const [plain = "", query] = path.split("?");
    const request = {
      method,
      path: plain,
      ...(query === undefined ? {} : { query }),
      ...(body === undefined ? {} : { body }),
    };
    return asRecorded(await rawCall(test.platform, request));
  };
  return {
    call,
    create: (name, more = {}) =>
      call("POST", functions, {
        FunctionName: name,
        Role: role,
        Runtime: "python3.12",
        Handler: "index.handler",
        Code: { ZipFile: firstZip },
        ...more,
      }),
    same(recorded, ours) {
      const wrapped = (recorded as { CreateFunctionResponse?: unknown }).CreateFunctionResponse;
      expect(comparison.differences(wrapped ?? recorded, ours)).toEqual([]);
    },
    restart() {
      comparison = new RecordedComparison();
    },
  };
}

/** Recorded answers of one case about functions. */
export function api(name: string): Record<string, unknown> {
  return recordedCase("lambda_api", name);
}

/** The ARN of a function, encoded for a path. */
export function arn(name: string): string {
  return encodeURIComponent(`arn:aws:lambda:us-east-1:${accountId}:function:${name}`);
}

function zip(source: string): string {
  return Buffer.from(packFiles({ "index.py": Buffer.from(source) })).toString("base64");
}
