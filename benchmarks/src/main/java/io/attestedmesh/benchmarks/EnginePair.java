package io.attestedmesh.benchmarks;

import io.attestedmesh.transport.session.PendingEvidence;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/** A client and a server in one thread, joined by two buffers: a handshake without sockets. */
final class EnginePair {
    private static final String HOST = "server.example";
    private static final int PORT = 443;
    private static final int BUFFER = 64 * 1024;

    private final SSLEngine client;
    private final SSLEngine server;
    private final ByteBuffer toServer = ByteBuffer.allocate(BUFFER);
    private final ByteBuffer toClient = ByteBuffer.allocate(BUFFER);
    private final ByteBuffer received = ByteBuffer.allocate(BUFFER);
    private long moved;

    EnginePair(SslContext clientContext, SslContext serverContext) {
        client = clientContext.newEngine(ByteBufAllocator.DEFAULT, HOST, PORT);
        server = serverContext.newEngine(ByteBufAllocator.DEFAULT);
    }

    /** Has {@code ready} run, on any thread, when a side waits no longer for its evidence, which it does not do in a task then. */
    void onEvidence(Runnable ready) {
        for (SSLEngine side : List.of(client, server)) {
            PendingEvidence.of(side.getSession()).ifPresent(pending -> pending.onReady(ready));
        }
    }

    /** Runs the handshake to its end on both sides, then closes both. */
    void handshake() throws SSLException {
        begin();
        if (!advance()) {
            throw new SSLException(
                    "no end of the handshake: " + client.getHandshakeStatus() + ", " + server.getHandshakeStatus());
        }
        close();
    }

    void begin() throws SSLException {
        client.beginHandshake();
        server.beginHandshake();
    }

    /** Goes on until both sides wait; true if that is because the handshake has ended on both. */
    boolean advance() throws SSLException {
        long before;
        do {
            before = moved;
            advance(client, toClient, toServer);
            advance(server, toServer, toClient);
        } while (moved != before);
        if (!done(client) || !done(server)) {
            return false;
        }
        String protocol = server.getSession().getProtocol();
        if (!protocol.equals("TLSv1.3")) {
            throw new SSLException("negotiated " + protocol);
        }
        return true;
    }

    private static boolean done(SSLEngine engine) {
        return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    }

    private void advance(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
        while (true) {
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> runTasks(engine);
                case NEED_WRAP ->
                    moved += engine.wrap(ByteBuffer.allocate(0), out).bytesProduced();
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
        moved += consumed;
        return consumed > 0 || engine.getHandshakeStatus() == HandshakeStatus.NEED_TASK;
    }

    /** Conscrypt holds file descriptors and netty-tcnative memory until both directions are closed. */
    void close() throws SSLException {
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
