package io.attestedmesh.attest.x509;

import static io.attestedmesh.attest.x509.CertificateReason.DUPLICATE_EXTENSION;
import static io.attestedmesh.attest.x509.CertificateReason.UNKNOWN_CRITICAL_EXTENSION;

import io.attestedmesh.attest.der.DerException;
import io.attestedmesh.attest.der.DerReader;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The extensions of a certificate or list by OID; none twice. */
final class Extensions {
    static final String SUBJECT_KEY_IDENTIFIER = "2.5.29.14";
    static final String KEY_USAGE = "2.5.29.15";
    static final String SUBJECT_ALTERNATIVE_NAME = "2.5.29.17";
    static final String BASIC_CONSTRAINTS = "2.5.29.19";
    static final String CRL_NUMBER = "2.5.29.20";
    static final String REASON_CODE = "2.5.29.21";
    static final String INVALIDITY_DATE = "2.5.29.24";
    static final String ISSUING_DISTRIBUTION_POINT = "2.5.29.28";
    static final String NAME_CONSTRAINTS = "2.5.29.30";
    static final String CRL_DISTRIBUTION_POINTS = "2.5.29.31";
    static final String CERTIFICATE_POLICIES = "2.5.29.32";
    static final String POLICY_MAPPINGS = "2.5.29.33";
    static final String AUTHORITY_KEY_IDENTIFIER = "2.5.29.35";
    static final String POLICY_CONSTRAINTS = "2.5.29.36";
    static final String EXTENDED_KEY_USAGE = "2.5.29.37";
    static final String INHIBIT_ANY_POLICY = "2.5.29.54";
    static final String AUTHORITY_INFORMATION_ACCESS = "1.3.6.1.5.5.7.1.1";

    static final Extensions NONE = new Extensions(Map.of());

    private final Map<String, Extension> byOid;

    private Extensions(Map<String, Extension> byOid) {
        this.byOid = byOid;
    }

    /** Reads {@code SEQUENCE SIZE (1..MAX) OF Extension}, the whole of {@code reader}. */
    static Extensions read(DerReader reader) throws DerException, RejectedCertificateException {
        DerReader list = reader.enter(DerReader.SEQUENCE);
        reader.finish();
        Map<String, Extension> byOid = new LinkedHashMap<>();
        do {
            Extension extension = Extension.read(list);
            if (byOid.put(extension.oid(), extension) != null) {
                throw new RejectedCertificateException(
                        DUPLICATE_EXTENSION, "each extension once", extension.oid() + " twice");
            }
        } while (!list.isEmpty());
        return new Extensions(byOid);
    }

    Optional<Extension> find(String oid) {
        return Optional.ofNullable(byOid.get(oid));
    }

    void requireCriticalOnesAmong(Set<String> known) throws RejectedCertificateException {
        for (Extension extension : byOid.values()) {
            if (extension.critical() && !known.contains(extension.oid())) {
                throw new RejectedCertificateException(
                        UNKNOWN_CRITICAL_EXTENSION, "no critical extension that is not processed", extension.oid());
            }
        }
    }
}
