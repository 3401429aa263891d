package io.attestedmesh.mpc.network;

import com.google.protobuf.ByteString;
import io.attestedmesh.mpc.kms.wire.HealthCheckRequest;
import io.attestedmesh.mpc.kms.wire.SendValueRequest;
import io.attestedmesh.mpc.kms.wire.SessionStatus;
import io.attestedmesh.mpc.kms.wire.gnetworkingGrpc;
import io.attestedmesh.mpc.session.SessionId;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** A node of a KMS network, as one sees it on the wire: with tags written here a second time. */
final class KmsClient {
    private final Channel channel;

    KmsClient(Channel channel) {
        this.channel = channel;
    }

    static ByteString tag(SessionId id, String sender, long round) {
        byte[] name = sender.getBytes(StandardCharsets.UTF_8);
        return ByteString.copyFrom(ByteBuffer.allocate(32 + name.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(id.low())
                .putLong(id.high())
                .putLong(name.length)
                .put(name)
                .putLong(round)
                .flip());
    }

    static ByteString healthTag(String sender) {
        ByteString whole = tag(new SessionId(0, 0), sender, 0);
        return whole.substring(SessionId.SIZE, whole.size() - Long.BYTES);
    }

    private gnetworkingGrpc.gnetworkingBlockingStub stub() {
        return gnetworkingGrpc.newBlockingStub(channel).withDeadlineAfter(30, TimeUnit.SECONDS);
    }

    SessionStatus send(ByteString tag, byte[] value) {
        return stub().sendValue(SendValueRequest.newBuilder()
                        .setTag(tag)
                        .setValue(ByteString.copyFrom(value))
                        .build())
                .getStatus();
    }

    /** Why it was refused. */
    Status refusal(ByteString tag, byte[] value) {
        return refusal(() -> send(tag, value));
    }

    void check(ByteString tag) {
        var unused =
                stub().healthCheck(HealthCheckRequest.newBuilder().setTag(tag).build());
    }

    Status checkRefusal(ByteString tag) {
        return refusal(() -> check(tag));
    }

    private static Status refusal(Runnable call) {
        try {
            call.run();
            return Status.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus();
        }
    }
}
