package io.attestedmesh.mpc.kms;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** A sender's name as it stands in both kinds of tag: 8 bytes length, little endian, and that many bytes of UTF-8. */
final class Sender {
    /** Bytes of a DNS name, which identities of this format are. */
    private static final int LONGEST = 253;

    private Sender() {}

    /**
     * Reads one, and nothing behind it.
     *
     * @param in little endian
     */
    static String read(ByteBuffer in) throws MalformedTagException {
        if (in.remaining() < Long.BYTES) {
            throw new MalformedTagException("it ends before the length of the sender");
        }
        long length = in.getLong();
        if (length < 0 || length > LONGEST) {
            throw new MalformedTagException("a sender of more than " + LONGEST + " bytes");
        }
        if (length > in.remaining()) {
            throw new MalformedTagException("it ends within the sender");
        }
        ByteBuffer name = in.slice(in.position(), (int) length);
        in.position(in.position() + (int) length);
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(name)
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedTagException("a sender that is not UTF-8", e);
        }
    }

    /**
     * The bytes of a name, without its length.
     *
     * @throws IllegalArgumentException if there are more than 253, or half of a surrogate pair
     */
    static ByteBuffer utf8(String name) {
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8
                    .newEncoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .encode(CharBuffer.wrap(name));
            if (bytes.remaining() > LONGEST) {
                throw new IllegalArgumentException("a sender of more than " + LONGEST + " bytes");
            }
            return bytes;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("a sender that has no UTF-8", e);
        }
    }

    /** Room for a tag with this name and {@code others} bytes, little endian. */
    static ByteBuffer buffer(ByteBuffer utf8, int others) {
        return ByteBuffer.allocate(Long.BYTES + utf8.remaining() + others).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Writes length and name. */
    static void write(ByteBuffer utf8, ByteBuffer out) {
        out.putLong(utf8.remaining()).put(utf8);
    }
}
