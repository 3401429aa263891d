package io.attestedmesh.mpc.exchange;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Bytes as gRPC takes them with the fewest copies. */
final class Known extends ByteArrayInputStream implements KnownLength, Drainable {
    Known(byte[] bytes) {
        super(bytes);
    }

    @Override
    public int drainTo(OutputStream target) throws IOException {
        int left = count - pos;
        target.write(buf, pos, left);
        pos = count;
        return left;
    }
}
