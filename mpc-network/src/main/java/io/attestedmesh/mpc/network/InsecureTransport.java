package io.attestedmesh.mpc.network;

import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.mpc.exchange.Callers;
import io.attestedmesh.mpc.exchange.Reach;
import io.attestedmesh.mpc.party.Party;
import io.attestedmesh.transport.grpc.InsecurePlaintext;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * No TLS: every message is believed to come from whom it says, and anybody on the way reads and changes it. For tests, and
 * for comparisons.
 */
public final class InsecureTransport implements Transport {
    private static final int CLOSE_SECONDS = 5;

    private final InsecurePlaintext plaintext;

    public InsecureTransport(InsecurePlaintext plaintext) {
        this.plaintext = plaintext;
    }

    @Override
    public Reach reach(Party party) {
        ManagedChannel channel = plaintext
                .channel(party.host(), party.port())
                .directExecutor()
                .disableRetry()
                .build();
        return new Reach() {
            @Override
            public ManagedChannel channel() {
                return channel;
            }

            @Override
            public Optional<AttestedPeer> server(ClientCall<?, ?> call) {
                return Optional.empty();
            }

            @Override
            public void close() {
                channel.shutdownNow();
                try {
                    channel.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
    }

    @Override
    public Callers callers() {
        return Optional::empty;
    }
}
