package io.attestedmesh.releases.envelope;

/**
 * What a signature is for, inside what is signed (RFC 8725, section 3.11): a signature of a document of one kind never
 * counts for another.
 */
public enum DocumentType {
    RELEASE_LIST("amesh-release-list+json"),
    TRUST_ROOT("amesh-trust-root+json");

    private final String typ;

    DocumentType(String typ) {
        this.typ = typ;
    }

    /** The {@code typ} of the protected header. */
    public String typ() {
        return typ;
    }
}
