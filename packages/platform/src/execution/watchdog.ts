import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

/**
 * Ends every process group when the platform is gone.
 *
 * A function's process notices that its connection closed and exits, but not while it is frozen and not while
 * its handler spins. A platform that is killed with SIGKILL cannot clean up, so a shell of its own session
 * waits on a pipe that only the platform holds: when the pipe ends, the shell kills what it was told of and
 * ends too.
 */
export interface Watchdog {
  watch(processGroup: number): void;
  unwatch(processGroup: number): void;
  /** Ends the watchdog; nothing must be left to watch. */
  close(): Promise<void>;
}

const SCRIPT = `
groups=" "
while read -r verb group; do
  case $verb in
    watch) groups="$groups$group " ;;
    unwatch) groups="\${groups%% $group *} \${groups#* $group }" ;;
  esac
done
for group in $groups; do kill -s KILL -- "-$group" 2>/dev/null; done
`;

export function startWatchdog(): Watchdog {
  const shell = spawn("/bin/sh", ["-c", SCRIPT], {
    detached: true,
    env: {},
    stdio: ["pipe", "ignore", "ignore"],
  });
  // Without a shell the processes still end by themselves when their connection closes.
  shell.on("error", () => {});
  shell.stdin.on("error", () => {});
  shell.unref();
  return {
    watch: (group) => void shell.stdin.write(`watch ${group}\n`),
    unwatch: (group) => void shell.stdin.write(`unwatch ${group}\n`),
    close: () => close(shell),
  };
}

async function close(shell: ChildProcess): Promise<void> {
  if (shell.pid === undefined || shell.exitCode !== null || shell.signalCode !== null) return;
  shell.ref();
  const exited = once(shell, "exit");
  shell.stdin?.end();
  await exited;
}
