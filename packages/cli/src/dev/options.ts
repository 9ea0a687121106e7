/** What a local run is asked for. */
export interface DevOptions {
  /** Configuration file; without it one is looked for in `cwd` and above. */
  readonly config?: string;
  /** Default: the process's own. */
  readonly cwd?: string;
  /** Environment whose patch is applied. */
  readonly environment?: string;
  /** Folder for state; default `.tulle` beside the configuration. */
  readonly dataFolder?: string;
  /** A port that is given must be free; one that is not falls back to any. 0 is any free one. */
  readonly ports?: { readonly gateway?: number; readonly control?: number; readonly platform?: number };
  /** Apply and deploy again when files change; default true. */
  readonly watch?: boolean;
  /** Stop function processes between invocations, as Lambda does; default false. */
  readonly freeze?: boolean;
  /** Where `AWS_ENDPOINT_URL_*` of stand-ins are read from; default `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Aborts the start; what was started until then is stopped again. */
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: DevEvent) => void;
}

/** Something that happened in a run, for whoever shows or counts it. */
export type DevEvent =
  /** A line that a part or a function printed. */
  | { readonly kind: "log"; readonly source: string; readonly text: string }
  /** What the run itself did. */
  | { readonly kind: "note"; readonly source: string; readonly text: string }
  /** Something that needs attention; the run goes on. */
  | { readonly kind: "problem"; readonly source: string; readonly text: string }
  | { readonly kind: "published"; readonly version: number; readonly changed: boolean }
  | {
      readonly kind: "deployed";
      readonly service: string;
      readonly revision: string;
      readonly version: string;
      readonly changed: boolean;
    };

/** The host that everything binds to. */
export const LOOPBACK = "127.0.0.1";
