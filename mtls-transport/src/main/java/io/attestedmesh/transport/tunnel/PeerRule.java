package io.attestedmesh.transport.tunnel;

import io.attestedmesh.attest.policy.AttestationResult;
import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import io.attestedmesh.transport.connection.AccessRule;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;

/**
 * Lets in peers of some names, of some releases, or of both: where names and releases are given, a peer needs one of each.
 * A name is the one that the peer <em>proved</em>; a common name is the word of a certificate's issuer alone, and counts
 * only where it is the proved name too.
 *
 * @param names proved names, in any case
 * @param commonNames proved names that are also the CN of the certificate's subject
 * @param releases as the list of releases names them
 */
public record PeerRule(Set<String> names, Set<String> commonNames, Set<String> releases) implements AccessRule {
    /** A rule that says nothing is none. */
    public PeerRule {
        names = lowerCase(names);
        commonNames = Set.copyOf(commonNames);
        releases = Set.copyOf(releases);
        if (names.isEmpty() && commonNames.isEmpty() && releases.isEmpty()) {
            throw new IllegalArgumentException("a rule that names nobody");
        }
    }

    private static Set<String> lowerCase(Set<String> names) {
        return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public void check(AttestedPeer peer, X509Certificate leaf) throws RejectedCertificateException {
        String name = peer.identity().name();
        if (!names.isEmpty() || !commonNames.isEmpty()) {
            boolean byName = names.contains(name.toLowerCase(Locale.ROOT));
            boolean byCommonName =
                    commonNames.contains(name) && commonName(leaf).equals(Optional.of(name));
            if (!byName && !byCommonName) {
                throw refused(expectedNames(), name);
            }
        }
        if (!releases.isEmpty()) {
            Optional<String> release = peer.attestation().map(AttestationResult::releaseName);
            if (release.filter(releases::contains).isEmpty()) {
                throw refused("a release of " + sorted(releases), release.orElse("no evidence, of " + name));
            }
        }
    }

    private static RejectedCertificateException refused(String expected, String actual) {
        return new RejectedCertificateException(TunnelReason.NOT_ALLOWED, expected, actual);
    }

    private String expectedNames() {
        List<String> expected = new ArrayList<>();
        if (!names.isEmpty()) {
            expected.add("a name of " + sorted(names));
        }
        if (!commonNames.isEmpty()) {
            expected.add("a name and CN of " + sorted(commonNames));
        }
        return String.join(", or ", expected);
    }

    private static List<String> sorted(Set<String> texts) {
        return texts.stream().sorted().toList();
    }

    private static Optional<String> commonName(X509Certificate leaf) {
        RDN[] found = X500Name.getInstance(leaf.getSubjectX500Principal().getEncoded())
                .getRDNs(BCStyle.CN);
        return found.length == 1 && !found[0].isMultiValued()
                ? Optional.of(IETFUtils.valueToString(found[0].getFirst().getValue()))
                : Optional.empty();
    }
}
