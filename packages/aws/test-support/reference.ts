/**
 * Other people's implementations, for differential tests.
 *
 * Their packages offer a build for bundlers under the `module` condition, and its files import each other
 * without extensions, which Node cannot load. The tests run with that condition set, so it is taken off for
 * what is loaded here.
 */
import { createRequire, registerHooks } from "node:module";
import type * as AwsCrypto from "@aws-crypto/sha256-js";
import type * as EventStreams from "@smithy/eventstream-codec";
import type * as Smithy from "@smithy/signature-v4";
import type * as Utf8 from "@smithy/util-utf8";

const require = createRequire(import.meta.url);
const hooks = registerHooks({
  resolve: (specifier, context, next) =>
    next(specifier, { ...context, conditions: context.conditions.filter((name) => name !== "module") }),
});

export const { SignatureV4 } = require("@smithy/signature-v4") as typeof Smithy;
export const { Sha256 } = require("@aws-crypto/sha256-js") as typeof AwsCrypto;
export const { EventStreamCodec, Int64 } = require("@smithy/eventstream-codec") as typeof EventStreams;
export const { fromUtf8, toUtf8 } = require("@smithy/util-utf8") as typeof Utf8;

hooks.deregister();
