import http from 'node:http';
import { Server } from 'socket.io';

const server = http.createServer((_request, response) => {
  response.setHeader('content-type', 'text/html; charset=utf-8');
  response.end(`<!doctype html><title>Echo</title><p id="said"></p>
<script src="/socket.io/socket.io.js"></script>
<script>
  const socket = io();
  socket.on('connect', () => socket.emit('say', 'grüß dich'));
  let pings = 0, ended = '';
  socket.io.on('ping', () => { pings += 1; });
  socket.on('disconnect', (reason) => { ended = reason; });
  socket.on('said', (text) => { said.textContent = text + ' by ' + socket.io.engine.transport.name; });
</script>`);
});
const pingInterval = Number(process.env.PING_INTERVAL ?? 25_000);
new Server(server, { pingInterval }).on('connection', (socket) =>
  socket.on('say', (text) => socket.emit('said', text)),
);
server.listen(Number(process.argv[2]), '127.0.0.1');
