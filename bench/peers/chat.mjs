// A plain chat to measure ours against: socket.io, mysql2, one INSERT for each message.
// chat.mjs PORT DATABASE-URL
import { createServer } from "node:http";
import mysql from "mysql2/promise";
import { Server } from "socket.io";

const [, , port, database] = process.argv;
const pool = mysql.createPool({ uri: database, connectionLimit: 16 });
await pool.query(
  "CREATE TABLE IF NOT EXISTS plain_message (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, sender VARCHAR(32) NOT NULL, " +
    "receiver VARCHAR(32) NOT NULL, body TEXT NOT NULL, created_at BIGINT NOT NULL, KEY (sender, id), KEY (receiver, id))",
);
const http = createServer();
const io = new Server(http, { serveClient: false });
io.on("connection", (socket) => {
  const { name } = socket.handshake.auth;
  socket.join(name);
  socket.on("messages", async ({ data }, acknowledge) => {
    const { rid, message_data: text } = data.message;
    const date = Date.now();
    const [stored] = await pool.execute("INSERT INTO plain_message (sender, receiver, body, created_at) VALUES (?, ?, ?, ?)", [
      name, rid, text, date,
    ]);
    const document = { data: { type: "msg", id: String(stored.insertId), message: { sid: name, rid, message_data: text, date } } };
    io.to([name, rid]).emit("messages", document);
    acknowledge(0, document);
  });
});
http.listen({ port, host: "127.0.0.1" });
