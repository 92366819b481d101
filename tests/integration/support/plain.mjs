// A plain WebSocket with the waiting that tests need.
import { once } from "node:events";
import WebSocket from "ws";

/** Connects to `/ws`: `wait(found)` gives the first frame, now or later; `ask(event, data)` the acknowledgement. */
export async function openPlain(t, headers = {}, query = "") {
  const socket = new WebSocket(`${t.server.url.replace("http", "ws")}/ws${query}`, { headers });
  const frames = [];
  const waiting = new Set();
  socket.on("message", (data) => {
    frames.push(JSON.parse(data.toString()));
    for (const look of [...waiting]) look();
  });
  t.keep({ close: () => socket.terminate() });
  await once(socket, "open");
  const wait = (found) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`waited in vain; got ${JSON.stringify(frames)}`)), 10_000);
      const look = () => {
        const frame = frames.find(found);
        if (!frame) return;
        clearTimeout(timer);
        waiting.delete(look);
        resolve(frame);
      };
      waiting.add(look);
      look();
    });
  let lastId = 0;
  const ask = (event, data) => {
    const id = ++lastId;
    socket.send(JSON.stringify({ event, id, data }));
    return wait(({ ack }) => ack === id);
  };
  return { socket, frames, wait, ask };
}
