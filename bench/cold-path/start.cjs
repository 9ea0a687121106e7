// Loads a bundle, waits for its first call and says what that took from the first line on.
const start = process.hrtime.bigint();
const cpu = process.cpuUsage();

require(process.argv[2]).first.then(
  (answer) => {
    const wallMs = Number(process.hrtime.bigint() - start) / 1e6;
    const { user, system } = process.cpuUsage(cpu);
    if (answer?.eta !== 128) throw new Error(`unexpected answer: ${JSON.stringify(answer)}`);
    console.log(JSON.stringify({ wallMs, cpuMs: (user + system) / 1000 }));
    process.exit();
  },
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
