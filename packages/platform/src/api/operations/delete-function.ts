import { deleteFunction as remove } from "../../functions/lifecycle.ts";
import { namedFunction } from "../naming.ts";
import { type ApiAnswer, type ApiRequest, type ApiServices, noContent } from "../request.ts";

/** DeleteFunction: the function, or with a qualifier one version of it. */
export async function deleteFunction(services: ApiServices, request: ApiRequest): Promise<ApiAnswer> {
  const { functionName, qualifier } = namedFunction(services, request, "delete");
  await remove(services, functionName, qualifier);
  return noContent;
}
