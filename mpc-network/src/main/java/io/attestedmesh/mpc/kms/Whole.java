package io.attestedmesh.mpc.kms;

import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;

/** A message as bytes, measured before it is parsed; empty if there are more than may be. */
final class Whole implements MethodDescriptor.Marshaller<Optional<byte[]>> {
    private final int most;

    Whole(int most) {
        this.most = most;
    }

    @Override
    public InputStream stream(Optional<byte[]> value) {
        return new ByteArrayInputStream(value.orElseThrow());
    }

    @Override
    public Optional<byte[]> parse(InputStream stream) {
        try {
            return stream instanceof KnownLength ? known(stream, stream.available()) : unknown(stream);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<byte[]> known(InputStream stream, int length) throws IOException {
        if (length > most) {
            return Optional.empty();
        }
        byte[] read = new byte[length];
        return stream.readNBytes(read, 0, length) == length ? Optional.of(read) : Optional.empty();
    }

    /** A compressed one, which is not inflated further than need be. */
    private Optional<byte[]> unknown(InputStream stream) throws IOException {
        byte[] read = stream.readNBytes(most + 1);
        return read.length > most ? Optional.empty() : Optional.of(read);
    }
}
