package io.attestedmesh.mpc.exchange;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.KnownLength;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.UUID;

/** The methods of the service, with what a peer sends as bytes: so that it is measured before it is parsed. */
public final class Methods {
    /** Largest message of any of them; what carries values is cut so that it fits. */
    public static final int MOST_BYTES = (1 << 20) + (64 << 10);

    private static final Metadata.Key<String> INCARNATION =
            Metadata.Key.of("amesh-incarnation", Metadata.ASCII_STRING_MARSHALLER);

    private Methods() {}

    /** As a caller uses it: what comes back is measured. */
    static <Q, A> MethodDescriptor<Q, byte[]> forCaller(MethodDescriptor<Q, A> method) {
        return method.toBuilder(method.getRequestMarshaller(), new Measured()).build();
    }

    /** As a server does: what comes in is measured. */
    static <Q, A> MethodDescriptor<byte[], A> forServer(MethodDescriptor<Q, A> method) {
        return method.toBuilder(new Measured(), method.getResponseMarshaller()).build();
    }

    /** What every call begins with, in both directions. */
    static Metadata headers(UUID incarnation) {
        Metadata headers = new Metadata();
        headers.put(INCARNATION, incarnation.toString());
        return headers;
    }

    /** The process of the other side; empty if the header is missing or no UUID in its canonical form. */
    static Optional<UUID> incarnation(Metadata headers) {
        String text = headers.get(INCARNATION);
        try {
            return Optional.ofNullable(text)
                    .filter(given -> given.length() == 36)
                    .map(UUID::fromString)
                    .filter(id -> id.toString().equals(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Parses without copying what is inside: nobody may change {@code bytes} afterwards. */
    public static <T extends MessageLite> T parse(byte[] bytes, Parser<T> parser)
            throws InvalidProtocolBufferException {
        CodedInputStream in = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
        in.enableAliasing(true);
        return parser.parseFrom(in);
    }

    private static final class Measured implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            throw new UnsupportedOperationException("only what is received is measured");
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                // a compressed message does not know its length
                boolean known = stream instanceof KnownLength && stream.available() <= MOST_BYTES;
                byte[] read = known ? exactly(stream, stream.available()) : stream.readNBytes(MOST_BYTES + 1);
                if (read.length > MOST_BYTES || stream.read() >= 0) {
                    throw Status.RESOURCE_EXHAUSTED
                            .withDescription("a message of more than " + MOST_BYTES + " bytes")
                            .asRuntimeException();
                }
                return read;
            } catch (IOException e) {
                throw Status.INTERNAL.withCause(e).asRuntimeException();
            }
        }

        private static byte[] exactly(InputStream stream, int size) throws IOException {
            byte[] read = new byte[size];
            stream.readNBytes(read, 0, size);
            return read;
        }
    }
}
