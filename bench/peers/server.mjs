// The application of the benchmarks on socket.io: under Node with its engine for ws, under Bun with Bun's own.
// server.mjs PORT
import { createServer } from "node:http";
import { Server } from "socket.io";

const port = Number(process.argv[2]);
const io = new Server({ serveClient: false, maxHttpBufferSize: 1e6 });
io.on("connection", (socket) => {
  socket.on("echo", (payload, acknowledge) => acknowledge(payload));
  socket.on("fanout", (payload) => io.emit("fanout", payload));
});

let served;
if (typeof Bun === "undefined") {
  const http = createServer();
  io.attach(http);
  http.listen({ port, host: "127.0.0.1", backlog: 4096 });
} else {
  const { Server: Engine } = await import("@socket.io/bun-engine");
  const engine = new Engine({ path: "/socket.io/" });
  io.bind(engine);
  served = { port, hostname: "127.0.0.1", ...engine.handler() };
}
export default served;
