package io.attestedmesh.attest.evidence;

/**
 * One platform configuration register: an index of 0 to 31 and a value of 32, 48 or 64 bytes (Nitro uses 48).
 *
 * <p>Source: AWS Nitro Enclaves, "Verifying the root of trust", field {@code pcrs}.
 */
public record Pcr(int index, Bytes value) {
    public static final int MAX_INDEX = 31;

    public Pcr {
        if (index < 0 || index > MAX_INDEX) {
            throw new IllegalArgumentException("PCR index " + index + " is not in 0.." + MAX_INDEX);
        }
        int size = value.size();
        if (!isSize(size)) {
            throw new IllegalArgumentException("PCR" + index + " has " + size + " bytes, not 32, 48 or 64");
        }
    }

    static boolean isSize(int bytes) {
        return bytes == 32 || bytes == 48 || bytes == 64;
    }

    /**
     * The value that a zero register of 48 bytes has after one extend with {@code data}: SHA-384(0⁴⁸ ‖ data). PCR8 is
     * this of the SHA-384 of the image's signing certificate, PCR3 of the role's ARN, PCR4 of the instance id.
     */
    public static Bytes extendOfZero(Bytes data) {
        return extend(Bytes.of(new byte[48]), data);
    }

    /** SHA-384(value ‖ data), which is what the NSM's ExtendPCR does. */
    public static Bytes extend(Bytes value, Bytes data) {
        return Bytes.concat(value, data).sha384();
    }
}
