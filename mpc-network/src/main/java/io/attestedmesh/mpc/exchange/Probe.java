package io.attestedmesh.mpc.exchange;

import com.google.protobuf.UnsafeByteOperations;
import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.mpc.wire.NetworkGrpc;
import io.attestedmesh.mpc.wire.PingReply;
import io.attestedmesh.mpc.wire.PingRequest;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Asks a party for a sign of life, as authenticated as a message. */
public final class Probe {
    /** Most bytes that may go with it. */
    public static final int MOST_PAYLOAD = 1 << 20;

    /**
     * The answer.
     *
     * @param roundTrip from the request to the answer, without connecting if there was a connection
     * @param clockOffset how far the party's clock is ahead of ours, give or take half the round trip; empty where the
     *     format has no clock
     * @param proved what its certificate proved; empty without TLS
     */
    public record Pong(Duration roundTrip, Optional<Duration> clockOffset, Optional<AttestedPeer> proved) {}

    private final Reach reach;
    private final PeerIdentity self;
    private final UUID incarnation;
    private final Clock clock;

    public Probe(Reach reach, PeerIdentity self, UUID incarnation, Clock clock) {
        this.reach = reach;
        this.self = self;
        this.incarnation = incarnation;
        this.clock = clock;
    }

    /**
     * Sends so many bytes there and back.
     *
     * @return fails with a {@link io.grpc.StatusRuntimeException}
     */
    public CompletableFuture<Pong> ping(PeerIdentity to, int bytes, Duration timeout) {
        ClientCall<PingRequest, PingReply> call = reach.channel()
                .newCall(
                        NetworkGrpc.getPingMethod(),
                        CallOptions.DEFAULT.withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS));
        CompletableFuture<Pong> result = new CompletableFuture<>();
        call.start(new Answer(call, to, bytes, result), Methods.headers(incarnation));
        call.request(2);
        call.sendMessage(PingRequest.newBuilder()
                .setSender(self.name())
                .setPayload(UnsafeByteOperations.unsafeWrap(new byte[bytes]))
                .build());
        call.halfClose();
        return result;
    }

    private final class Answer extends ClientCall.Listener<PingReply> {
        private final ClientCall<?, ?> call;
        private final PeerIdentity to;
        private final int bytes;
        private final CompletableFuture<Pong> result;
        private final long nanos = System.nanoTime();
        private final Instant began = clock.instant();
        private Optional<Pong> pong = Optional.empty();

        Answer(ClientCall<?, ?> call, PeerIdentity to, int bytes, CompletableFuture<Pong> result) {
            this.call = call;
            this.to = to;
            this.bytes = bytes;
            this.result = result;
        }

        @Override
        public void onMessage(PingReply reply) {
            Duration roundTrip = Duration.ofNanos(System.nanoTime() - nanos);
            if (!reply.getReceiver().equals(to.name()) || reply.getPayload().size() != bytes) {
                call.cancel("an answer to something else", null);
                return;
            }
            Instant middle = began.plus(roundTrip.dividedBy(2));
            Instant there = Instant.EPOCH.plus(reply.getMicroseconds(), ChronoUnit.MICROS);
            pong = Optional.of(new Pong(roundTrip, Optional.of(Duration.between(middle, there)), reach.server(call)));
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            if (status.isOk() && pong.isPresent()) {
                result.complete(pong.get());
            } else {
                Status why = status.isOk() ? Status.INTERNAL.withDescription("no answer") : status;
                result.completeExceptionally(why.asRuntimeException());
            }
        }
    }
}
