import { numberMember, parseBody } from "../../functions/body.ts";
import { Constraints } from "../../functions/constraints.ts";
import { requireFunction } from "../../functions/lookup.ts";
import { invalidParameter } from "../errors.ts";
import { unqualifiedFunction } from "../naming.ts";
import { type ApiAnswer, type ApiRequest, type ApiServices, json, noContent } from "../request.ts";

/** PutFunctionConcurrency, GetFunctionConcurrency and DeleteFunctionConcurrency. */

/** What an account must leave to functions without a reservation. */
const leastUnreserved = 100;

export async function putFunctionConcurrency(services: ApiServices, request: ApiRequest): Promise<ApiAnswer> {
  const functionName = unqualifiedFunction(services, request, "configure");
  const wanted = numberMember(parseBody(request.body), "ReservedConcurrentExecutions");
  const constraints = new Constraints();
  constraints.present(wanted, "reservedConcurrentExecutions");
  constraints.range(wanted, "reservedConcurrentExecutions", [0, Number.MAX_SAFE_INTEGER]);
  constraints.enforce();
  await reserve(services, functionName, wanted ?? 0);
  return json(200, { ReservedConcurrentExecutions: wanted });
}

export function getFunctionConcurrency(services: ApiServices, request: ApiRequest): ApiAnswer {
  const functionName = unqualifiedFunction(services, request, "get");
  const { reservedConcurrency } = requireFunction(services, functionName).record;
  return json(200, reservedConcurrency === null ? {} : { ReservedConcurrentExecutions: reservedConcurrency });
}

export async function deleteFunctionConcurrency(
  services: ApiServices,
  request: ApiRequest,
): Promise<ApiAnswer> {
  await reserve(services, unqualifiedFunction(services, request, "configure"), null);
  return noContent;
}

function reserve(services: ApiServices, functionName: string, wanted: number | null): Promise<void> {
  const { registry, accountConcurrency } = services;
  return registry.exclusively(functionName, async () => {
    const { record } = requireFunction(services, functionName);
    const others = registry.reservedTotal() - (record.reservedConcurrency ?? 0);
    if (wanted !== null && wanted > 0 && accountConcurrency - others - wanted < leastUnreserved) {
      throw invalidParameter(
        "Specified ReservedConcurrentExecutions for function decreases account's " +
          `UnreservedConcurrentExecution below its minimum value of [${leastUnreserved}].`,
      );
    }
    await registry.update({ ...record, reservedConcurrency: wanted });
  });
}
