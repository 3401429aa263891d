package io.attestedmesh.attest.der;

/** The whole of a structure whose fields are not known. */
final class Strictness {
    private static final int MOST_LEVELS = 16;

    private static final int CONSTRUCTED = 0x20;
    private static final int FIRST_NOT_UNIVERSAL = 0x40;

    private Strictness() {}

    static void require(DerReader reader) throws DerException {
        require(reader, 0);
    }

    private static void require(DerReader reader, int level) throws DerException {
        if (level > MOST_LEVELS) {
            throw new DerException("at most " + MOST_LEVELS + " levels", "more");
        }
        while (!reader.isEmpty()) {
            switch (reader.nextTag()) {
                case DerReader.BOOLEAN -> reader.bool();
                case DerReader.INTEGER -> reader.strictInteger(DerReader.INTEGER);
                case DerReader.NULL -> reader.enter(DerReader.NULL).finish();
                case DerReader.OID -> reader.strictOid();
                case DerReader.BIT_STRING -> reader.strictBitString();
                default -> requireOther(reader, level);
            }
        }
    }

    /** DER has no strings in pieces, so SEQUENCE and SET alone are constructed among the universal types read here. */
    private static void requireOther(DerReader reader, int level) throws DerException {
        int tag = reader.nextTag();
        boolean constructed = (tag & CONSTRUCTED) != 0;
        boolean known = tag == DerReader.SEQUENCE || tag == DerReader.SET;
        if (constructed && tag < FIRST_NOT_UNIVERSAL && !known) {
            throw new DerException("SEQUENCE or SET", "tag " + Integer.toHexString(tag));
        }
        DerReader contents = reader.enter(tag);
        if (constructed) {
            require(contents, level + 1);
        }
    }
}
