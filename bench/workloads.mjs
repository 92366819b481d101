// The workloads: the arguments for bench-load, the measured servers, and the targets.

const raw = ["tcp", "uws", "ours", "bun", "node", "flask"];
const sockets = ["ours", "bun", "node", "flask"];
const sending = ["uws", ...sockets];
const floors = ["tcp", "uws", "ours"];
const boundary = { servers: ["builtin", "counted", "ours"], target: { times: 1.05, server: "builtin" } };

export const Cpu = { key: "serverMicrosecondsPerOperation", title: "µs of CPU" };
const Bytes = { key: "bytesPerClient", title: "bytes for each" };
const P50 = { key: "p50Microseconds", title: "p50, µs" };
const P99 = { key: "p99Microseconds", title: "p99, µs" };
const Rate = { key: "rate", title: "operations a second" };
const Segments = { key: "segmentsPerOperation", title: "writes for a delivery" };
const Heartbeats = { key: "serverMillisecondsPerSecond", title: "ms of CPU a second" };
const HeartbeatEach = { key: "serverMicrosecondsPerClientAndSecond", title: "µs a second for each client" };
const FirstWave = { key: "firstWaveKib", title: "KiB after the first" };
const LastWave = { key: "lastWaveKib", title: "KiB after the last" };
const Grown = { key: "grownBy", title: "last : first" };

const echo = (...more) => ["--workload=echo", ...more];
const broadcast = (clients, ...more) => ["--workload=broadcast", `--clients=${clients}`, ...more];
const heartbeats = (clients) => ({
  title: `${clients.toLocaleString("en")} idle clients`,
  load: ["--workload=idle", `--clients=${clients}`, "--warmup=6", "--time=10"],
  servers: ["ours"],
  reps: 3,
  pingInterval: "5000",
  pace: "own",
});

/**
 * A target is a maximum (`most`) or a multiple (`times`) of the figure of another server or workload. `there` is the
 * figure of a peer on the machine for which `most` was set: the target here is the same ratio to that peer. `reps`
 * limits the repetitions of a slow workload; `cores` are the server's cores, 0 by default; `pace: "own"`: the workload
 * has its own times.
 */
