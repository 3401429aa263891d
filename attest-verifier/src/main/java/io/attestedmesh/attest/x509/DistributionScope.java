package io.attestedmesh.attest.x509;

import io.attestedmesh.attest.der.DerException;
import io.attestedmesh.attest.der.DerReader;
import io.attestedmesh.attest.evidence.Bytes;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Which certificates of its issuer a list covers (issuingDistributionPoint, RFC 5280, section 5.2.5). Lists for some
 * reasons only, for attribute certificates, of other issuers, or named relative to one are refused.
 *
 * @param endEntities whether end entities are covered
 * @param authorities whether CAs are covered
 * @param uris where not empty, only certificates are covered that point to one of them
 */
record DistributionScope(boolean endEntities, boolean authorities, Set<Bytes> uris) {
    static final DistributionScope ALL = new DistributionScope(true, true, Set.of());

    static DistributionScope read(Extension extension) throws DerException, RejectedCertificateException {
        DerReader fields = extension.requireCritical(true).sequence();
        Set<Bytes> uris = Set.of();
        if (fields.nextIs(0xa0)) {
            uris = readFullName(fields.enter(0xa0));
        }
        boolean onlyEndEntities = readFlag(fields, 0x81);
        boolean onlyAuthorities = readFlag(fields, 0x82);
        if (!fields.isEmpty() || (onlyEndEntities && onlyAuthorities)) {
            throw new DerException("a list for all reasons and of its own issuer", "one with a narrower scope");
        }
        return new DistributionScope(!onlyAuthorities, !onlyEndEntities, uris);
    }

    private static boolean readFlag(DerReader fields, int tag) throws DerException {
        if (!fields.nextIs(tag)) {
            return false;
        }
        byte[] value = fields.enter(tag).rest();
        if (value.length != 1 || value[0] != -1) {
            throw new DerException("TRUE or nothing", "another value");
        }
        return true;
    }

    /** Reads a DistributionPointName that is a list of URIs. */
    private static Set<Bytes> readFullName(DerReader point) throws DerException {
        DerReader names = point.enter(0xa0);
        point.finish();
        Set<Bytes> uris = new LinkedHashSet<>();
        do {
            GeneralName name = GeneralName.read(names);
            if (name.kind() != GeneralName.Kind.URI) {
                throw new DerException(
                        "URIs as distribution points", name.kind().name());
            }
            uris.add(name.octets());
        } while (!names.isEmpty());
        return Set.copyOf(uris);
    }

    boolean covers(CertificateFields certificate) throws RejectedCertificateException {
        boolean kind = certificate.basicConstraints().ca() ? authorities : endEntities;
        return kind && (uris.isEmpty() || pointsHere(certificate.extensions()));
    }

    private boolean pointsHere(Extensions extensions) throws RejectedCertificateException {
        Optional<Extension> points = extensions.find(Extensions.CRL_DISTRIBUTION_POINTS);
        try {
            return points.isPresent() && isOneOf(points.get().sequence());
        } catch (DerException malformed) {
            throw RejectedCertificateException.malformed(malformed);
        }
    }

    private boolean isOneOf(DerReader points) throws DerException {
        do {
            DerReader point = points.enter(DerReader.SEQUENCE);
            Set<Bytes> names = point.nextIs(0xa0) ? readFullName(point.enter(0xa0)) : Set.of();
            if (point.isEmpty() && names.stream().anyMatch(uris::contains)) {
                return true;
            }
        } while (!points.isEmpty());
        return false;
    }
}
