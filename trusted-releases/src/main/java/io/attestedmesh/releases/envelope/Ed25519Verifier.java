package io.attestedmesh.releases.envelope;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.jca.JCAContext;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.util.Set;

/** Ed25519 (RFC 8032) over the platform's own: nimbus' verifier of it asks for Tink. */
final class Ed25519Verifier implements JWSVerifier {
    private static final int SIGNATURE_SIZE = 64;

    private final JCAContext context = new JCAContext();
    private final PublicKey key;

    Ed25519Verifier(PublicKey key) {
        this.key = key;
    }

    @Override
    public boolean verify(JWSHeader header, byte[] signingInput, Base64URL signature) throws JOSEException {
        if (!JWSAlgorithm.Ed25519.equals(header.getAlgorithm()) || header.getCriticalParams() != null) {
            return false;
        }
        byte[] value = signature.decode();
        if (value.length != SIGNATURE_SIZE) {
            return false;
        }
        try {
            Signature check = Signature.getInstance("Ed25519");
            check.initVerify(key);
            check.update(signingInput);
            return check.verify(value);
        } catch (SignatureException e) {
            // How the platform says that a point or a scalar is out of range.
            return false;
        } catch (GeneralSecurityException e) {
            throw new JOSEException("Ed25519 by the platform", e);
        }
    }

    @Override
    public Set<JWSAlgorithm> supportedJWSAlgorithms() {
        return Set.of(JWSAlgorithm.Ed25519);
    }

    @Override
    public JCAContext getJCAContext() {
        return context;
    }
}
