package io.attestedmesh.attest.x509;

import static io.attestedmesh.attest.x509.CertificateReason.BAD_SIGNATURE;
import static io.attestedmesh.attest.x509.CertificateReason.PATH_TOO_LONG;
import static io.attestedmesh.attest.x509.CertificateReason.UNTRUSTED_ISSUER;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * One depth-first search from an end entity up to an anchor, with backtracking: every rule is checked when a candidate
 * is put on top, so a wrong branch ends where it becomes wrong. Bounded by its {@link SearchEffort}.
 */
final class PathSearch {
    private final PathValidator validator;
    private final PathValidator.Usage usage;
    private final Instant at;
    private final List<CertificateFields> intermediates;
    private final List<CertificateFields> path = new ArrayList<>();
    private final SearchEffort effort;
    private Instant nextUpdate = Instant.MAX;
    private RejectedCertificateException failure;

    /** Searches among the anchors of {@code validator} and these intermediates, some of which may be of no use. */
    PathSearch(
            PathValidator validator,
            List<CertificateFields> intermediates,
            PathValidator.Usage usage,
            Instant at,
            SearchEffort effort) {
        this.validator = validator;
        this.intermediates = intermediates;
        this.usage = usage;
        this.at = at;
        this.effort = effort;
    }

    /** Keeps the reason that tells most, in case no path is found: a broken rule before a wrong signature. */
    void remember(RejectedCertificateException other) {
        if (failure == null || weight(other) > weight(failure)) {
            failure = other;
        }
    }

    private static int weight(RejectedCertificateException failure) {
        if (failure.reason() == UNTRUSTED_ISSUER) {
            return 0;
        }
        return failure.reason() == BAD_SIGNATURE ? 1 : 2;
    }

    CertificationPath from(CertificateFields endEntity) throws RejectedCertificateException {
        path.add(endEntity);
        if (!extend()) {
            throw failure != null ? failure : untrusted(endEntity);
        }
        return CertificationPath.of(path, nextUpdate);
    }

    private RejectedCertificateException untrusted(CertificateFields below) {
        return new RejectedCertificateException(
                UNTRUSTED_ISSUER,
                "an issuer among " + validator.anchors().size() + " trust anchors",
                below.issuer().toString());
    }

    private boolean extend() throws RejectedCertificateException {
        CertificateFields top = path.get(path.size() - 1);
        for (CertificateFields anchor : issuers(validator.anchors(), top)) {
            if (!inPath(anchor, 1) && tryAnchor(anchor, top)) {
                return true;
            }
        }
        for (CertificateFields intermediate : issuers(intermediates, top)) {
            if (!inPath(intermediate, 0) && tryIntermediate(intermediate, top)) {
                return true;
            }
        }
        if (path.size() > 1) {
            remember(untrusted(top));
        }
        return false;
    }

    /** Those whose name is right, the ones whose key identifier is right before the others. */
    private static List<CertificateFields> issuers(List<CertificateFields> candidates, CertificateFields below) {
        List<CertificateFields> likely = new ArrayList<>();
        List<CertificateFields> unlikely = new ArrayList<>();
        for (CertificateFields candidate : candidates) {
            if (candidate.subject().equals(below.issuer())) {
                boolean match = below.keyIdentifiers().mayBeIssuedBy(candidate.keyIdentifiers());
                (match ? likely : unlikely).add(candidate);
            }
        }
        likely.addAll(unlikely);
        return likely;
    }

    /** True if the same name and key stand in the path already, from this place on. */
    private boolean inPath(CertificateFields candidate, int from) {
        for (CertificateFields certificate : path.subList(from, path.size())) {
            if (certificate.key().sameAs(candidate.key())
                    && certificate.subject().equals(candidate.subject())) {
                return true;
            }
        }
        return false;
    }

    private boolean tryAnchor(CertificateFields anchor, CertificateFields top) throws RejectedCertificateException {
        effort.countStep();
        try {
            requireIssued(anchor, top);
            path.add(anchor);
            PolicyRules.require(path);
            nextUpdate = validator
                    .revocation()
                    .requireNoneRevoked(path, at, validator.signatureCheck(), validator.profile());
            return true;
        } catch (RejectedCertificateException broken) {
            giveUp(anchor, broken);
            return false;
        }
    }

    private boolean tryIntermediate(CertificateFields intermediate, CertificateFields top)
            throws RejectedCertificateException {
        effort.countStep();
        try {
            IssuerRules.requireIntermediate(intermediate);
            requireRoom(intermediate);
            requireIssued(intermediate, top);
        } catch (RejectedCertificateException broken) {
            giveUp(intermediate, broken);
            return false;
        }
        path.add(intermediate);
        if (extend()) {
            return true;
        }
        path.remove(path.size() - 1);
        return false;
    }

    private void giveUp(CertificateFields candidate, RejectedCertificateException broken)
            throws RejectedCertificateException {
        if (path.get(path.size() - 1) == candidate) {
            path.remove(path.size() - 1);
        }
        remember(broken);
        if (effort.isSpent()) {
            throw SearchEffort.tooComplex();
        }
    }

    private void requireRoom(CertificateFields intermediate) throws RejectedCertificateException {
        int depth = intermediate.selfIssued() ? 0 : 1;
        for (CertificateFields certificate : path.subList(1, path.size())) {
            depth += certificate.selfIssued() ? 0 : 1;
        }
        if (depth > validator.longest() || path.size() > 2 * PathValidator.LONGEST) {
            throw new RejectedCertificateException(
                    PATH_TOO_LONG, "at most " + validator.longest() + " intermediates", depth + " or more");
        }
    }

    private void requireIssued(CertificateFields issuer, CertificateFields top) throws RejectedCertificateException {
        issuer.key().requireIssuerKey(validator.profile());
        issuer.validity().requireAt(at, "issuer " + issuer.subject());
        IssuerRules.requireAbove(issuer, path, usage);
        if (!effort.signed(issuer, top, validator.anchorKey(issuer), validator.signatureCheck())) {
            boolean sameKeyMeant = top.keyIdentifiers().authority().isPresent()
                    && top.keyIdentifiers().mayBeIssuedBy(issuer.keyIdentifiers());
            throw sameKeyMeant
                    ? new RejectedCertificateException(
                            BAD_SIGNATURE, "a signature by " + issuer.subject(), "another one")
                    : untrusted(top);
        }
        IssuerRules.requireNames(issuer, path, effort.comparisons());
    }
}
