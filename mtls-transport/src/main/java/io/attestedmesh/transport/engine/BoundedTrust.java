package io.attestedmesh.transport.engine;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/** Bounds the size of a peer's chain before anything reads it, then lets the verifier decide. */
final class BoundedTrust extends X509ExtendedTrustManager {
    private final TlsEngine bound;
    private final X509ExtendedTrustManager verifier;
    private final UnaryOperator<SSLEngine> shown;
    private final Consumer<SSLEngine> verified;

    BoundedTrust(
            TlsEngine bound,
            X509ExtendedTrustManager verifier,
            UnaryOperator<SSLEngine> shown,
            Consumer<SSLEngine> verified) {
        this.bound = bound;
        this.verifier = verifier;
        this.shown = shown;
        this.verified = verified;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        CertificateSize.check(List.of(chain), bound);
        verifier.checkClientTrusted(chain, authType, shown.apply(engine));
        verified.accept(engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        CertificateSize.check(List.of(chain), bound);
        verifier.checkServerTrusted(chain, authType, shown.apply(engine));
        verified.accept(engine);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        CertificateSize.check(List.of(chain), bound);
        verifier.checkClientTrusted(chain, authType, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        CertificateSize.check(List.of(chain), bound);
        verifier.checkServerTrusted(chain, authType, socket);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        CertificateSize.check(List.of(chain), bound);
        verifier.checkClientTrusted(chain, authType);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        CertificateSize.check(List.of(chain), bound);
        verifier.checkServerTrusted(chain, authType);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return verifier.getAcceptedIssuers();
    }
}
