import { type ApiAnswer, type ApiRequest, type ApiServices, json } from "../request.ts";

/** GetAccountSettings. The sizes are Lambda's own limits, of which the platform enforces the unzipped one. */
export function getAccountSettings(services: ApiServices, _request: ApiRequest): ApiAnswer {
  const { registry, accountConcurrency } = services;
  const codeSizes = registry
    .all()
    .flatMap(({ record, versions }) => [record.latest, ...versions.values()])
    .map((version) => version.code.sizeBytes);
  return json(200, {
    AccountLimit: {
      TotalCodeSize: 80_530_636_800,
      CodeSizeUnzipped: 262_144_000,
      CodeSizeZipped: 52_428_800,
      ConcurrentExecutions: accountConcurrency,
      UnreservedConcurrentExecutions: accountConcurrency - registry.reservedTotal(),
    },
    AccountUsage: {
      TotalCodeSize: codeSizes.reduce((total, size) => total + size, 0),
      FunctionCount: registry.all().length,
    },
  });
}
