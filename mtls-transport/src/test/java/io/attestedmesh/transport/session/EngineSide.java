package io.attestedmesh.transport.session;

import io.attestedmesh.transport.AttestedTls;
import io.attestedmesh.transport.SimulatedMesh;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/** One engine of two in memory, with a word for the other that its user offers at each call. */
final class EngineSide {
    final SSLEngine engine;
    final ByteBuffer word;
    final ByteBuffer toPeer = ByteBuffer.allocate(1 << 17);
    private final ByteBuffer got = ByteBuffer.allocate(1 << 16);
    int finished;
    boolean movedEarly;

    EngineSide(SSLEngine engine, String word, String... protocols) {
        this.engine = engine;
        this.word = ByteBuffer.wrap(word.getBytes(StandardCharsets.UTF_8));
        if (protocols.length > 0) {
            SSLParameters parameters = engine.getSSLParameters();
            parameters.setApplicationProtocols(protocols);
            engine.setSSLParameters(parameters);
        }
    }

    /** Of party A. */
    static EngineSide client(AttestedTls tls, String word, String... protocols) throws SSLException {
        SSLEngine client = tls.sslContext().createSSLEngine(SimulatedMesh.A, 443);
        client.setUseClientMode(true);
        return new EngineSide(client, word, protocols);
    }

    static EngineSide server(AttestedTls tls, String word, String... protocols) throws SSLException {
        SSLEngine server = tls.sslContext().createSSLEngine();
        server.setUseClientMode(false);
        return new EngineSide(server, word, protocols);
    }

    /** Until nothing moves any more. */
    static void talk(EngineSide client, EngineSide server) throws SSLException {
        for (boolean moved = true; moved; ) {
            moved = client.step(server);
            moved |= server.step(client);
        }
    }

    /** One call of each kind; true if anything moved. */
    boolean step(EngineSide peer) throws SSLException {
        boolean moved = receive(peer.toPeer);
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
            moved = true;
        }
        if (engine.getHandshakeStatus() != HandshakeStatus.NEED_UNWRAP) {
            SSLEngineResult result = engine.wrap(word, toPeer);
            moved |= seen(result, result.bytesConsumed());
        }
        return moved;
    }

    boolean receive(ByteBuffer from) throws SSLException {
        from.flip();
        try {
            if (!from.hasRemaining()) {
                return false;
            }
            SSLEngineResult result = engine.unwrap(from, got);
            return seen(result, result.bytesProduced());
        } finally {
            from.compact();
        }
    }

    private boolean seen(SSLEngineResult result, int ofTheApplication) {
        movedEarly |= ofTheApplication > 0 && finished == 0;
        if (result.getHandshakeStatus() == HandshakeStatus.FINISHED) {
            finished++;
        }
        return result.bytesConsumed() > 0 || result.bytesProduced() > 0;
    }

    String heard() {
        return new String(Arrays.copyOf(got.array(), got.position()), StandardCharsets.UTF_8);
    }
}
