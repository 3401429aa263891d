package io.attestedmesh.attest.x509;

import io.attestedmesh.attest.der.DerException;
import io.attestedmesh.attest.der.DerReader;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What of RFC 5280, sections 4.2.1.4, 4.2.1.5, 4.2.1.11 and 4.2.1.14, decides where any policy is acceptable: only a
 * required explicit policy can fail then.
 *
 * @param policies those of the certificate; empty where it has no such extension
 * @param requireExplicit after how many certificates below this one a policy is required
 * @param mapped whether policies are mapped to others
 * @param inhibitsAny whether anyPolicy stops to stand for all others at some place below
 */
record CertificatePolicies(
        Optional<Set<String>> policies, OptionalInt requireExplicit, boolean mapped, boolean inhibitsAny) {
    static final String ANY = "2.5.29.32.0";

    static CertificatePolicies read(Extensions extensions) throws DerException, RejectedCertificateException {
        Optional<Set<String>> policies = Optional.empty();
        Optional<Extension> extension = extensions.find(Extensions.CERTIFICATE_POLICIES);
        if (extension.isPresent()) {
            policies = Optional.of(readPolicies(extension.get().sequence()));
        }
        OptionalInt requireExplicit = OptionalInt.empty();
        Optional<Extension> constraints = extensions.find(Extensions.POLICY_CONSTRAINTS);
        if (constraints.isPresent()) {
            requireExplicit =
                    readConstraints(constraints.get().requireCritical(true).sequence());
        }
        Optional<Extension> inhibit = extensions.find(Extensions.INHIBIT_ANY_POLICY);
        if (inhibit.isPresent()) {
            DerReader reader = inhibit.get().requireCritical(true).value();
            reader.count();
            reader.finish();
        }
        boolean mapped = extensions.find(Extensions.POLICY_MAPPINGS).isPresent();
        return new CertificatePolicies(policies, requireExplicit, mapped, inhibit.isPresent());
    }

    private static Set<String> readPolicies(DerReader list) throws DerException {
        Set<String> policies = new LinkedHashSet<>();
        do {
            DerReader information = list.enter(DerReader.SEQUENCE);
            if (!policies.add(information.oid())) {
                throw new DerException("each policy once", "one twice");
            }
            if (!information.isEmpty()) {
                information.enter(DerReader.SEQUENCE);
                information.finish();
            }
        } while (!list.isEmpty());
        return Set.copyOf(policies);
    }

    private static OptionalInt readConstraints(DerReader fields) throws DerException {
        if (fields.isEmpty()) {
            throw new DerException("a policy constraint", "none");
        }
        OptionalInt explicit = OptionalInt.empty();
        if (fields.nextIs(0x80)) {
            explicit = OptionalInt.of(fields.count(0x80));
        }
        if (fields.nextIs(0x81)) {
            fields.count(0x81);
        }
        fields.finish();
        return explicit;
    }
}
