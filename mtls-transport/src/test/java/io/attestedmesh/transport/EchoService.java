package io.attestedmesh.transport;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** One unary method that sends back what a function makes of the request. */
public final class EchoService {
    private static final MethodDescriptor<byte[], byte[]> ECHO = MethodDescriptor.<byte[], byte[]>newBuilder(
                    new RawBytes(), new RawBytes())
            .setType(MethodDescriptor.MethodType.UNARY)
            .setFullMethodName("test.Echo/Echo")
            .build();

    private EchoService() {}

    public static ServerServiceDefinition answering(UnaryOperator<byte[]> function) {
        return ServerServiceDefinition.builder("test.Echo")
                .addMethod(ECHO, ServerCalls.asyncUnaryCall((request, observer) -> {
                    observer.onNext(function.apply(request));
                    observer.onCompleted();
                }))
                .build();
    }

    public static byte[] call(Channel channel, byte[] request) {
        return call(channel, request, Duration.ofSeconds(20));
    }

    public static byte[] call(Channel channel, byte[] request, Duration deadline) {
        return ClientCalls.blockingUnaryCall(
                channel,
                ECHO,
                CallOptions.DEFAULT.withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS),
                request);
    }

    /** Waits for a connection instead of failing at the first refusal. */
    public static byte[] callWaiting(Channel channel, byte[] request) {
        return ClientCalls.blockingUnaryCall(
                channel, ECHO, CallOptions.DEFAULT.withWaitForReady().withDeadlineAfter(20, TimeUnit.SECONDS), request);
    }

    /** Calls again and again until something has happened, or patience ends. */
    public static boolean callUntil(Channel channel, BooleanSupplier happened, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        while (!happened.getAsBoolean() && System.nanoTime() < end) {
            callWaiting(channel, new byte[] {1});
        }
        return happened.getAsBoolean();
    }

    private static final class RawBytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
