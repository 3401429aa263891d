package io.attestedmesh.transport;

import io.attestedmesh.attest.policy.AttestationPolicy;
import io.attestedmesh.attest.tls.AttestedClientVerifier;
import io.attestedmesh.attest.tls.AttestedServerVerifier;
import io.attestedmesh.attest.tls.PeerEvents;
import io.attestedmesh.attest.tls.PeerVerifier;
import io.attestedmesh.attest.tls.Roster;
import io.attestedmesh.attest.verify.NitroVerifier;
import io.attestedmesh.attest.x509.RevocationLists;
import io.attestedmesh.transport.engine.CertificateSize;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.identity.CredentialKeyManager;
import io.attestedmesh.transport.identity.CredentialSource;
import io.grpc.ChannelCredentials;
import io.grpc.ServerCredentials;
import io.grpc.netty.NettySslContextChannelCredentials;
import io.grpc.netty.NettySslContextServerCredentials;
import io.netty.handler.ssl.SslContext;
import java.security.cert.CertificateException;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/**
 * Mutual TLS 1.3 with attested peers, for gRPC, for Netty, and for whoever takes an {@link SSLContext}. Made once a
 * process; all that changes while it runs comes from its suppliers. Thread-safe.
 */
public final class AttestedTls {
    private static final List<String> GRPC = List.of("h2");

    private final TlsEngine engine;
    private final CredentialSource credentials;
    private final PeerVerifier verifier;
    private final ConnectionLog log;
    private final Clock clock;

    private AttestedTls(Builder builder) throws CertificateException {
        this.engine = builder.engine;
        this.credentials = Objects.requireNonNull(builder.credentials, "credentials");
        this.log = Objects.requireNonNull(builder.log, "log");
        this.clock = builder.clock;
        this.verifier = new PeerVerifier(
                Objects.requireNonNull(builder.roster, "roster"),
                Objects.requireNonNull(builder.verifier, "verifier"),
                Objects.requireNonNull(builder.policy, "policy"),
                builder.revocation,
                clock);
        CertificateSize.check(credentials.current().chain(), engine);
    }

    public static Builder builder() {
        return new Builder();
    }

    public TlsEngine engine() {
        return engine;
    }

    /** Where this node's own certificate comes from. */
    public CredentialSource credentials() {
        return credentials;
    }

    public PeerVerifier verifier() {
        return verifier;
    }

    public ConnectionLog log() {
        return log;
    }

    /**
     * For clients and servers alike: as a client, the server's name is the peer host of the {@code SSLEngine}.
     *
     * @throws UnsupportedOperationException if the engine is {@code boringssl}
     */
    public SSLContext sslContext() throws SSLException {
        AcceptedAtEnd events = new AcceptedAtEnd(log);
        return engine.sslContext(
                keys(),
                new BothDirections(
                        new AttestedServerVerifier(verifier, events), new AttestedClientVerifier(verifier, events)),
                events);
    }

    public ServerCredentials serverCredentials() throws SSLException {
        return NettySslContextServerCredentials.create(nettyServer(log, GRPC));
    }

    public ChannelCredentials channelCredentials() throws SSLException {
        return NettySslContextChannelCredentials.create(nettyClient(log, GRPC));
    }

    /**
     * For a Netty server, whose verdicts go to {@code events}: refusals at once, acceptances at the end of the handshake.
     * The engine {@code boringssl} tells of no acceptance: there, its user must look at the end of the handshake itself.
     *
     * @param protocols those of ALPN, preferred first; a client that offers none of them gets a connection without one
     */
    public SslContext nettyServer(PeerEvents events, List<String> protocols) throws SSLException {
        AcceptedAtEnd late = new AcceptedAtEnd(events);
        return engine.nettyServer(keys(), new AttestedClientVerifier(verifier, late), late, protocols);
    }

    /** For a Netty client; else as {@link #nettyServer}. */
    public SslContext nettyClient(PeerEvents events, List<String> protocols) throws SSLException {
        AcceptedAtEnd late = new AcceptedAtEnd(events);
        return engine.nettyClient(keys(), new AttestedServerVerifier(verifier, late), late, protocols);
    }

    private CredentialKeyManager keys() {
        return new CredentialKeyManager(credentials, clock, engine);
    }

    /** Collects what a node trusts and who it is; only engine, revocation and clock have defaults. */
    public static final class Builder {
        private TlsEngine engine = TlsEngine.preferred();
        private CredentialSource credentials;
        private Supplier<Roster> roster;
        private NitroVerifier verifier;
        private Supplier<AttestationPolicy> policy;
        private Supplier<RevocationLists> revocation = () -> RevocationLists.NONE;
        private ConnectionLog log;
        private Clock clock = Clock.systemUTC();

        private Builder() {}

        /** Default: {@link TlsEngine#preferred}. */
        public Builder engine(TlsEngine value) {
            engine = value;
            return this;
        }

        public Builder credentials(CredentialSource value) {
            credentials = value;
            return this;
        }

        /** The peers that may talk to us; the supplier hands out one object until something changes. */
        public Builder roster(Supplier<Roster> value) {
            roster = value;
            return this;
        }

        public Builder verifier(NitroVerifier value) {
            verifier = value;
            return this;
        }

        /** The code that may talk to us; the supplier hands out one object until something changes. */
        public Builder policy(Supplier<AttestationPolicy> value) {
            policy = value;
            return this;
        }

        /** Default: none are configured. */
        public Builder revocation(Supplier<RevocationLists> value) {
            revocation = value;
            return this;
        }

        public Builder log(ConnectionLog value) {
            log = value;
            return this;
        }

        public Builder clock(Clock value) {
            clock = value;
            return this;
        }

        /**
         * Puts it together.
         *
         * @throws CertificateException if our own certificate is larger than the engine handles
         * @throws NullPointerException if a part without a default is missing
         */
        public AttestedTls build() throws CertificateException {
            return new AttestedTls(this);
        }
    }
}
