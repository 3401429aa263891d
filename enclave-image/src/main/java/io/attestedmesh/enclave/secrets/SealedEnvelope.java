package io.attestedmesh.enclave.secrets;

import static io.attestedmesh.enclave.secrets.SecretsReason.MALFORMED_ENVELOPE;

import io.attestedmesh.attest.evidence.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A secret under AES-256-GCM, its data key under a KMS key. Parsed and not opened: name and version are claims until
 * {@link Opener} has checked them.
 *
 * <p>Integers are big-endian, text is ASCII:
 *
 * <pre>
 * "AMSE"  4 bytes     u8  format, 1
 * u16 n   n bytes     name                  u64  version, 1 to 2^63 - 1
 * u16 n   n bytes     key ARN of the KMS key
 * u16 n   n bytes     data key, encrypted by KMS (CiphertextBlob), 1 to 6144
 * 12 bytes            nonce
 * u32 n   n bytes     AES-256-GCM ciphertext and its tag of 16 bytes; all bytes before it are authenticated with it
 * </pre>
 *
 * @param dataKey encrypted by KMS
 * @param nonce 12 bytes
 * @param ciphertext 16 bytes (nothing) to 64 MiB and 16 bytes
 */
public record SealedEnvelope(NamedVersion of, KeyArn key, Bytes dataKey, Bytes nonce, Bytes ciphertext) {
    /** The most bytes that can be sealed: 64 MiB. */
    public static final int MAX_CONTENT = 64 << 20;

    static final int NONCE = 12;
    static final int TAG = 16;

    private static final byte[] MAGIC = "AMSE".getBytes(StandardCharsets.US_ASCII);
    private static final byte FORMAT = 1;
    private static final int MAX_ARN = 256;

    /** The most bytes of an encoded envelope. */
    public static final int MAX_SIZE = MAGIC.length
            + 1
            + Short.BYTES * 3
            + NamedVersion.MAX_NAME
            + Long.BYTES
            + MAX_ARN
            + AttestedKms.MAX_CIPHERTEXT
            + NONCE
            + Integer.BYTES
            + MAX_CONTENT
            + TAG;

    public SealedEnvelope {
        requireSize("data key", dataKey.size(), 1, AttestedKms.MAX_CIPHERTEXT);
        requireSize("nonce", nonce.size(), NONCE, NONCE);
        requireSize("ciphertext", ciphertext.size(), TAG, MAX_CONTENT + TAG);
    }

    private static void requireSize(String what, int size, int least, int most) {
        if (size < least || size > most) {
            throw new IllegalArgumentException(what + " of " + size + " bytes, not " + least + " to " + most);
        }
    }

    /** Reads one envelope, all bytes of which must belong to it. */
    public static SealedEnvelope parse(Bytes encoded) throws SecretsException {
        if (encoded.size() > MAX_SIZE) {
            throw malformed("at most " + MAX_SIZE + " bytes", encoded.size() + " bytes", null);
        }
        ByteBuffer in = ByteBuffer.wrap(encoded.toByteArray());
        if (!Bytes.of(take(in, "magic", MAGIC.length)).equals(Bytes.of(MAGIC))) {
            throw malformed("a sealed envelope, which begins with AMSE", "another beginning", null);
        }
        int format = take(in, "format", 1)[0] & 0xff;
        if (format != FORMAT) {
            throw malformed("format " + FORMAT, "format " + format, null);
        }
        String name = text(in, "name", NamedVersion.MAX_NAME);
        long version = ByteBuffer.wrap(take(in, "version", Long.BYTES)).getLong();
        String arn = text(in, "key ARN", MAX_ARN);
        Bytes dataKey = Bytes.of(take(in, "data key", length(in, "data key", AttestedKms.MAX_CIPHERTEXT)));
        Bytes nonce = Bytes.of(take(in, "nonce", NONCE));
        int size = ByteBuffer.wrap(take(in, "size", Integer.BYTES)).getInt();
        if (size < TAG || size != in.remaining()) {
            throw malformed("a ciphertext that ends where the envelope does", in.remaining() + " bytes left", null);
        }
        try {
            return new SealedEnvelope(
                    new NamedVersion(name, version),
                    new KeyArn(arn),
                    dataKey,
                    nonce,
                    Bytes.of(take(in, "ciphertext", size)));
        } catch (IllegalArgumentException e) {
            throw malformed("a header within its bounds", e.getMessage(), e);
        }
    }

    private static String text(ByteBuffer in, String what, int most) throws SecretsException {
        byte[] text = take(in, what, length(in, what, most));
        for (byte each : text) {
            if (each < ' ' || each > '~') {
                throw malformed(what + " in printable ASCII", "another character", null);
            }
        }
        return new String(text, StandardCharsets.US_ASCII);
    }

    private static int length(ByteBuffer in, String what, int most) throws SecretsException {
        int length = ByteBuffer.wrap(take(in, what, Short.BYTES)).getShort() & 0xffff;
        if (length == 0 || length > most) {
            throw malformed(what + " of 1 to " + most + " bytes", length + " bytes", null);
        }
        return length;
    }

    private static byte[] take(ByteBuffer in, String what, int length) throws SecretsException {
        if (in.remaining() < length) {
            throw malformed(what + " of " + length + " bytes", in.remaining() + " bytes left", null);
        }
        byte[] taken = new byte[length];
        in.get(taken);
        return taken;
    }

    /** The same envelope gives the same bytes. */
    public Bytes encode() {
        return Bytes.concat(header(of, key, dataKey, nonce, ciphertext.size()), ciphertext);
    }

    /** What is authenticated beside the content: all bytes before the ciphertext. */
    Bytes header() {
        return header(of, key, dataKey, nonce, ciphertext.size());
    }

    static Bytes header(NamedVersion of, KeyArn key, Bytes dataKey, Bytes nonce, int ciphertextSize) {
        byte[] name = of.name().getBytes(StandardCharsets.US_ASCII);
        byte[] arn = key.value().getBytes(StandardCharsets.US_ASCII);
        int size = MAGIC.length
                + 1
                + Short.BYTES * 3
                + name.length
                + Long.BYTES
                + arn.length
                + dataKey.size()
                + nonce.size()
                + Integer.BYTES;
        return Bytes.of(ByteBuffer.allocate(size)
                .put(MAGIC)
                .put(FORMAT)
                .putShort((short) name.length)
                .put(name)
                .putLong(of.version())
                .putShort((short) arn.length)
                .put(arn)
                .putShort((short) dataKey.size())
                .put(dataKey.toByteArray())
                .put(nonce.toByteArray())
                .putInt(ciphertextSize)
                .array());
    }

    private static SecretsException malformed(String expected, String actual, Throwable cause) {
        return new SecretsException(MALFORMED_ENVELOPE, expected, actual, cause);
    }
}
