// SPDX-License-Identifier: GPL-3.0-or-later
// Node's own http module, nothing else: what most first versions of such a server are. Usage: node node_plain.js PORT
'use strict';
const http = require('http');

const channels = new Map();
const all = new Set();

setInterval(() => {
    for (const response of all) response.write('event: ping\ndata: {"type":"ping"}\n\n');
}, 30000);

const server = http.createServer((request, response) => {
    const name = request.url.slice(5);
    if (request.method === 'GET') {
        response.writeHead(200, {'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache'});
        response.write('retry: 5000\n\n');
        if (!channels.has(name)) channels.set(name, new Set());
        const channel = channels.get(name);
        channel.add(response);
        all.add(response);
        request.on('close', () => {
            channel.delete(response);
            all.delete(response);
        });
        return;
    }
    let body = '';
    request.on('data', (piece) => { body += piece; });
    request.on('end', () => {
        const event = `data: ${body}\n\n`;
        for (const stream of channels.get(name) || []) stream.write(event);
        response.writeHead(202, {'Content-Length': 0});
        response.end();
    });
});
server.keepAliveTimeout = 600000;
server.requestTimeout = 0;
server.listen({port: Number(process.argv[2]), host: '127.0.0.1', backlog: 4096});
