package io.attestedmesh.federated.model;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.attestedmesh.mpc.exchange.Methods;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.PrototypeMarshaller;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;

/**
 * Reads protobuf messages that carry models: each is copied once, into an array of its own, and its tensors are views of that.
 * protobuf by itself reads a stream in pieces of 4 KiB and puts them together after.
 */
public final class ModelMessages {
    private ModelMessages() {}

    /** The service, whose requests are read so. */
    public static ServerServiceDefinition of(ServerServiceDefinition service) {
        ServerServiceDefinition.Builder same =
                ServerServiceDefinition.builder(service.getServiceDescriptor().getName());
        service.getMethods().forEach(method -> same.addMethod(requestsOf(method)));
        return same.build();
    }

    private static <Q, A> ServerMethodDefinition<Q, A> requestsOf(ServerMethodDefinition<Q, A> method) {
        MethodDescriptor<Q, A> descriptor = method.getMethodDescriptor();
        return ServerMethodDefinition.create(
                descriptor.toBuilder(
                                new OneArray<>(descriptor.getRequestMarshaller()), descriptor.getResponseMarshaller())
                        .build(),
                method.getServerCallHandler());
    }

    /** For channels whose answers are to be read so. */
    public static ClientInterceptor answers() {
        return new ClientInterceptor() {
            @Override
            public <Q, A> ClientCall<Q, A> interceptCall(
                    MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
                return next.newCall(
                        method.toBuilder(method.getRequestMarshaller(), new OneArray<>(method.getResponseMarshaller()))
                                .build(),
                        options);
            }
        };
    }

    private record OneArray<M>(Marshaller<M> protobuf) implements Marshaller<M> {
        @Override
        public InputStream stream(M message) {
            return protobuf.stream(message);
        }

        @Override
        public M parse(InputStream stream) {
            if (!(stream instanceof KnownLength)) {
                return protobuf.parse(stream); // it is compressed: its length is not known before it is read
            }
            try {
                byte[] bytes = new byte[stream.available()];
                if (stream.readNBytes(bytes, 0, bytes.length) != bytes.length || stream.read() >= 0) {
                    throw new IOException("a message of " + bytes.length + " bytes has another length");
                }
                return parse(bytes);
            } catch (IOException e) {
                throw Status.INTERNAL
                        .withDescription("a message that cannot be read")
                        .withCause(e)
                        .asRuntimeException();
            }
        }

        @SuppressWarnings("unchecked") // a parser of the prototype's class makes messages of that class
        private M parse(byte[] bytes) throws InvalidProtocolBufferException {
            MessageLite prototype = (MessageLite) ((PrototypeMarshaller<M>) protobuf).getMessagePrototype();
            return (M) Methods.parse(bytes, (Parser<? extends MessageLite>) prototype.getParserForType());
        }
    }
}
