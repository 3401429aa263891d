package io.attestedmesh.transport.engine;

import java.security.cert.X509Certificate;
import javax.net.ssl.X509TrustManager;

/** Trusts any server: for impostor clients of tests. */
final class AnyServer implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {
        throw new UnsupportedOperationException("a client only");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {
        // the server's own refusal is what is tested
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }
}
