package io.attestedmesh.attest.x509;

import io.attestedmesh.attest.der.DerException;
import io.attestedmesh.attest.der.DerReader;
import io.attestedmesh.attest.der.DerWriter;
import io.attestedmesh.attest.evidence.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import javax.security.auth.x500.X500Principal;

/**
 * A Name (RFC 5280, section 4.1.2.4). Two are equal if their bytes are, or if their string attributes differ in case
 * and white space only (section 7.1).
 */
final class DistinguishedName {
    private static final int LARGEST = 8_192;
    private static final String EMAIL_ADDRESS = "1.2.840.113549.1.9.1";

    private final byte[] der;
    private final List<byte[]> relativeNames;
    private final List<String> emailAddresses;
    private List<String> canonical;

    private DistinguishedName(byte[] der, List<byte[]> relativeNames, List<String> emailAddresses) {
        this.der = der;
        this.relativeNames = relativeNames;
        this.emailAddresses = emailAddresses;
    }

    static DistinguishedName read(DerReader reader) throws DerException {
        byte[] der = reader.element();
        if (der.length > LARGEST) {
            throw new DerException("a name of at most " + LARGEST + " bytes", der.length + " bytes");
        }
        DerReader sequence = DerReader.of(der).enter(DerReader.SEQUENCE);
        List<byte[]> relativeNames = new ArrayList<>();
        List<String> emailAddresses = new ArrayList<>();
        while (!sequence.isEmpty()) {
            byte[] relativeName = sequence.element();
            DerReader attributes = DerReader.of(relativeName).enter(DerReader.SET);
            do {
                readAttribute(attributes.enter(DerReader.SEQUENCE), emailAddresses);
            } while (!attributes.isEmpty());
            relativeNames.add(relativeName);
        }
        return new DistinguishedName(der, relativeNames, emailAddresses);
    }

    private static void readAttribute(DerReader attribute, List<String> emailAddresses) throws DerException {
        String type = attribute.oid();
        byte[] value = attribute.enter(attribute.nextTag()).rest();
        attribute.finish();
        if (type.equals(EMAIL_ADDRESS)) {
            emailAddresses.add(new String(value, StandardCharsets.ISO_8859_1));
        }
    }

    boolean isEmpty() {
        return relativeNames.isEmpty();
    }

    List<String> emailAddresses() {
        return emailAddresses;
    }

    /** True if {@code base} names this entry or one above it in the directory (RFC 5280, section 4.2.1.10). */
    boolean isWithin(DistinguishedName base) {
        int length = base.relativeNames.size();
        return length <= relativeNames.size()
                && base.canonical().equals(canonical().subList(0, length));
    }

    /** Made once, since a peer may have names compared often; two threads may make the same. */
    private List<String> canonical() {
        List<String> made = canonical;
        if (made == null) {
            made = relativeNames.stream().map(DistinguishedName::canonical).toList();
            canonical = made;
        }
        return made;
    }

    private static String canonical(byte[] relativeName) {
        Bytes name = DerWriter.element(DerReader.SEQUENCE, Bytes.of(relativeName));
        try {
            return new X500Principal(name.toByteArray()).getName(X500Principal.CANONICAL);
        } catch (IllegalArgumentException unreadable) {
            return "#" + HexFormat.of().formatHex(relativeName); // equal to the same bytes only
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DistinguishedName that
                && (Arrays.equals(der, that.der)
                        || (relativeNames.size() == that.relativeNames.size()
                                && canonical().equals(that.canonical())));
    }

    @Override
    public int hashCode() {
        return relativeNames.size(); // equal names may differ in every byte
    }

    /** As RFC 2253 writes it; may hold anything a peer chose. */
    @Override
    public String toString() {
        try {
            return new X500Principal(der).getName();
        } catch (IllegalArgumentException unreadable) {
            return "an unreadable name";
        }
    }
}
