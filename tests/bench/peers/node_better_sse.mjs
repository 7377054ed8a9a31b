// SPDX-License-Identifier: GPL-3.0-or-later
// Node with better-sse, a library made for this. Usage: node node_better_sse.mjs PORT
import http from 'node:http';
import {createChannel, createSession} from 'better-sse';

const channels = new Map();

function channelOf(name) {
    if (!channels.has(name)) channels.set(name, createChannel());
    return channels.get(name);
}

const server = http.createServer(async (request, response) => {
    const name = request.url.slice(5);
    if (request.method === 'GET') {
        const session = await createSession(request, response, {keepAlive: 30000, retry: 5000});
        channelOf(name).register(session);
        return;
    }
    let body = '';
    for await (const piece of request) body += piece;
    channelOf(name).broadcast(body);
    response.writeHead(202, {'Content-Length': 0});
    response.end();
});
server.keepAliveTimeout = 600000;
server.requestTimeout = 0;
server.listen({port: Number(process.argv[2]), host: '127.0.0.1', backlog: 4096});
