package io.attestedmesh.transport.engine;

import io.attestedmesh.attest.evidence.Bytes;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/** The engines that are JSSE providers; they differ in provider, key exchange and exporter. */
abstract sealed class JsseEngine implements TlsEngine permits ConscryptEngine, BcJsseEngine, JdkEngine {
    static final String TLS13 = "TLSv1.3";

    /** ALPN as both kinds of Netty context can do it: nothing in common is no failure of the handshake. */
    static ApplicationProtocolConfig alpn(List<String> protocols) {
        if (protocols.isEmpty()) {
            throw new IllegalArgumentException("no protocol for ALPN");
        }
        return new ApplicationProtocolConfig(
                Protocol.ALPN, SelectorFailureBehavior.NO_ADVERTISE, SelectedListenerFailureBehavior.ACCEPT, protocols);
    }

    /** An uninitialised context of the provider, which is named explicitly and never found by its place in a list. */
    abstract SSLContext newContext() throws GeneralSecurityException;

    /** Last settings of a new engine, before anything is sent. */
    abstract void configure(SSLEngine engine);

    /** True if an engine goes on receiving after it has said that it sends no more. */
    boolean halfClose() {
        return false;
    }

    /** Settings of a new context. */
    void configure(SSLContext context) {}

    /** The engine, in the middle of its handshake, as a verifier is shown it. */
    SSLEngine asVerifierSees(SSLEngine engine) {
        return engine;
    }

    /** Runs inside the handshake, once the peer's certificate was accepted. */
    void verified(SSLEngine engine) {}

    abstract byte[] exportFrom(SSLEngine engine, String label, int length) throws SSLException;

    @Override
    public final SSLContext sslContext(
            X509ExtendedKeyManager keys, X509ExtendedTrustManager trust, Consumer<SSLEngine> atEnd)
            throws SSLException {
        if (unavailable().isPresent()) {
            throw new SSLException("TLS engine " + name() + " is not available: "
                    + unavailable().get());
        }
        try {
            SSLContext context = newContext();
            TrustManager bounded = new BoundedTrust(this, trust, this::asVerifierSees, this::verified);
            context.init(new KeyManager[] {keys}, new TrustManager[] {bounded}, new SecureRandom());
            configure(context);
            return new StrictContext(context, this, atEnd);
        } catch (GeneralSecurityException e) {
            throw new SSLException("TLS engine " + name() + " could not be set up", e);
        }
    }

    @Override
    public final SslContext nettyServer(
            X509ExtendedKeyManager keys,
            X509ExtendedTrustManager trust,
            Consumer<SSLEngine> atEnd,
            List<String> protocols)
            throws SSLException {
        return netty(sslContext(keys, trust, atEnd), false, protocols);
    }

    @Override
    public final SslContext nettyClient(
            X509ExtendedKeyManager keys,
            X509ExtendedTrustManager trust,
            Consumer<SSLEngine> atEnd,
            List<String> protocols)
            throws SSLException {
        return netty(sslContext(keys, trust, atEnd), true, protocols);
    }

    private static SslContext netty(SSLContext context, boolean client, List<String> protocols) {
        return new JdkSslContext(
                context,
                client,
                null,
                IdentityCipherSuiteFilter.INSTANCE,
                alpn(protocols),
                ClientAuth.REQUIRE,
                List.of(TLS13).toArray(String[]::new),
                false);
    }

    @Override
    public final Bytes export(SSLEngine connection, String label, int length) throws SSLException {
        if (!hasExporter()) {
            throw new UnsupportedOperationException("TLS engine " + name() + " exports no keying material");
        }
        SSLEngine engine = connection instanceof StrictEngine strict ? strict.delegate() : connection;
        return Bytes.of(exportFrom(engine, label, length));
    }
}
