package io.attestedmesh.transport.engine;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.security.GeneralSecurityException;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.conscrypt.BufferAllocator;
import org.conscrypt.Conscrypt;

/** BoringSSL through Conscrypt. */
final class ConscryptEngine extends JsseEngine {
    // measured: messages beyond about 14 KB hang until the handshake's deadline
    private static final int MAX_CERTIFICATE_BYTES = 14 * 1024;

    private static final BufferAllocator BUFFERS = new PooledBuffers();

    private static final Set<String> VALUES = Set.of("putValue", "getValue", "removeValue", "getValueNames");

    @Override
    public String name() {
        return "conscrypt";
    }

    @Override
    public Optional<String> unavailable() {
        try {
            Conscrypt.checkAvailability();
            return Optional.empty();
        } catch (UnsatisfiedLinkError | NoClassDefFoundError | ExceptionInInitializerError e) {
            return Optional.of("its native library does not load on " + System.getProperty("os.name") + " "
                    + System.getProperty("os.arch"));
        }
    }

    @Override
    public boolean hasExporter() {
        return true;
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
        return SSLContext.getInstance(TLS13, Conscrypt.newProvider());
    }

    /** Its groups are X25519MLKEM768, x25519, secp256r1, secp384r1 by default. */
    @Override
    void configure(SSLEngine engine) {
        Conscrypt.setUseSessionTickets(engine, false);
        Conscrypt.setBufferAllocator(engine, BUFFERS);
    }

    /**
     * Conscrypt makes a new handshake session at every question, so that what a verifier leaves on one is lost; here the
     * values live on the connection's session, which exists from the start.
     */
    @Override
    SSLEngine asVerifierSees(SSLEngine engine) {
        SSLSession lasting = engine.getSession();
        SSLSession handshake = engine.getHandshakeSession();
        SSLSession both = (SSLSession) Proxy.newProxyInstance(
                ConscryptEngine.class.getClassLoader(),
                new Class<?>[] {SSLSession.class},
                (proxy, method, arguments) -> {
                    SSLSession owner = VALUES.contains(method.getName()) ? lasting : handshake;
                    try {
                        return method.invoke(owner, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        return new StrictEngine(engine, unfinished -> {}) {
            @Override
            public SSLSession getHandshakeSession() {
                return both;
            }
        };
    }

    @Override
    byte[] exportFrom(SSLEngine engine, String label, int length) throws SSLException {
        return Conscrypt.exportKeyingMaterial(engine, label, new byte[0], length);
    }
}
