/** What the benchmark's two processes agree on. */
import type { Snapshot } from "@tulle/core/snapshot";
import { sampleMesh, sampleRevision, sampleService, sampleSnapshot } from "@tulle/testkit/mesh";

export const keys = {
  AWS_ACCESS_KEY_ID: "AKIDBENCHMARK",
  AWS_SECRET_ACCESS_KEY: "a-secret-of-forty-characters-for-a-bench",
  AWS_SESSION_TOKEN: "t".repeat(400),
  AWS_REGION: "eu-central-1",
};

/** Answered without a signature, for the plain `node:http` row. */
export const UNSIGNED_PATH = "/unsigned";

export const CALLER = "dispatch";
export const CALLEE = "navigator";

/** Twenty services, one of which is called: two revisions, split nine to one. */
export const snapshot: Snapshot = sampleSnapshot(
  sampleMesh([
    sampleService(CALLEE, {
      revisions: [sampleRevision("stable", { weight: 9000 }), sampleRevision("canary", { weight: 1000 })],
    }),
    ...Array.from({ length: 19 }, (_, i) => sampleService(`other-${i}`)),
  ]),
);

export const PAYLOAD: string = JSON.stringify({
  mission: "m-4711",
  from: "n-1",
  to: "n-93",
  robot: "robot-7",
});
