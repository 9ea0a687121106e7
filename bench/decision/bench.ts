/** How long a routing decision takes in a mesh of a thousand services. See README.md beside this file. */
import { emptyContext } from "@tulle/core/context";
import { decide, prepareTable } from "@tulle/core/routing";
import { sampleMesh, sampleRevision, sampleService, sampleSnapshot } from "@tulle/testkit/mesh";
import { measure, table } from "../measure.ts";

const SERVICES = 1000;

const plain = Array.from({ length: SERVICES }, (_, i) => sampleService(`service-${i}`));
const split = plain.map((service) => ({
  ...service,
  revisions: [sampleRevision("stable", { weight: 9000 }), sampleRevision("canary", { weight: 1000 })],
}));

const tables = [plain, split].map((services) => prepareTable(sampleSnapshot(sampleMesh(services)), "caller"));
const idle = { plans: [] };
const requests = plain.map(({ name }, i) => ({
  service: name,
  context: { ...emptyContext, key: `robot-${i}` },
  key: null,
}));

let sink = 0;

function deciding(tableIndex: number) {
  const routing = tables[tableIndex]!;
  return (times: number) => {
    for (let i = 0; i < times; i++) {
      const decision = decide(routing, idle, requests[i % SERVICES]!, 1_000_000 + i, 0.5);
      sink += decision.attemptTimeoutMs;
    }
  };
}

const timings = await measure([
  { name: "one revision", run: deciding(0) },
  { name: "sticky split over two revisions", run: deciding(1) },
]);
console.log(table(timings));
if (sink < 0) throw new Error("unreachable");
