package io.attestedmesh.cli.pki;

import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.attest.verify.CryptoProvider;
import io.attestedmesh.attest.x509.CertificateReason;
import io.attestedmesh.attest.x509.CertificationPath;
import io.attestedmesh.attest.x509.PathValidator;
import io.attestedmesh.attest.x509.PathValidator.Usage;
import io.attestedmesh.attest.x509.PinnedCertificate;
import io.attestedmesh.attest.x509.RejectedCertificateException;
import io.attestedmesh.attest.x509.RevocationLists;
import io.attestedmesh.attest.x509.SignatureAlgorithms;
import io.attestedmesh.attest.x509.TrustAnchors;
import io.attestedmesh.transport.pki.Pem;
import io.attestedmesh.transport.pki.PkiException;
import io.attestedmesh.transport.pki.PrivateKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.CRLException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One certificate and what a peer would check of it.
 *
 * @param file the certificate, and after it any intermediates
 * @param key its private key, if that is to be matched
 * @param authority certificates to trust; empty to take the certificate as its own anchor, as peers that pin it do
 * @param revoked revocation lists, if they are to be asked
 * @param host name or address by which clients reach it
 */
record NodeCheck(
        Path file,
        Usage usage,
        Optional<Path> key,
        Optional<Path> authority,
        Optional<Path> revoked,
        Optional<String> host) {

    /** The checks in a peer's order; the key last, for a peer cannot see it. */
    CertificationPath perform(Instant at) throws RejectedCertificateException, IOException, PkiException {
        List<X509Certificate> chain = Pem.certificates(file);
        CertificationPath path = authority.isPresent()
                ? validator().path(chain, usage, at)
                : PinnedCertificate.certificate(chain.get(0))
                        .path(chain, usage, at, CryptoProvider.fastest().provider());
        if (host.isPresent()) {
            identity(host.get()).requireNamedBy(chain.get(0));
        }
        if (key.isPresent()
                && !PrivateKeys.matches(
                        PrivateKeys.load(key.get()), chain.get(0).getPublicKey())) {
            throw new RejectedCertificateException(
                    FileReason.KEY_MISMATCH, "the private key of " + file, "another key in " + key.get());
        }
        return path;
    }

    private static PeerIdentity identity(String host) throws RejectedCertificateException {
        return PeerIdentity.ofHost(host)
                .orElseThrow(() -> new RejectedCertificateException(
                        CertificateReason.NAME_MISMATCH, "one DNS name or IP address, no wildcard", host));
    }

    private PathValidator validator() throws RejectedCertificateException, IOException, PkiException {
        TrustAnchors anchors;
        try {
            anchors = TrustAnchors.of(Pem.certificates(authority.orElseThrow()));
        } catch (CertificateException refused) {
            if (refused.getCause() instanceof RejectedCertificateException reason) {
                throw reason;
            }
            throw new PkiException(authority.get() + ": " + refused.getMessage(), null, refused);
        }
        try {
            RevocationLists lists = revoked.isPresent()
                    ? RevocationLists.of(Pem.revocationLists(revoked.get()), anchors)
                    : RevocationLists.NONE;
            return new PathValidator(anchors, lists, SignatureAlgorithms.STANDARD);
        } catch (CRLException refused) {
            throw new PkiException(revoked.get() + ": " + refused.getMessage(), null, refused);
        }
    }
}
