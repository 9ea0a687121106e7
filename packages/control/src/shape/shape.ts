/**
 * Checks of plain JSON against a shape, as small functions that are put together like the type they check.
 *
 * Control trusts the analysis that was made before a publish, but not the bytes: what is stored must be
 * safe to compile and to hand to every data plane. A schema library would do it at fifty times the weight.
 * Fields that a shape does not name are let through, so that a newer client can talk to an older control.
 */
export type Check = (value: unknown, path: Path, faults: Fault[]) => void;

export type Path = readonly (string | number)[];

export interface Fault {
  readonly path: Path;
  readonly message: string;
}

/** Faults beyond these are not looked for. */
const MOST_FAULTS = 20;

export function check(value: unknown, shape: Check): readonly Fault[] {
  const faults: Fault[] = [];
  shape(value, [], faults);
  return faults.slice(0, MOST_FAULTS);
}

/** The first fault in words, and how many more there are. */
export function describeFaults(faults: readonly Fault[]): string {
  const [first, ...more] = faults;
  if (first === undefined) return "no fault";
  const where = first.path.length === 0 ? "it" : `\`${first.path.join(".")}\``;
  return `${where} ${first.message}${more.length > 0 ? `, and ${more.length} more` : ""}`;
}

export function matching(holds: (value: unknown) => boolean, expectation: string): Check {
  return (value, path, faults) => {
    if (!holds(value)) fault(faults, path, `must be ${expectation}`);
  };
}

export function text(maxLength: number): Check {
  return matching(
    (value) => typeof value === "string" && value.length <= maxLength,
    `a text of at most ${maxLength} characters`,
  );
}

export function numberBetween(min: number, max: number): Check {
  return matching(
    (value) => typeof value === "number" && value >= min && value <= max,
    `a number from ${min} to ${max}`,
  );
}

export function integerBetween(min: number, max: number): Check {
  return matching(
    (value) => Number.isInteger(value) && Number(value) >= min && Number(value) <= max,
    `an integer from ${min} to ${max}`,
  );
}

export const flag: Check = matching((value) => typeof value === "boolean", "true or false");

export const anything: Check = () => undefined;

/** Bounds how deep a value goes: what reads or writes it later may be recursive. */
export function nestedAtMost(levels: number): Check {
  return matching((value) => !isDeeperThan(value, levels), `nested at most ${levels} levels deep`);
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(inner, levels - 1));
}

export function oneOf(...values: readonly (string | number)[]): Check {
  return matching((value) => values.includes(value as string), `one of ${values.join(", ")}`);
}

export function orNull(inner: Check): Check {
  return (value, path, faults) => {
    if (value !== null) inner(value, path, faults);
  };
}

/** May be missing; where it is there, it is checked. */
export function optional(inner: Check): Check {
  return (value, path, faults) => {
    if (value !== undefined) inner(value, path, faults);
  };
}

export function listOf(inner: Check, maxItems: number, minItems = 0): Check {
  return (value, path, faults) => {
    if (!Array.isArray(value) || value.length > maxItems || value.length < minItems) {
      fault(faults, path, `must be a list of ${minItems} to ${maxItems} items`);
      return;
    }
    for (let i = 0; i < value.length && faults.length < MOST_FAULTS; i++) {
      inner(value[i], [...path, i], faults);
    }
  };
}

/** An object with any keys that `key` takes, and values of one shape. */
export function mapOf(key: (key: string) => boolean, inner: Check, maxItems: number): Check {
  return (value, path, faults) => {
    if (!isObject(value) || Object.keys(value).length > maxItems) {
      fault(faults, path, `must be an object of at most ${maxItems} keys`);
      return;
    }
    for (const [name, item] of Object.entries(value)) {
      if (faults.length >= MOST_FAULTS) return;
      if (!key(name)) fault(faults, [...path, name], "has a key that is not allowed here");
      else inner(item, [...path, name], faults);
    }
  };
}

export function object(fields: Readonly<Record<string, Check>>): Check {
  return (value, path, faults) => {
    if (!isObject(value)) {
      fault(faults, path, "must be an object");
      return;
    }
    for (const [name, inner] of Object.entries(fields)) {
      if (faults.length >= MOST_FAULTS) return;
      inner(Object.hasOwn(value, name) ? value[name] : undefined, [...path, name], faults);
    }
  };
}

/** A union told apart by `kind`. */
export function byKind(kinds: Readonly<Record<string, Check>>): Check {
  return (value, path, faults) => {
    const kind = isObject(value) ? value["kind"] : undefined;
    if (typeof kind !== "string" || !Object.hasOwn(kinds, kind)) {
      fault(faults, [...path, "kind"], `must be one of ${Object.keys(kinds).join(", ")}`);
      return;
    }
    kinds[kind]!(value, path, faults);
  };
}

/** All of several checks. */
export function every(...checks: readonly Check[]): Check {
  return (value, path, faults) => {
    for (const one of checks) {
      if (faults.length > 0) return;
      one(value, path, faults);
    }
  };
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function fault(faults: Fault[], path: Path, message: string): void {
  faults.push({ path, message });
}
