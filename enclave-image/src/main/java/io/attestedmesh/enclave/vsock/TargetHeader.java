package io.attestedmesh.enclave.vsock;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Excerpt;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The first bytes of a connection to the parent's outbound port: the length of the target as 16 bits, big-endian, and
 * the target in UTF-8, as {@link Target#toString} writes it. Then the enclave waits for one {@link Verdict}.
 */
final class TargetHeader {
    private static final int LENGTH = Short.BYTES;

    private final ByteBuffer read = ByteBuffer.allocate(LENGTH + Target.LONGEST);

    TargetHeader() {
        read.limit(LENGTH);
    }

    static Bytes encode(Target target) {
        byte[] text = target.toString().getBytes(StandardCharsets.UTF_8);
        return Bytes.of(ByteBuffer.allocate(LENGTH + text.length)
                .putShort((short) text.length)
                .put(text)
                .array());
    }

    /** How many bytes may be read next: never one that belongs to what follows the header. */
    int missing() {
        return read.remaining();
    }

    /**
     * Takes bytes in, {@link #missing} at most.
     *
     * @return the target, once it is complete
     * @throws MalformedTargetException if no more bytes could make it a header
     */
    Optional<Target> take(byte[] more) throws MalformedTargetException {
        read.put(more);
        if (read.hasRemaining()) {
            return Optional.empty();
        }
        if (read.limit() == LENGTH) {
            int length = Short.toUnsignedInt(read.getShort(0));
            if (length == 0 || length > Target.LONGEST) {
                throw new MalformedTargetException("a target of " + length + " bytes, 1 to " + Target.LONGEST + " fit");
            }
            read.limit(LENGTH + length);
            return Optional.empty();
        }
        String text = text();
        return Optional.of(Target.parse(text)
                .orElseThrow(
                        () -> new MalformedTargetException("a target that is not host:port: " + Excerpt.of(text))));
    }

    private String text() throws MalformedTargetException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(read.duplicate().flip().position(LENGTH))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedTargetException("a target that is not UTF-8", e);
        }
    }
}
