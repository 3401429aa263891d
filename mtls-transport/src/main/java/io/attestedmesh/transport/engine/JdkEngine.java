package io.attestedmesh.transport.engine;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/** The platform's own TLS: no hybrid groups; an exporter from JDK 25 on. */
final class JdkEngine extends JsseEngine {
    // measured: 20 KB fail while the server may issue tickets
    private static final int MAX_CERTIFICATE_BYTES = 16 * 1024;

    // RFC 8446, section 4.6.1: 7 days at most
    private static final int NO_TICKET_SECONDS = 604_800 + 1;

    private final Optional<MethodHandle> exporter = findExporter();

    @Override
    public String name() {
        return "jdk";
    }

    @Override
    public Optional<String> unavailable() {
        return Optional.empty();
    }

    @Override
    public boolean hasExporter() {
        return exporter.isPresent();
    }

    @Override
    public boolean hybridKeyExchange() {
        return false;
    }

    @Override
    public int maxCertificateBytes() {
        return MAX_CERTIFICATE_BYTES;
    }

    @Override
    SSLContext newContext() throws GeneralSecurityException {
        return SSLContext.getInstance(TLS13, "SunJSSE");
    }

    @Override
    void configure(SSLEngine engine) {}

    @Override
    boolean halfClose() {
        return true;
    }

    /**
     * SunJSSE cannot turn tickets off for one context, but a server makes none, and a client keeps none, while the
     * session time-out exceeds the longest life of a ticket.
     */
    @Override
    void configure(SSLContext context) {
        context.getServerSessionContext().setSessionTimeout(NO_TICKET_SECONDS);
        context.getClientSessionContext().setSessionTimeout(NO_TICKET_SECONDS);
    }

    /** An invalid session is not resumed either, whoever changes the time-out. JDK 17 alone would still send tickets. */
    @Override
    void verified(SSLEngine engine) {
        engine.getHandshakeSession().invalidate();
    }

    @Override
    byte[] exportFrom(SSLEngine engine, String label, int length) throws SSLException {
        try {
            return (byte[])
                    exporter.orElseThrow().invoke((ExtendedSSLSession) engine.getSession(), label, new byte[0], length);
        } catch (Throwable e) {
            if (e instanceof Error error) {
                throw error;
            }
            throw new SSLException("no keying material could be exported", e);
        }
    }

    // JDK 25's ExtendedSSLSession.exportKeyingMaterialData; this project is compiled for 17
    private static Optional<MethodHandle> findExporter() {
        try {
            return Optional.of(MethodHandles.publicLookup()
                    .findVirtual(
                            ExtendedSSLSession.class,
                            "exportKeyingMaterialData",
                            MethodType.methodType(byte[].class, String.class, byte[].class, int.class)));
        } catch (NoSuchMethodException | IllegalAccessException e) {
            return Optional.empty();
        }
    }
}