export const Workloads = {
  echo100: { title: "echo with ack, 100 clients", load: echo(), servers: raw, target: { times: 1.15, server: "tcp" } },
  echo1000: { title: "echo with ack, 1,000 clients", load: echo("--clients=1000"), servers: raw, target: { times: 1.2, server: "tcp" } },
  depth10: { title: "echo with ack, 100 clients, 10 in flight", load: echo("--depth=10"), servers: raw, target: { most: 0.9, there: ["tcp", 0.35] } },
  size16k: { title: "echo with ack, 16 KiB", load: echo("--size=16384"), servers: raw, target: { times: 1.3, server: "tcp" } },
  poll: { title: "echo over long-polling", load: echo("--protocol=poll"), servers: sockets, target: { most: 10, there: ["node", 56.94] } },
  fanout1000: { title: "broadcast to 1,000, for each delivery", load: broadcast(1000), servers: sending, target: { most: 2.2, there: ["uws", 2.36] } },
  fanout5000: { title: "broadcast to 5,000, for each delivery", load: broadcast(5000), servers: sending, target: { most: 2.6, there: ["uws", 3.14] } },
  storm: { title: "connect, handshake, close", load: ["--workload=storm", "--clients=64"], servers: raw, target: { most: 35, there: ["uws", 20.67] } },
  worker: { title: "echo on a worker, 100 clients, 10 in flight", load: echo("--event=worker-echo", "--depth=10"), servers: ["ours"], target: { most: 3 } },
  worker1: { title: "echo on a worker, 100 clients", load: echo("--event=worker-echo"), servers: ["ours"] },
  idle10000: {
    title: "idle client, bytes (10,000)", load: ["--workload=idle", "--clients=10000", "--time=1"], pace: "own",
    servers: ["ours", "chat", "bun", "node", "flask"], figures: [Bytes], target: { most: 1500 },
  },

  echo10000: { title: "echo with ack, 10,000 clients", load: echo("--clients=10000"), servers: floors, target: { times: 1.2, server: "tcp" } },
  fanout100: { title: "broadcast to 100, for each delivery", load: broadcast(100), servers: ["uws", "ours"] },
  fanout10000: { title: "broadcast to 10,000, for each delivery", load: broadcast(10000), servers: ["uws", "ours"] },

  fanout1000x4: { title: "4 broadcasts to 1,000 in flight", load: broadcast(1000, "--depth=4"), servers: ["uws", "ours"] },
  fanout1000x16: { title: "16 broadcasts to 1,000 in flight", load: broadcast(1000, "--depth=16"), servers: ["uws", "ours"] },

  half100: {
    title: "echo with ack, 100 clients, half load", load: echo("--share=0.5"), servers: [...floors, "bun", "node"],
    figures: [Rate, P50, P99], target: { figure: P99, times: 3, server: "tcp" },
  },
  half1000: {
    title: "echo with ack, 1,000 clients, half load", load: echo("--share=0.5", "--clients=1000"), servers: floors,
    figures: [Rate, P50, P99], target: { figure: P99, times: 3, server: "tcp" },
  },

  loops2core: {
    title: "two loops on the core that one had", load: echo("--clients=1000"), servers: ["ours"], loops: "2",
    target: { times: 1.1, workload: "echo1000" },
  },
  loops2: {
    title: "two loops on both cores, beside the generator", load: echo("--clients=1000"), servers: ["ours"], loops: "2", cores: "0,1",
    target: { times: 1.1, workload: "echo1000" },
  },

  boundary1: { title: "echo in a plugin, 100 clients", load: echo(), ...boundary },
  boundary10: { title: "echo in a plugin, 100 clients, 10 in flight", load: echo("--depth=10"), ...boundary },

  beat1000: { ...heartbeats(1000), figures: [Bytes, Heartbeats, HeartbeatEach] },
  beat10000: { ...heartbeats(10000), figures: [Bytes, Heartbeats, HeartbeatEach] },
  beat19000: { ...heartbeats(19000), figures: [Bytes, Heartbeats, HeartbeatEach] },

  waves: {
    title: "10 waves of 10,000 clients", load: ["--workload=waves", "--clients=10000"], servers: ["ours"], pace: "own", reps: 3,
    figures: [FirstWave, LastWave, Grown], target: { figure: Grown, most: 1.1 },
  },
};

/** The tables of docs/performance.md. With one figure its servers are columns, with several each server has a row. */
export const Tables = {
  operations: {
    rows: ["echo100", "echo1000", "depth10", "size16k", "poll", "fanout1000", "fanout5000", "storm", "worker", "worker1", "idle10000"],
    servers: raw,
    ratios: [["ours", "tcp"], ["ours", "uws"], ["bun", "ours"], ["node", "ours"]],
  },
  growth: {
    rows: ["echo100", "echo1000", "echo10000", "fanout100", "fanout1000", "fanout10000"],
    servers: floors,
    ratios: [["ours", "tcp"], ["ours", "uws"]],
  },
  flight: { rows: ["fanout1000", "fanout1000x4", "fanout1000x16"], servers: ["uws", "ours"], figures: [Cpu, Segments] },
  latency: { rows: ["half100", "half1000"], servers: [...floors, "bun", "node"] },
  loops: { rows: ["echo1000", "loops2core", "loops2"], servers: ["ours"], figures: [Cpu] },
  boundary: { rows: ["boundary1", "boundary10"], servers: boundary.servers, ratios: [["ours", "builtin"], ["counted", "builtin"]] },
  idle: { rows: ["beat1000", "beat10000", "beat19000"], servers: ["ours"] },
  memory: { rows: ["idle10000"], servers: ["ours", "chat", "bun", "node", "flask"] },
  waves: { rows: ["waves"], servers: ["ours"] },
};
