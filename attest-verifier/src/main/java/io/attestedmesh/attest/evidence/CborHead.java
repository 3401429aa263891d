package io.attestedmesh.attest.evidence;

/** Heads of CBOR items in their shortest form, as deterministic encoding wants them (RFC 8949, section 4.2.1). */
public final class CborHead {
    private static final int ONE_BYTE = 24;

    private CborHead() {}

    /**
     * The head of an item.
     *
     * @param major type of the item, 0 to 7
     * @param argument its value, length or count; not negative
     */
    public static Bytes of(int major, int argument) {
        if (major < 0 || major > 7 || argument < 0) {
            throw new IllegalArgumentException("no head: major type " + major + ", argument " + argument);
        }
        int octets = argument < ONE_BYTE ? 0 : argument < 1 << 8 ? 1 : argument < 1 << 16 ? 2 : 4;
        byte[] head = new byte[1 + octets];
        int info = octets == 0 ? argument : ONE_BYTE + Integer.numberOfTrailingZeros(octets);
        head[0] = (byte) ((major << 5) | info);
        for (int i = 1; i <= octets; i++) {
            head[i] = (byte) (argument >>> (8 * (octets - i)));
        }
        return Bytes.of(head);
    }
}
