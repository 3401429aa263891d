package io.attestedmesh.mpc.kms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.attestedmesh.mpc.kms.wire.HealthCheckRequest;
import io.attestedmesh.mpc.kms.wire.HealthCheckResponse;
import io.attestedmesh.mpc.kms.wire.gnetworkingGrpc;
import io.attestedmesh.mpc.session.Acceptance;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A call whose bytes come one by one; the caller may have 10 000 of them here. */
class IncomingCallTest {
    private static final String METHOD = gnetworkingGrpc.getHealthCheckMethod().getFullMethodName();

    private final Intake intake = new Intake(new KmsLimits(4096, 2, 10_000));
    private final List<Acceptance> refused = new ArrayList<>();
    private final Recorded call = new Recorded();
    private final Arrivals arrivals = (Arrivals) Arrivals.factory().newServerStreamTracer(METHOD, new Metadata());

    private Whole whole = new Whole(20_000);

    private static final class Recorded extends ServerCall<InputStream, HealthCheckResponse> {
        private final List<Status> closed = new ArrayList<>();

        @Override
        public void request(int messages) {}

        @Override
        public void sendHeaders(Metadata headers) {}

        @Override
        public void sendMessage(HealthCheckResponse message) {}

        @Override
        public void close(Status status, Metadata trailers) {
            closed.add(status);
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public MethodDescriptor<InputStream, HealthCheckResponse> getMethodDescriptor() {
            throw new UnsupportedOperationException();
        }
    }

    private IncomingCall<HealthCheckRequest, HealthCheckResponse> begin() {
        IncomingCall<HealthCheckRequest, HealthCheckResponse> incoming = new IncomingCall<>(
                call,
                whole,
                HealthCheckRequest.parser(),
                request -> HealthCheckResponse.getDefaultInstance(),
                refused::add,
                intake.enter("a").orElseThrow());
        incoming.start(arrivals);
        return incoming;
    }

    private void assertRefused(IncomingCall<?, ?> incoming, Acceptance why) {
        assertThat(call.closed).singleElement().satisfies(status -> {
            assertThat(status.getCode()).isEqualTo(why.code());
            assertThat(status.getDescription()).isEqualTo(why.name());
        });
        assertThat(refused).containsExactly(why);
        assertHeldUntilComplete(incoming);
    }

    /** gRPC keeps what has come until the call is complete. */
    private void assertHeldUntilComplete(IncomingCall<?, ?> incoming) {
        Intake.Place probe = intake.enter("a").orElseThrow();
        assertThat(probe.take(10_000)).isFalse();
        incoming.onComplete();
        assertThat(probe.take(10_000)).isTrue();
    }

    @Test
    void bytesWithoutRoom_endTheCall_beforeTheMessageIsWhole() {
        IncomingCall<?, ?> incoming = begin();
        arrivals.inboundWireSize(10_000);
        assertThat(call.closed).isEmpty();
        arrivals.inboundWireSize(1);
        arrivals.inboundWireSize(1);
        assertRefused(incoming, Acceptance.NO_ROOM);
    }

    @Test
    void moreBytesThanAMessageMayHave_areTooLarge_beforeTheMessageIsWhole() {
        whole = new Whole(4096);
        IncomingCall<?, ?> incoming = begin();
        arrivals.inboundWireSize(4096);
        assertThat(call.closed).isEmpty();
        arrivals.inboundWireSize(1);
        assertRefused(incoming, Acceptance.TOO_LARGE);
    }

    @Test
    void messageThatInflatesToMoreThanThereIsRoomFor_endsTheCall() {
        IncomingCall<?, ?> incoming = begin();
        arrivals.inboundWireSize(5_000);
        incoming.onMessage(new ByteArrayInputStream(new byte[6_000]));
        incoming.onHalfClose();
        assertRefused(incoming, Acceptance.NO_ROOM);
    }

    @Test
    void callThatWasAnswered_holdsNothingOnceItIsComplete() {
        IncomingCall<?, ?> incoming = begin();
        arrivals.inboundWireSize(9_000);
        incoming.onMessage(new ByteArrayInputStream(new byte[0]));
        incoming.onHalfClose();
        assertThat(call.closed).containsExactly(Status.OK);
        assertHeldUntilComplete(incoming);
    }

    @Test
    void callThatEndsOtherwise_holdsNothing() {
        IncomingCall<?, ?> incoming = begin();
        arrivals.inboundWireSize(9_000);
        incoming.onComplete();
        incoming.onCancel();
        assertThat(intake.enter("a").orElseThrow().take(10_000)).isTrue();
    }

    @Test
    void messagesOfOtherServices_areCutOffWhereTheyAreWithoutThisFormat() {
        ServerStreamTracer other =
                Arrivals.factory().newServerStreamTracer("amesh.mpc.v1.Network/Exchange", new Metadata());
        int most = (1 << 20) + (64 << 10);
        for (int message = 0; message < 2; message++) {
            other.inboundMessage(message);
            other.inboundWireSize(most);
        }
        assertThatExceptionOfType(StatusRuntimeException.class)
                .isThrownBy(() -> other.inboundWireSize(1))
                .satisfies(e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED));
    }
}
