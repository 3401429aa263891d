package io.attestedmesh.transport.engine;

import io.attestedmesh.attest.evidence.Bytes;
import io.netty.handler.ssl.SslContext;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * A TLS stack. Every context that it makes speaks TLS 1.3 only, demands a certificate of both sides, and never resumes a
 * session: a resumed one would skip the trust manager. What a caller sets on an engine cannot weaken this.
 */
public sealed interface TlsEngine permits JsseEngine, BoringSslEngine {
    /** RFC 9266, section 2. */
    String CHANNEL_BINDING_LABEL = "EXPORTER-Channel-Binding";

    /** {@code conscrypt}, {@code bcjsse}, {@code boringssl} or {@code jdk}. */
    String name();

    /** Why this engine cannot be used here, for an operator to read; empty if it can. */
    Optional<String> unavailable();

    /** True if {@link #export} works, which evidence in the session needs. */
    boolean hasExporter();

    /** True if X25519MLKEM768 is offered, first, with x25519 and secp256r1 behind it. */
    boolean hybridKeyExchange();

    /** Largest certificate message, in bytes as {@link CertificateSize#of} counts them, sent or accepted. */
    int maxCertificateBytes();

    /**
     * A context for both directions and any user of JSSE: engines, and sockets over these engines.
     *
     * @param hooks around the handshake of each of its engines
     * @throws SSLException if the engine is not available or refuses the managers
     * @throws UnsupportedOperationException from {@code boringssl}, which exists inside Netty only
     */
    SSLContext sslContext(X509ExtendedKeyManager keys, X509ExtendedTrustManager trust, EngineHooks hooks)
            throws SSLException;

    /**
     * What accepts connections in Netty.
     *
     * @param hooks as in {@link #sslContext}, but never called by {@code boringssl}, whose handshakes end inside Netty
     * @param protocols those of ALPN, preferred first; where the two sides have none in common the handshake ends well
     *     without one, and the caller must look. Not empty
     */
    SslContext nettyServer(
            X509ExtendedKeyManager keys, X509ExtendedTrustManager trust, EngineHooks hooks, List<String> protocols)
            throws SSLException;

    /** What opens connections in Netty; else as {@link #nettyServer}. */
    SslContext nettyClient(
            X509ExtendedKeyManager keys, X509ExtendedTrustManager trust, EngineHooks hooks, List<String> protocols)
            throws SSLException;

    /** For those who do not wait for the end of a handshake. */
    default SSLContext sslContext(X509ExtendedKeyManager keys, X509ExtendedTrustManager trust) throws SSLException {
        return sslContext(keys, trust, engine -> {});
    }

    /** For gRPC users who see the end of a handshake in Netty. */
    default SslContext nettyServer(X509ExtendedKeyManager keys, X509ExtendedTrustManager trust) throws SSLException {
        return nettyServer(keys, trust, engine -> {}, List.of("h2"));
    }

    /** For gRPC users who see the end of a handshake in Netty. */
    default SslContext nettyClient(X509ExtendedKeyManager keys, X509ExtendedTrustManager trust) throws SSLException {
        return nettyClient(keys, trust, engine -> {}, List.of("h2"));
    }

    /**
     * Exported keying material (RFC 8446, section 7.5) with an empty context, after the handshake.
     *
     * @param connection made by a context of {@link #sslContext}
     * @throws UnsupportedOperationException if {@link #hasExporter} is false
     */
    Bytes export(SSLEngine connection, String label, int length) throws SSLException;

    /**
     * The certificates of the peer, end-entity first; empty while the session names none. The peer has proved its key once
     * the handshake has ended.
     */
    static List<X509Certificate> peerChain(SSLSession session) {
        try {
            return Arrays.stream(session.getPeerCertificates())
                    .map(X509Certificate.class::cast)
                    .toList();
        } catch (SSLPeerUnverifiedException e) {
            return List.of();
        }
    }

    /** All engines, preferred first, available here or not. */
    static List<TlsEngine> all() {
        return List.of(new ConscryptEngine(), new BcJsseEngine(), new BoringSslEngine(), new JdkEngine());
    }

    /**
     * The engine of that name, available here or not.
     *
     * @throws IllegalArgumentException if no engine has that name
     */
    static TlsEngine byName(String name) {
        return all().stream()
                .filter(engine -> engine.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no TLS engine of that name; there are "
                        + all().stream().map(TlsEngine::name).collect(Collectors.joining(", "))));
    }

    /** The first that is available and has an exporter, else Bouncy Castle, which is Java alone. */
    static TlsEngine preferred() {
        return all().stream()
                .filter(engine -> engine.unavailable().isEmpty() && engine.hasExporter())
                .findFirst()
                .orElseGet(BcJsseEngine::new);
    }
}
