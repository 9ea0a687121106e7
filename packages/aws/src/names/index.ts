/** Names: ARNs in general and the many forms of a Lambda function's name. */
export { type Arn, formatArn, parseArn, partitionOf } from "./arn.ts";
export {
  decodeFunctionName,
  FUNCTION_NAME_PATTERN,
  type FunctionArn,
  type FunctionReference,
  functionArn,
  MAX_FUNCTION_NAME_CHARACTERS,
  MAX_FUNCTION_REFERENCE_CHARACTERS,
  type ParsedFunctionName,
  parseFunctionName,
} from "./function-name.ts";
export {
  type NameAnswer,
  type NameQuestion,
  type NameRefusal,
  type NamingRules,
  patternViolation,
  resolveFunctionName,
  validationMessage,
} from "./resolve-function.ts";
