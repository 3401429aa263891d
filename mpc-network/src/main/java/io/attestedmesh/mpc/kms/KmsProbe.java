package io.attestedmesh.mpc.kms;

import com.google.protobuf.UnsafeByteOperations;
import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.mpc.exchange.Probe.Pong;
import io.attestedmesh.mpc.exchange.Reach;
import io.attestedmesh.mpc.kms.wire.HealthCheckRequest;
import io.attestedmesh.mpc.kms.wire.HealthCheckResponse;
import io.attestedmesh.mpc.kms.wire.gnetworkingGrpc;
import io.grpc.CallOptions;
import io.grpc.Status;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Asks a party of this format for a sign of life. Its answer is empty, so the party's clock stays unknown. */
public final class KmsProbe {
    private final CompletableFuture<Pong> result = new CompletableFuture<>();
    private final UnaryCall<HealthCheckRequest, HealthCheckResponse> call;
    private Optional<AttestedPeer> proved = Optional.empty();
    private long asked;

    private KmsProbe(Reach reach, PeerIdentity self, int bytes, Duration timeout) {
        this.call = new UnaryCall<>(
                reach,
                gnetworkingGrpc.getHealthCheckMethod(),
                CallOptions.DEFAULT.withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS),
                HealthCheckRequest.newBuilder()
                        .setTag(new HealthTag(self.name()).encode())
                        .setPayload(UnsafeByteOperations.unsafeWrap(new byte[bytes]))
                        .build(),
                this::ask,
                this::answered);
    }

    /**
     * Sends so many bytes there.
     *
     * @return fails with a {@link io.grpc.StatusRuntimeException}
     */
    public static CompletableFuture<Pong> ping(Reach reach, PeerIdentity self, int bytes, Duration timeout) {
        KmsProbe probe = new KmsProbe(reach, self, bytes, timeout);
        probe.call.start();
        return probe.result;
    }

    private boolean ask(Optional<AttestedPeer> server) {
        proved = server;
        asked = System.nanoTime();
        return true;
    }

    private void answered(Optional<HealthCheckResponse> answer, Status status) {
        if (answer.isPresent()) {
            result.complete(new Pong(Duration.ofNanos(System.nanoTime() - asked), Optional.empty(), proved));
        } else {
            result.completeExceptionally(status.asRuntimeException());
        }
    }
}
