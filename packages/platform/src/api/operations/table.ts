import type { Operation } from "../request.ts";
import { getAccountSettings } from "./account-settings.ts";
import { createAlias, deleteAlias, getAlias, listAliases, updateAlias } from "./aliases.ts";
import { deleteFunctionConcurrency, getFunctionConcurrency, putFunctionConcurrency } from "./concurrency.ts";
import { createFunction } from "./create-function.ts";
import { deleteFunction } from "./delete-function.ts";
import { getFunction, getFunctionConfiguration } from "./get-function.ts";
import { invoke, invokeAsync } from "./invoke.ts";
import { invokeWithResponseStream } from "./invoke-stream.ts";
import { listFunctions } from "./list-functions.ts";
import { listTags, tagResource, untagResource } from "./tags.ts";
import { updateFunctionCode, updateFunctionConfiguration } from "./update-function.ts";
import { listVersionsByFunction, publishVersion } from "./versions.ts";

/**
 * Every operation that the platform performs, by its name in Lambda's model. Paths are `@tulle/aws`'s
 * business; an operation that is known there and missing here is answered as unsupported.
 */
export const operations: Readonly<Record<string, Operation>> = {
  Invoke: invoke,
  InvokeAsync: invokeAsync,
  InvokeWithResponseStream: invokeWithResponseStream,

  CreateFunction: createFunction,
  GetFunction: getFunction,
  GetFunctionConfiguration: getFunctionConfiguration,
  UpdateFunctionCode: updateFunctionCode,
  UpdateFunctionConfiguration: updateFunctionConfiguration,
  DeleteFunction: deleteFunction,
  ListFunctions: listFunctions,

  PublishVersion: publishVersion,
  ListVersionsByFunction: listVersionsByFunction,

  CreateAlias: createAlias,
  GetAlias: getAlias,
  UpdateAlias: updateAlias,
  DeleteAlias: deleteAlias,
  ListAliases: listAliases,

  PutFunctionConcurrency: putFunctionConcurrency,
  GetFunctionConcurrency: getFunctionConcurrency,
  DeleteFunctionConcurrency: deleteFunctionConcurrency,

  ListTags: listTags,
  TagResource: tagResource,
  UntagResource: untagResource,

  GetAccountSettings: getAccountSettings,
};
