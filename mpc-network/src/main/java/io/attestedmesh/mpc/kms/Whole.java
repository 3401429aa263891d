package io.attestedmesh.mpc.kms;

import io.grpc.KnownLength;
import io.grpc.MethodDescriptor;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.LongPredicate;

/** A message as bytes, measured before it is parsed. It is read by whoever knows whose call it is. */
final class Whole implements MethodDescriptor.Marshaller<InputStream> {
    private static final int STEP = 64 << 10;

    private final int most;

    Whole(int most) {
        this.most = most;
    }

    /** Bytes. */
    int most() {
        return most;
    }

    @Override
    public InputStream stream(InputStream value) {
        return value;
    }

    @Override
    public InputStream parse(InputStream stream) {
        return stream;
    }

    /**
     * Reads it.
     *
     * @param room is asked for the bytes that a compressed one has more than came, before they are kept
     * @return empty if there are more than may be, or than there is room for
     */
    Optional<byte[]> read(InputStream stream, LongPredicate room) {
        try {
            return stream instanceof KnownLength ? known(stream, stream.available()) : inflated(stream, room);
        } catch (StatusRuntimeException e) {
            return Optional.empty(); // more than the server takes of any service
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

    private Optional<byte[]> inflated(InputStream stream, LongPredicate room) throws IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        while (true) {
            int left = most - read.size();
            byte[] next = stream.readNBytes(Math.min(STEP, left + 1));
            if (next.length == 0) {
                return Optional.of(read.toByteArray());
            }
            if (next.length > left || !room.test(next.length)) {
                return Optional.empty();
            }
            read.writeBytes(next);
        }
    }
}
