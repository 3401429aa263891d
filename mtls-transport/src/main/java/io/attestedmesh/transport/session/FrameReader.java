package io.attestedmesh.transport.session;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Puts frames together however their bytes arrive. A header is refused before anything is kept for its payload. */
final class FrameReader {
    private final ByteBuffer header = ByteBuffer.allocate(Frame.HEADER);
    private Frame.Type type;
    private ByteBuffer payload;

    /**
     * Takes bytes up to the end of one frame.
     *
     * @return that frame, empty if {@code source} ended before it did
     * @throws RejectedCertificateException {@link SessionReason#BAD_FRAME}; nothing can be read after that
     */
    Optional<Frame> read(ByteBuffer source) throws RejectedCertificateException {
        while (payload == null) {
            if (!source.hasRemaining()) {
                return Optional.empty();
            }
            header.put(source.get());
            if (!header.hasRemaining()) {
                begin();
            }
        }
        while (payload.hasRemaining() && source.hasRemaining()) {
            int room = Math.min(payload.remaining(), source.remaining());
            payload.put(source.slice().limit(room));
            source.position(source.position() + room);
        }
        if (payload.hasRemaining()) {
            return Optional.empty();
        }
        Frame frame = new Frame(type, Bytes.of(payload.array()));
        payload = null;
        header.clear();
        return Optional.of(frame);
    }

    /** True in the middle of a frame. */
    boolean insideFrame() {
        return header.position() > 0;
    }

    private void begin() throws RejectedCertificateException {
        byte version = header.get(0);
        if (version != Frame.VERSION) {
            throw refused("frames of version " + Frame.VERSION, "version " + Byte.toUnsignedInt(version));
        }
        byte code = header.get(1);
        type = Frame.Type.of(code)
                .orElseThrow(() -> refused("a frame of type 1 to 3", "type " + Byte.toUnsignedInt(code)));
        int length = Short.toUnsignedInt(header.getShort(2));
        if (!type.permits(length)) {
            throw refused("a frame " + type + " of " + type.bounds(), length + " bytes");
        }
        payload = ByteBuffer.allocate(length);
    }

    static RejectedCertificateException refused(String expected, String actual) {
        return new RejectedCertificateException(SessionReason.BAD_FRAME, expected, actual);
    }
}
