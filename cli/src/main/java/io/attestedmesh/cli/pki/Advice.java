package io.attestedmesh.cli.pki;

import io.attestedmesh.attest.evidence.Reason;
import io.attestedmesh.attest.x509.CertificateReason;
import java.util.Optional;

/** What an operator can do about a refused certificate. */
final class Advice {
    private Advice() {}

    static Optional<String> on(Reason reason) {
        if (reason == FileReason.KEY_MISMATCH) {
            return Optional.of("the two files come from different runs; issue both again with --force");
        }
        if (!(reason instanceof CertificateReason certificate)) {
            return Optional.empty();
        }
        return Optional.ofNullable(
                switch (certificate) {
                    case EXPIRED -> "renew it: amesh pki issue NODE --ca DIR … --force, then bundle and copy it";
                    case NOT_YET_VALID -> "check this machine's clock, and that of the machine that issued it";
                    case UNTRUSTED_ISSUER ->
                        "is ca.crt the certificate of the CA that issued it? 'amesh pki inspect'" + " shows both";
                    case BAD_SIGNATURE -> "a CA that was made again under the same name? Its old certificates are void";
                    case NAME_MISMATCH ->
                        "issue it again with --dns or --ip for the name by which it is reached; the"
                                + " common name does not count";
                    case EXTENDED_KEY_USAGE, KEY_USAGE ->
                        "server.crt and client.crt are for one role each: are they"
                                + " swapped? With openssl, set extendedKeyUsage and keyUsage=digitalSignature";
                    case NOT_A_CA -> "make a CA with 'amesh pki ca DIR', or pin a self-signed certificate of a peer";
                    case CERTIFICATE_REVOKED -> "issue the node a new certificate, if it may still take part";
                    case REVOCATION_UNKNOWN ->
                        "the list is out of date or another CA's: amesh pki crl --ca DIR, and copy" + " it";
                    case UNSUPPORTED_KEY, UNSUPPORTED_SIGNATURE_ALGORITHM ->
                        "use P-256, P-384, Ed25519 or RSA of 2048" + " bits and more, with SHA-256";
                    default -> null;
                });
    }
}
