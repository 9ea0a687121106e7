/**
 * TULLE3000-3999: what the local platform refuses. 30xx is its API, code and data; 31xx is its execution of
 * processes.
 */
export const platformErrors = {
  TULLE3001: {
    name: "platform-port-taken",
    category: "unavailable",
    status: 503,
    retry: "later",
    meaning: "The port that the platform was told to listen on is in use by another process.",
    remedy:
      "Stop the process that holds the port, or start the platform on another one (0 picks a free one).",
  },
  TULLE3002: {
    name: "platform-folder-not-writable",
    category: "configuration",
    status: 500,
    retry: "never",
    meaning: "The platform cannot create or write files in its data folder.",
    remedy: "Give the user that runs the platform write access to the folder, or name another folder.",
  },
  TULLE3003: {
    name: "platform-credentials-unreadable",
    category: "configuration",
    status: 500,
    retry: "never",
    meaning:
      "The file that holds the platform's credentials cannot be read or is not what the platform wrote.",
    remedy: "Restore the file, or delete it to have new credentials made; callers then need the new ones.",
  },
  TULLE3004: {
    name: "platform-record-unreadable",
    category: "internal",
    status: 500,
    retry: "never",
    meaning: "A function or event record in the store is not in a form that this platform can read.",
    remedy: "Start the version of the platform that wrote it, or move the store aside and deploy again.",
  },
  TULLE3005: {
    name: "platform-cannot-listen",
    category: "unavailable",
    status: 503,
    retry: "never",
    meaning: "The platform could not listen on the address that it was given.",
    remedy: "Use an address of this machine, such as 127.0.0.1, and a port that your user may open.",
  },
  TULLE3010: {
    name: "zip-unreadable",
    category: "usage",
    status: 400,
    retry: "never",
    meaning: "The uploaded code is not a zip file that can be unpacked.",
    remedy: "Build the zip again and check it with another tool before uploading it.",
  },
  TULLE3011: {
    name: "zip-path-unsafe",
    category: "usage",
    status: 400,
    retry: "never",
    meaning:
      "The zip has an entry whose path would be written outside of the package folder, or cannot be a file path.",
    remedy: "Build the zip with relative paths only, without `..` parts.",
  },
  TULLE3012: {
    name: "zip-link-refused",
    category: "usage",
    status: 400,
    retry: "never",
    meaning: "The zip has an entry that is a symbolic link or another special file.",
    remedy: "Build the zip so that it holds the files that the links point to.",
  },
  TULLE3013: {
    name: "zip-too-large",
    category: "usage",
    status: 400,
    retry: "never",
    meaning:
      "The zip would unpack to more than a function may hold, or holds more entries than the platform unpacks.",
    remedy: "Leave out what the function does not need, or bundle it.",
  },
  TULLE3014: {
    name: "zip-empty",
    category: "usage",
    status: 400,
    retry: "never",
    meaning: "The zip has no file in it.",
    remedy: "Put at least the handler's file into the zip.",
  },
  TULLE3015: {
    name: "local-code-missing",
    category: "not-found",
    status: 400,
    retry: "never",
    meaning:
      "The local path given as a function's code does not exist or is not a folder, a zip or a source file.",
    remedy: "Name a folder, a .zip, or a .ts/.mts/.js/.mjs/.cjs file by its absolute path.",
  },
  TULLE3016: {
    name: "local-code-denied",
    category: "denied",
    status: 403,
    retry: "never",
    meaning:
      "Code was to be read from a local path with credentials other than the platform's root credentials.",
    remedy: "Deploy with the root credentials, or upload the code as a zip.",
  },
  TULLE3017: {
    name: "source-not-built",
    category: "usage",
    status: 400,
    retry: "never",
    meaning: "The bundler could not build the function's source.",
    remedy: "Correct the source at the place that the message names.",
  },
  TULLE3020: {
    name: "platform-operation-unsupported",
    category: "usage",
    status: 501,
    retry: "never",
    meaning: "The operation belongs to the Lambda API but the local platform does not implement it.",
    remedy: "Leave the call out locally, or make it against AWS.",
  },
  TULLE3021: {
    name: "platform-feature-unsupported",
    category: "usage",
    status: 400,
    retry: "never",
    meaning: "The request asks for a feature of Lambda that the local platform cannot provide.",
    remedy: "Leave the named member out locally.",
  },
  TULLE3022: {
    name: "deployment-refused",
    category: "usage",
    status: 400,
    retry: "never",
    meaning:
      "A deployment from the process that runs the platform was refused for a reason that Lambda would give too.",
    remedy: "Change the deployment as the message says.",
  },
  TULLE3101: {
    name: "runtime-not-available",
    category: "usage",
    status: 400,
    retry: "never",
    meaning: "The function's runtime is one that the local platform cannot start processes of.",
    remedy: "Use nodejs20.x, nodejs22.x or nodejs24.x, or leave the function to AWS.",
  },
  TULLE3102: {
    name: "environment-not-made",
    category: "unavailable",
    status: 503,
    retry: "later",
    meaning:
      "The platform could not make a new execution environment: a folder, a port or a process was refused.",
    remedy: "Read the cause: free disk space or file handles, or give write access to the data folder.",
  },
  TULLE3103: {
    name: "executor-closed",
    category: "unavailable",
    status: 503,
    retry: "later",
    meaning: "The platform stopped its processes before the invocation ended.",
    remedy: "Invoke again when the platform is running.",
  },
  TULLE3104: {
    name: "function-log-not-written",
    category: "unavailable",
    status: 500,
    retry: "later",
    meaning: "The log file of a function cannot be written; the function runs on without it.",
    remedy: "Free disk space or give the platform write access to the file.",
  },
} as const;
