/**
 * The data plane inside a function: routes, times, retries and sheds its calls, and tells control what
 * happened.
 */
export type { AttachableClient } from "./attach/attach-client.ts";
export type { Call } from "./data-plane/call.ts";
export type {
  Attempt,
  AttemptAnswer,
  CallOutcome,
  CallSpec,
  CallTarget,
  DataPlane,
  InvocationType,
  ResolvedTarget,
  RoutedService,
  Transport,
} from "./data-plane/data-plane.ts";
export type { MeshHooks } from "./data-plane/engine.ts";
export type { Ports } from "./data-plane/ports.ts";
export type { LambdaContext } from "./invocation/invocation.ts";
export type { CoreOptions } from "./mesh/core.ts";
export { createMesh, type MeshOptions, processMesh } from "./mesh/create-mesh.ts";
export type { FetchInit } from "./mesh/fetch.ts";
export { FunctionFailure } from "./mesh/function-failure.ts";
export { answerOf } from "./mesh/invoke.ts";
export type { InvokeOptions, Mesh } from "./mesh/mesh.ts";
export { attach, invoke } from "./mesh/process.ts";
export type { FetchSnapshot, SendReport, SnapshotAnswer } from "./wire/control-client.ts";
export type { WireHeaders } from "./wire/response-head.ts";
export type { WireResponse } from "./wire/response-parser.ts";
