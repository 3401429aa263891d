package io.attestedmesh.transport.engine;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Accepts what one issuer signed, counts its calls, and leaves the subject on the handshake session. */
final class RecordingTrust extends X509ExtendedTrustManager {
    static final String LEFT_BEHIND = "test.subject";

    final AtomicInteger calls = new AtomicInteger();
    private final X509Certificate issuer;

    RecordingTrust(X509Certificate issuer) {
        this.issuer = issuer;
    }

    private void check(X509Certificate[] chain, SSLEngine engine) throws CertificateException {
        calls.incrementAndGet();
        try {
            chain[0].verify(issuer.getPublicKey());
        } catch (java.security.GeneralSecurityException e) {
            throw new CertificateException("not of the test's issuer", e);
        }
        engine.getHandshakeSession()
                .putValue(LEFT_BEHIND, chain[0].getSubjectX500Principal().getName());
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        check(chain, engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw new CertificateException("expected the overload with an engine");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw new CertificateException("expected the overload with an engine");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("expected the overload with an engine");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("expected the overload with an engine");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
