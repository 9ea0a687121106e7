/** placeholder */
import type { FunctionReference } from "./function-name.ts";

/** Operations whose rules for names differ. */
export type NamingRules = "invoke" | "get" | "delete" | "create" | "configure";

export interface NameQuestion {
  /** Decoded value of `FunctionName`. */
  readonly functionName: string;
  /** Decoded value of `Qualifier`; null where the caller gave none. */
  readonly qualifier: string | null;
  readonly rules: NamingRules;
  /** Where the service that is asked lives. */
  readonly region: string;
  readonly accountId: string;
}

export type NameAnswer =
  | {
      readonly kind: "function";
      readonly name: string;
      /** As given, in the name or beside it; null for none. */
      readonly qualifier: string | null;
      readonly reference: FunctionReference;
    }
  | {
      readonly kind: "refused";
      readonly code:
        | "ValidationException"
        | "InvalidParameterValueException"
        | "ResourceNotFoundException"
        | "AccessDeniedException";
      readonly status: number;
      readonly message: string;
    };

/** Decides which function a request names, or answers as the service does: its codes, its messages, its order of checks. */
export declare function resolveFunctionName(question: NameQuestion): NameAnswer;
