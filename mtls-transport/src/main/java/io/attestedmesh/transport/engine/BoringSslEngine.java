package io.attestedmesh.transport.engine;

import io.attestedmesh.attest.evidence.Bytes;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** BoringSSL through Netty's native binding: the fastest handshakes, inside Netty only. */
final class BoringSslEngine implements TlsEngine {
    private static final int MAX_CERTIFICATE_BYTES = 16 * 1024;

    @Override
    public String name() {
        return "boringssl";
    }

    @Override
    public Optional<String> unavailable() {
        return OpenSsl.isAvailable()
                ? Optional.empty()
                : Optional.of("its native library does not load on " + System.getProperty("os.name") + " "
                        + System.getProperty("os.arch"));
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
    public SSLContext sslContext(
            X509ExtendedKeyManager keys, X509ExtendedTrustManager trust, Consumer<SSLEngine> atEnd) {
        throw new UnsupportedOperationException(
                "TLS engine boringssl exists inside Netty only; use conscrypt, bcjsse or jdk for an SSLContext");
    }

    @Override
    public SslContext nettyServer(
            X509ExtendedKeyManager keys,
            X509ExtendedTrustManager trust,
            Consumer<SSLEngine> atEnd,
            List<String> protocols)
            throws SSLException {
        return build(SslContextBuilder.forServer(keys).clientAuth(ClientAuth.REQUIRE), trust, protocols);
    }

    @Override
    public SslContext nettyClient(
            X509ExtendedKeyManager keys,
            X509ExtendedTrustManager trust,
            Consumer<SSLEngine> atEnd,
            List<String> protocols)
            throws SSLException {
        return build(SslContextBuilder.forClient().keyManager(keys), trust, protocols);
    }

    private SslContext build(SslContextBuilder builder, X509ExtendedTrustManager trust, List<String> protocols)
            throws SSLException {
        if (unavailable().isPresent()) {
            throw new SSLException(
                    "TLS engine boringssl is not available: " + unavailable().get());
        }
        SslContext context = builder.sslProvider(SslProvider.OPENSSL)
                .protocols(JsseEngine.TLS13)
                .applicationProtocolConfig(JsseEngine.alpn(protocols))
                .trustManager(new BoundedTrust(this, trust, engine -> engine, engine -> {}))
                .option(OpenSslContextOption.GROUPS, new String[] {"X25519MLKEM768", "X25519", "P-256"})
                .build();
        ((OpenSslSessionContext) context.sessionContext()).setSessionCacheEnabled(false);
        return context;
    }

    @Override
    public Bytes export(SSLEngine connection, String label, int length) {
        throw new UnsupportedOperationException("TLS engine boringssl exports no keying material");
    }
}
