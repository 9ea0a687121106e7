/**
 * The life of one environment as a pure function: state and event in, state, effects and an answer out.
 *
 * An environment is what AWS calls a sandbox: a folder, an address and a log stream that outlive its process.
 * A process that crashes or is killed for its time leaves the environment `down`; the next invocation starts
 * a new process in it, inside its own time. That is why "no process" is a state and not the end.
 *
 * The first initialisation has ten seconds of its own. Where it fails it is tried once more inside the
 * invocation, as AWS does, and the second failure is the invocation's answer.
 *
 * Invariants: at most one invocation is bound; every bound invocation gets exactly one `finish`; a new
 * process is started only after the old one has exited; nothing is delivered to a process that has not asked
 * for it.
 */
export type LifecycleState =
  | { readonly kind: "down"; readonly initialisedBefore: boolean }
  | { readonly kind: "initialising"; readonly invocation: string | null; readonly inside: boolean }
  | { readonly kind: "idle"; readonly frozen: boolean }
  | { readonly kind: "busy"; readonly invocation: string; readonly answered: boolean }
  /**
   * Killed, its exit is awaited; then `retry` is started in a new process. Available while there is no
   * `retry`.
   */
  | { readonly kind: "ending"; readonly retry: string | null }
  | { readonly kind: "gone" };

export type LifecycleEvent =
  | { readonly kind: "invoke"; readonly invocation: string }
  /** Start ahead of need. */
  | { readonly kind: "prewarm" }
  | { readonly kind: "next" }
  /** The connection that asked for work is gone: without an invocation, or before it could be handed over. */
  | { readonly kind: "next-lost" }
  | { readonly kind: "undelivered" }
  | {
      readonly kind: "response";
      readonly invocation: string;
      readonly fit: "fits" | "too-large" | "invalid-mode";
    }
  | { readonly kind: "error"; readonly invocation: string }
  | { readonly kind: "init-error" }
  | { readonly kind: "exited" }
  | { readonly kind: "time-up" }
  /** End now, whatever it does. */
  | { readonly kind: "close" };

export type LifecycleEffect =
  | { readonly kind: "spawn" | "kill" | "freeze" | "thaw" }
  /** The invocation's time starts. */
  | { readonly kind: "begin"; readonly invocation: string }
  | { readonly kind: "deliver"; readonly invocation: string }
  | { readonly kind: "arm-initialisation" | "disarm" }
  /** The first process of the environment is ready, or an initialisation failed for good. */
  | { readonly kind: "initialised" | "initialisation-failed" }
  | { readonly kind: "finish"; readonly invocation: string; readonly how: FinishKind }
  /** May take an invocation; may be said twice in a row. */
  | { readonly kind: "available" };

/** Where the answer of an invocation comes from. */
export type FinishKind = "posted" | "too-large" | "invalid-mode" | "timed-out" | "exited" | "closed";

/** What the Runtime API answers to a call. */
export type LifecycleAnswer = "accepted" | "hold" | "invalid-id" | "invalid-mode" | "too-large" | "forbidden";

export interface LifecycleStep {
  readonly state: LifecycleState;
  readonly effects: readonly LifecycleEffect[];
  /** Null for events that are not calls of the Runtime API. */
  readonly answer: LifecycleAnswer | null;
}

export const NEW_ENVIRONMENT: LifecycleState = { kind: "down", initialisedBefore: false };

const AVAILABLE: LifecycleEffect = { kind: "available" };

/** `freeze`: whether a process is stopped while it has nothing to do. */
export function advance(state: LifecycleState, event: LifecycleEvent, freeze: boolean): LifecycleStep {
  switch (event.kind) {
    case "invoke":
      return invoke(state, event.invocation);
    case "prewarm":
      return state.kind === "down" && !state.initialisedBefore ? startFirst(null) : unchanged(state);
    case "next":
      return next(state, freeze);
    case "next-lost":
      return state.kind === "idle"
        ? step({ kind: "ending", retry: null }, [{ kind: "kill" }])
        : unchanged(state);
    case "undelivered":
      return state.kind === "busy" && !state.answered
        ? step({ kind: "ending", retry: state.invocation }, [{ kind: "disarm" }, { kind: "kill" }])
        : unchanged(state);
    case "response":
      return post(state, event.invocation, event.fit);
    case "error":
      return post(state, event.invocation, "fits");
    case "init-error":
      return initError(state);
    case "exited":
      return exited(state);
    case "time-up":
      return timeUp(state);
    case "close":
      return close(state);
  }
}

function invoke(state: LifecycleState, invocation: string): LifecycleStep {
  const begin: LifecycleEffect = { kind: "begin", invocation };
  switch (state.kind) {
    case "down":
      if (!state.initialisedBefore) return startFirst(invocation);
      return step({ kind: "initialising", invocation, inside: true }, [begin, { kind: "spawn" }]);
    case "initialising":
      return step({ ...state, invocation }, []);
    case "ending":
      return step({ kind: "ending", retry: invocation }, []);
    case "idle":
      return step({ kind: "busy", invocation, answered: false }, [
        begin,
        ...(state.frozen ? ([{ kind: "thaw" }] as const) : []),
        { kind: "deliver", invocation },
      ]);
    case "gone":
      return step(state, [finish(invocation, "closed")]);
    case "busy":
      return unchanged(state);
  }
}

