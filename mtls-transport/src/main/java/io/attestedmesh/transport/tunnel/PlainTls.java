package io.attestedmesh.transport.tunnel;

import io.attestedmesh.transport.identity.Credential;
import io.attestedmesh.transport.pki.Pem;
import io.attestedmesh.transport.pki.PkiException;
import io.attestedmesh.transport.pki.PrivateKeys;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLException;

/**
 * TLS towards programs of this machine which want a certificate of the server and have none of their own. It proves nothing
 * about them.
 */
public final class PlainTls {
    /** What programs may ask for by ALPN, unless there is a reason for another choice. */
    public static final List<String> PROTOCOLS = List.of("h2", "http/1.1");

    private PlainTls() {}

    /**
     * Reads a certificate with its chain, and its unencrypted key. The platform's engine: its TLS 1.3 ends each direction by
     * itself, as streams do.
     *
     * @param protocols what is agreed to if a program asks for it in ALPN, preferred first; whatever it speaks is passed on
     * @throws PkiException if a file is not what it should be
     * @throws SSLException if they do not belong together
     */
    public static SslContext of(Path certificates, Path key, List<String> protocols) throws IOException, PkiException {
        return of(certificates, key, protocols, SslProvider.JDK);
    }

    /** The same for gRPC, which ends its streams itself: by BoringSSL where that loads, which is the fastest. */
    public static SslContext forGrpc(Path certificates, Path key) throws IOException, PkiException {
        return of(certificates, key, List.of("h2"), OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK);
    }

    private static SslContext of(Path certificates, Path key, List<String> protocols, SslProvider engine)
            throws IOException, PkiException {
        Credential credential;
        try {
            credential = new Credential(PrivateKeys.load(key), Pem.certificates(certificates));
        } catch (IllegalArgumentException e) {
            throw new SSLException(certificates + " and " + key + ": " + e.getMessage(), e);
        }
        return SslContextBuilder.forServer(
                        credential.privateKey(), credential.chain().toArray(X509Certificate[]::new))
                .sslProvider(engine)
                .protocols("TLSv1.3", "TLSv1.2")
                .clientAuth(ClientAuth.NONE)
                .applicationProtocolConfig(alpn(protocols))
                .build();
    }

    private static ApplicationProtocolConfig alpn(List<String> protocols) {
        return protocols.isEmpty()
                ? ApplicationProtocolConfig.DISABLED
                : new ApplicationProtocolConfig(
                        Protocol.ALPN,
                        SelectorFailureBehavior.NO_ADVERTISE,
                        SelectedListenerFailureBehavior.ACCEPT,
                        protocols);
    }
}
