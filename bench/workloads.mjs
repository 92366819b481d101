// What is measured: a row for each workload, with what bench-load is told, who is measured, and the target.
// A target is given in microseconds of the server's CPU (or bytes), or as a multiple of the bare TCP echo of the same run.

const raw = ["tcp", "ours", "node", "bun", "flask"];
const sockets = ["ours", "node", "bun", "flask"];

export const Workloads = {
  echo100: { title: "echo with ack, 100 clients", load: ["--workload=echo"], servers: raw, target: { floors: 1.15 } },
  echo1000: { title: "echo with ack, 1,000 clients", load: ["--workload=echo", "--clients=1000"], servers: raw, target: { floors: 1.2 } },
  echo10000: { title: "echo with ack, 10,000 clients", load: ["--workload=echo", "--clients=10000", "--warmup=3"], servers: ["tcp", "ours"] },
  depth10: { title: "echo with ack, 100 clients, 10 in flight", load: ["--workload=echo", "--depth=10"], servers: raw, target: { most: 0.9 } },
  size16k: { title: "echo with ack, 16 KiB", load: ["--workload=echo", "--size=16384"], servers: raw, target: { floors: 1.3 } },
  poll: { title: "echo over long-polling", load: ["--workload=echo", "--protocol=poll"], servers: sockets, target: { most: 10 } },
  fanout100: { title: "broadcast to 100, per delivery", load: ["--workload=broadcast", "--clients=100"], servers: ["ours"] },
  fanout1000: { title: "broadcast to 1,000, per delivery", load: ["--workload=broadcast", "--clients=1000"], servers: sockets, target: { most: 2.2 } },
  fanout1000x4: { title: "the same, 4 broadcasts in flight", load: ["--workload=broadcast", "--clients=1000", "--depth=4"], servers: ["ours"] },
  fanout5000: { title: "broadcast to 5,000, per delivery", load: ["--workload=broadcast", "--clients=5000"], servers: sockets, target: { most: 2.6 } },
  fanout10000: { title: "broadcast to 10,000, per delivery", load: ["--workload=broadcast", "--clients=10000"], servers: ["ours"] },
  storm: { title: "connect, handshake, close", load: ["--workload=storm", "--clients=64"], servers: raw, target: { most: 35 } },
  worker: { title: "echo on a worker, 100 clients, 10 in flight", load: ["--workload=echo", "--event=worker-echo", "--depth=10"], servers: ["ours"], target: { most: 3 } },
  worker1: { title: "echo on a worker, 100 clients", load: ["--workload=echo", "--event=worker-echo"], servers: ["ours"] },
  loops2: { title: "echo with ack, 1,000 clients, two loops", load: ["--workload=echo", "--clients=1000"], servers: ["ours"], loops: 2 },
  idle10000: { title: "idle client, bytes (10,000)", load: ["--workload=idle", "--clients=10000"], servers: sockets, unit: "bytesPerClient", target: { most: 1500 } },
};

export const Unit = "serverMicrosecondsPerOperation";
