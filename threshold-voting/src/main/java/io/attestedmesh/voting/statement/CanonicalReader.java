package io.attestedmesh.voting.statement;

import io.attestedmesh.attest.evidence.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads what {@link CanonicalWriter} wrote, and nothing else: there is one encoding of a thing. */
public final class CanonicalReader {
    private final ByteBuffer in;

    public CanonicalReader(Bytes encoded) {
        this.in = encoded.asByteBuffer();
    }

    /** A number that is at least {@code least}. */
    public long number(long least) throws MalformedStatementException {
        if (in.remaining() < Long.BYTES) {
            throw new MalformedStatementException("it ends within a number");
        }
        long value = in.getLong();
        if (value < least) {
            throw new MalformedStatementException("a number is " + value + ", and at least " + least + " was expected");
        }
        return value;
    }

    /** How many follow: {@code most} at most. */
    public int count(int most) throws MalformedStatementException {
        long count = number(0);
        if (count > most) {
            throw new MalformedStatementException("it holds " + count + " of what there are " + most + " at most");
        }
        return (int) count;
    }

    /** Bytes, {@code most} at most. */
    public Bytes bytes(int most) throws MalformedStatementException {
        int length = length(most);
        Bytes value = Bytes.of(in.slice(in.position(), length));
        in.position(in.position() + length);
        return value;
    }

    private int length(int most) throws MalformedStatementException {
        if (in.remaining() < Integer.BYTES) {
            throw new MalformedStatementException("it ends within a length");
        }
        int length = in.getInt();
        if (length < 0 || length > most || length > in.remaining()) {
            throw new MalformedStatementException(
                    "a length is " + length + ", of " + most + " at most and " + in.remaining() + " that follow");
        }
        return length;
    }

    /** A text whose UTF-8 has {@code most} bytes at most. */
    public String text(int most) throws MalformedStatementException {
        byte[] value = new byte[length(most)];
        in.get(value);
        if (isAscii(value)) { // most are
            return new String(value, StandardCharsets.US_ASCII);
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(value))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new MalformedStatementException("a text is not UTF-8", e);
        }
    }

    private static boolean isAscii(byte[] value) {
        for (byte one : value) {
            if (one < 0) {
                return false;
            }
        }
        return true;
    }

    /** A text that has to be {@code expected}: a label. */
    public void label(String expected) throws MalformedStatementException {
        if (!text(expected.length()).equals(expected)) {
            throw new MalformedStatementException("it does not begin with " + expected);
        }
    }

    /** Nothing may be left. */
    public void end() throws MalformedStatementException {
        if (in.hasRemaining()) {
            throw new MalformedStatementException(in.remaining() + " bytes follow its end");
        }
    }
}
