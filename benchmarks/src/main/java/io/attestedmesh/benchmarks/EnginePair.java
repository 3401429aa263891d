package io.attestedmesh.benchmarks;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/** A client and a server in one thread, joined by two buffers: a handshake without sockets. */
final class EnginePair {
    private static final String HOST = "server.example";
    private static final int PORT = 443;
    private static final int BUFFER = 64 * 1024;
    private static final int MOST_STEPS = 200;

    private final SSLEngine client;
    private final SSLEngine server;
    private final ByteBuffer toServer = ByteBuffer.allocate(BUFFER);
    private final ByteBuffer toClient = ByteBuffer.allocate(BUFFER);
    private final ByteBuffer received = ByteBuffer.allocate(BUFFER);

    EnginePair(SslContext clientContext, SslContext serverContext) {
        client = clientContext.newEngine(ByteBufAllocator.DEFAULT, HOST, PORT);
        server = serverContext.newEngine(ByteBufAllocator.DEFAULT);
    }

    /** Runs the handshake to its end on both sides, then closes both. */
    void handshake() throws SSLException {
        client.beginHandshake();
        server.beginHandshake();
        for (int step = 0; !(done(client) && done(server)); step++) {
            if (step == MOST_STEPS) {
                throw new SSLException(
                        "no end of the handshake: " + client.getHandshakeStatus() + ", " + server.getHandshakeStatus());
            }
            advance(client, toClient, toServer);
            advance(server, toServer, toClient);
        }
        String protocol = server.getSession().getProtocol();
        close();
        if (!protocol.equals("TLSv1.3")) {
            throw new SSLException("negotiated " + protocol);
        }
    }

    private static boolean done(SSLEngine engine) {
        return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    }

    private void advance(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
        while (true) {
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> runTasks(engine);
                case NEED_WRAP -> engine.wrap(ByteBuffer.allocate(0), out);
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    if (!unwrap(engine, in)) {
                        return;
                    }
                }
                default -> {
                    // what comes after the end: tickets that nobody asked for, or nothing
                    if (in.position() == 0 || !unwrap(engine, in)) {
                        return;
                    }
                }
            }
        }
    }

    private static void runTasks(SSLEngine engine) {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    private boolean unwrap(SSLEngine engine, ByteBuffer in) throws SSLException {
        in.flip();
        int consumed = engine.unwrap(in, received.clear()).bytesConsumed();
        in.compact();
        return consumed > 0 || engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK;
    }

    /** Conscrypt holds file descriptors and netty-tcnative memory until both directions are closed. */
    private void close() throws SSLException {
        client.closeOutbound();
        client.wrap(ByteBuffer.allocate(0), toServer.clear());
        server.unwrap(toServer.flip(), received.clear());
        server.closeOutbound();
        server.wrap(ByteBuffer.allocate(0), toClient.clear());
        client.unwrap(toClient.flip(), received.clear());
        ReferenceCountUtil.release(client);
        ReferenceCountUtil.release(server);
    }
}
