package io.attestedmesh.benchmarks.parties;

import io.attestedmesh.benchmarks.RawBytes;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;

/** What anybody would write with gRPC alone: a unary call a message, a stream of chunks for what is large. */
final class PlainCalls {
    private static final byte[] DONE = {};

    private static final MethodDescriptor<byte[], byte[]> PUT = method("Put", MethodDescriptor.MethodType.UNARY);
    private static final MethodDescriptor<byte[], byte[]> UPLOAD =
            method("Upload", MethodDescriptor.MethodType.CLIENT_STREAMING);

    private PlainCalls() {}

    private static MethodDescriptor<byte[], byte[]> method(String name, MethodDescriptor.MethodType type) {
        return MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(type)
                .setFullMethodName("benchmark.Plain/" + name)
                .setRequestMarshaller(new RawBytes())
                .setResponseMarshaller(new RawBytes())
                .build();
    }

    static ServerServiceDefinition service() {
        ServerCallHandler<byte[], byte[]> taking = (call, headers) -> {
            call.request(2);
            return new Taking(call);
        };
        return ServerServiceDefinition.builder("benchmark.Plain")
                .addMethod(PUT, taking)
                .addMethod(UPLOAD, taking)
                .build();
    }

    /** Takes all, and answers with nothing at the end. */
    private static final class Taking extends ServerCall.Listener<byte[]> {
        private final ServerCall<byte[], byte[]> call;

        Taking(ServerCall<byte[], byte[]> call) {
            this.call = call;
        }

        @Override
        public void onMessage(byte[] message) {
            call.request(1);
        }

        @Override
        public void onHalfClose() {
            call.sendHeaders(new Metadata());
            call.sendMessage(DONE);
            call.close(Status.OK, new Metadata());
        }
    }

    static CompletableFuture<Void> put(Channel channel, byte[] message) {
        ClientCall<byte[], byte[]> call = channel.newCall(PUT, CallOptions.DEFAULT);
        CompletableFuture<Void> done = new CompletableFuture<>();
        call.start(new Ending(done), new Metadata());
        call.request(2);
        call.sendMessage(message);
        call.halfClose();
        return done;
    }

    /** Sends {@code count} times {@code chunk}, as fast as the connection takes it. */
    static CompletableFuture<Void> upload(Channel channel, byte[] chunk, int count) {
        ClientCall<byte[], byte[]> call = channel.newCall(UPLOAD, CallOptions.DEFAULT);
        CompletableFuture<Void> done = new CompletableFuture<>();
        call.start(
                new Ending(done) {
                    private int sent;

                    @Override
                    public void onReady() {
                        while (sent < count && call.isReady()) {
                            call.sendMessage(chunk);
                            sent++;
                            if (sent == count) {
                                call.halfClose();
                            }
                        }
                    }
                },
                new Metadata());
        call.request(2);
        return done;
    }

    private static class Ending extends ClientCall.Listener<byte[]> {
        private final CompletableFuture<Void> done;

        Ending(CompletableFuture<Void> done) {
            this.done = done;
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            if (status.isOk()) {
                done.complete(null);
            } else {
                done.completeExceptionally(status.asRuntimeException());
            }
        }
    }
}
