package io.attestedmesh.transport.engine;

import java.security.GeneralSecurityException;
import java.security.Security;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.jsse.BCSSLEngine;
import org.bouncycastle.jsse.BCSSLParameters;
import org.bouncycastle.jsse.provider.BouncyCastleJsseProvider;

/**
 * Bouncy Castle's TLS, Java alone.
 *
 * <p>It looks its cryptography up through JCA, so that a faster provider in front (ACCP) carries the bulk; ML-KEM and its
 * random source come from {@link BouncyCastleProvider}, which is therefore registered, behind all others, when the first
 * context is made. This is the only provider that the transport registers.
 */
final class BcJsseEngine extends JsseEngine {
    private static final int MAX_CERTIFICATE_BYTES = 16 * 1024;

    @Override
    public String name() {
        return "bcjsse";
    }

    @Override
    public Optional<String> unavailable() {
        return Optional.empty();
    }

    @Override
    public boolean hasExporter() {
        return false;
    }

    @Override
    public boolean hybridKeyExchange() {
        return true;
    }

    @Override
    public int maxCertificateBytes() {
        return MAX_CERTIFICATE_BYTES;
    }

    @Override
    SSLContext newContext() throws GeneralSecurityException {
        if (Security.getProvider(BouncyCastleProvider.PROVIDER_NAME) == null) {
            Security.addProvider(new BouncyCastleProvider());
        }
        return SSLContext.getInstance(TLS13, new BouncyCastleJsseProvider());
    }

    @Override
    void configure(SSLEngine engine) {
        if (engine instanceof BCSSLEngine bouncy) {
            BCSSLParameters parameters = bouncy.getParameters();
            parameters.setNamedGroups(new String[] {"X25519MLKEM768", "x25519", "secp256r1"});
            parameters.setEarlyKeyShares(new String[] {"X25519MLKEM768", "x25519"});
            bouncy.setParameters(parameters);
        }
    }

    @Override
    byte[] exportFrom(SSLEngine engine, String label, int length) throws SSLException {
        throw new UnsupportedOperationException("bctls exports no keying material from an SSLEngine");
    }
}