function startFirst(invocation: string | null): LifecycleStep {
  return step({ kind: "initialising", invocation, inside: false }, [
    { kind: "arm-initialisation" },
    { kind: "spawn" },
  ]);
}

function next(state: LifecycleState, freeze: boolean): LifecycleStep {
  const rest: readonly LifecycleEffect[] = freeze ? [{ kind: "freeze" }, AVAILABLE] : [AVAILABLE];
  const idle: LifecycleState = { kind: "idle", frozen: freeze };
  if (state.kind === "initialising") {
    const { invocation, inside } = state;
    const ready: readonly LifecycleEffect[] = inside ? [] : [{ kind: "disarm" }, { kind: "initialised" }];
    if (invocation === null) return step(idle, [...ready, ...rest], "hold");
    const begin: readonly LifecycleEffect[] = inside ? [] : [{ kind: "begin", invocation }];
    return step(
      { kind: "busy", invocation, answered: false },
      [...ready, ...begin, { kind: "deliver", invocation }],
      "hold",
    );
  }
  if (state.kind === "busy" && state.answered) return step(idle, [{ kind: "disarm" }, ...rest], "hold");
  if (state.kind === "idle") return step(state, [], "hold");
  return step(state, [], "forbidden");
}

function post(
  state: LifecycleState,
  invocation: string,
  fit: "fits" | "too-large" | "invalid-mode",
): LifecycleStep {
  if (state.kind !== "busy" || state.invocation !== invocation) return step(state, [], "invalid-id");
  if (state.answered) return step(state, [], "forbidden");
  const answered: LifecycleState = { ...state, answered: true };
  if (fit === "fits") return step(answered, [{ kind: "finish", invocation, how: "posted" }], "accepted");
  return step(answered, [{ kind: "finish", invocation, how: fit }], fit);
}

function initError(state: LifecycleState): LifecycleStep {
  if (state.kind !== "initialising") return step(state, [], "forbidden");
  return step(...initialisationOver(state, "posted"), "accepted");
}

/** The process is still there and has to go, or is gone already (`how` is `exited`). */
function initialisationOver(
  state: LifecycleState & { kind: "initialising" },
  how: "posted" | "exited" | "timed-out",
): [LifecycleState, readonly LifecycleEffect[]] {
  const { invocation, inside } = state;
  const end: readonly LifecycleEffect[] = how === "exited" ? [] : [{ kind: "kill" }];
  const failed: LifecycleEffect = { kind: "initialisation-failed" };
  if (inside) {
    const done = invocation === null ? [] : [finish(invocation, how)];
    return over(how, null, [{ kind: "disarm" }, ...done, ...end]);
  }
  return over(how, invocation, [{ kind: "disarm" }, failed, ...end]);
}

function over(
  how: "posted" | "exited" | "timed-out",
  retry: string | null,
  effects: readonly LifecycleEffect[],
): [LifecycleState, readonly LifecycleEffect[]] {
  if (how !== "exited")
    return [{ kind: "ending", retry }, retry === null ? [...effects, AVAILABLE] : effects];
  if (retry === null) return [{ kind: "down", initialisedBefore: true }, [...effects, AVAILABLE]];
  return [
    { kind: "initialising", invocation: retry, inside: true },
    [...effects, { kind: "begin", invocation: retry }, { kind: "spawn" }],
  ];
}

function exited(state: LifecycleState): LifecycleStep {
  const down: LifecycleState = { kind: "down", initialisedBefore: true };
  switch (state.kind) {
    case "initialising":
      return step(...initialisationOver(state, "exited"));
    case "idle":
      // It stood in the list of those that can be had and stays there: the next invocation starts a process.
      return step(down, []);
    case "busy":
      return step(down, [
        { kind: "disarm" },
        ...(state.answered ? [] : [finish(state.invocation, "exited")]),
        AVAILABLE,
      ]);
    case "ending":
      return step(...over("exited", state.retry, []));
    default:
      return unchanged(state);
  }
}

function timeUp(state: LifecycleState): LifecycleStep {
  if (state.kind === "initialising") return step(...initialisationOver(state, "timed-out"));
  if (state.kind !== "busy") return unchanged(state);
  const end: LifecycleEffect = { kind: "kill" };
  const effects = state.answered ? [end] : [finish(state.invocation, "timed-out"), end, AVAILABLE];
  return step({ kind: "ending", retry: null }, effects);
}

function close(state: LifecycleState): LifecycleStep {
  if (state.kind === "gone") return unchanged(state);
  const bound =
    state.kind === "initialising"
      ? state.invocation
      : state.kind === "ending"
        ? state.retry
        : state.kind === "busy" && !state.answered
          ? state.invocation
          : null;
  const finished = bound === null ? [] : [finish(bound, "closed")];
  return step({ kind: "gone" }, [{ kind: "disarm" }, ...finished, { kind: "kill" }]);
}

function finish(invocation: string, how: FinishKind): LifecycleEffect {
  return { kind: "finish", invocation, how };
}

function step(
  state: LifecycleState,
  effects: readonly LifecycleEffect[],
  answer: LifecycleAnswer | null = null,
): LifecycleStep {
  return { state, effects, answer };
}

function unchanged(state: LifecycleState): LifecycleStep {
  return { state, effects: [], answer: null };
}
