package io.attestedmesh.transport.grpc;

import io.attestedmesh.attest.tls.AttestedPeer;
import io.grpc.ManagedChannel;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A channel to one attested server. It reconnects by itself, and verifies the server each time; nothing is sent before.
 */
public final class AttestedChannel implements AutoCloseable {
    private static final int CLOSE_SECONDS = 5;

    private final ManagedChannel channel;
    private final AtomicReference<CompletableFuture<AttestedPeer>> latest;

    AttestedChannel(ManagedChannel channel, AtomicReference<CompletableFuture<AttestedPeer>> latest) {
        this.channel = channel;
        this.latest = latest;
    }

    /** What stubs are made on. */
    public ManagedChannel channel() {
        return channel;
    }

    /**
     * Connects if need be, and tells who the server is, before any message is sent to it. The server may still refuse
     * <em>us</em>: then the first call fails as UNAVAILABLE.
     *
     * @throws IOException if the server was refused (the cause says why), refused us in the handshake, or is away
     */
    public AttestedPeer peer(Duration timeout) throws IOException, InterruptedException {
        channel.getState(true);
        try {
            return latest.get().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IOException("no attested connection: " + e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("no attested connection within " + timeout, e);
        }
    }

    /** Ends calls at once, and waits until the connection is gone: only then may {@link AttestedGrpc} be closed. */
    @Override
    public void close() {
        channel.shutdownNow();
        try {
            channel.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
