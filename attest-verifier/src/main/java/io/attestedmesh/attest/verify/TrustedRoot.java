package io.attestedmesh.attest.verify;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;

/**
 * A root under which evidence is accepted.
 *
 * @param name shown to operators
 * @param certificate the self-signed root
 * @param simulated true for the root of a software Nitro: its evidence proves nothing about hardware
 */
public record TrustedRoot(String name, X509Certificate certificate, boolean simulated) {
    /** Subject organisation of every root that the simulator makes; {@link #of} refuses it. */
    public static final String SIMULATOR_ORGANISATION = "Attested Mesh Simulated Nitro";

    /** AWS Nitro Enclaves root G1, from a resource whose SHA-256 is checked at load. */
    public static TrustedRoot awsNitroG1() {
        throw new UnsupportedOperationException();
    }

    /** A hardware root that the operator names by hand (another AWS partition); a simulator's root is refused. */
    public static TrustedRoot of(String name, X509Certificate certificate) throws CertificateException {
        throw new UnsupportedOperationException();
    }

    /** The root of a software Nitro. Whoever holds its key can forge any evidence. */
    public static TrustedRoot insecureSimulated(X509Certificate certificate) {
        return new TrustedRoot("simulated", certificate, true);
    }
}
