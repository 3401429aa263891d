package io.attestedmesh.transport;

import io.attestedmesh.attest.policy.AttestationPolicy;
import io.attestedmesh.attest.tls.AttestedClientVerifier;
import io.attestedmesh.attest.tls.AttestedServerVerifier;
import io.attestedmesh.attest.tls.Freshness;
import io.attestedmesh.attest.tls.PeerEvents;
import io.attestedmesh.attest.tls.PeerVerifier;
import io.attestedmesh.attest.tls.Roster;
import io.attestedmesh.attest.verify.NitroVerifier;
import io.attestedmesh.attest.x509.RevocationLists;
import io.attestedmesh.transport.engine.CertificateSize;
import io.attestedmesh.transport.engine.EngineHooks;
import io.attestedmesh.transport.engine.TlsEngine;
import io.attestedmesh.transport.identity.CredentialKeyManager;
import io.attestedmesh.transport.identity.CredentialSource;
import io.attestedmesh.transport.session.DocumentQueue;
import io.attestedmesh.transport.session.SessionAttestation;
import io.grpc.ChannelCredentials;
import io.grpc.ServerCredentials;
import io.grpc.netty.NettySslContextChannelCredentials;
import io.grpc.netty.NettySslContextServerCredentials;
import io.netty.handler.ssl.SslContext;
import java.security.cert.CertificateException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
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
    private final Optional<DocumentQueue> documents;
    private final Duration sessionTimeout;

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
        this.documents = builder.documents;
        this.sessionTimeout = builder.sessionTimeout;
        requireSessionIsPossible();
        CertificateSize.check(credentials.current().chain(), engine);
    }

    private void requireSessionIsPossible() {
        if (!verifier.demandsSession()) {
            return;
        }
        if (!engine.hasExporter()) {
            throw new IllegalArgumentException("the roster demands evidence in the session, and TLS engine "
                    + engine.name() + " exports no keying material; here these do: " + enginesWithExporter());
        }
        if (documents.isEmpty()) {
            throw new IllegalArgumentException(
                    "the roster demands evidence in the session, and there is no attester for our own");
        }
    }

    private static String enginesWithExporter() {
        return TlsEngine.all().stream()
                .filter(other -> other.unavailable().isEmpty() && other.hasExporter())
                .map(TlsEngine::name)
                .collect(Collectors.collectingAndThen(
                        Collectors.joining(", "), names -> names.isEmpty() ? "none" : names));
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

    /** The most that a peer can prove in connections of ours. */
    public Freshness freshness() {
        return documents.isPresent() && engine.hasExporter() ? Freshness.SESSION : Freshness.CERTIFICATE;
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
                        new AttestedServerVerifier(verifier, events, freshness()),
                        new AttestedClientVerifier(verifier, events, freshness())),
                hooks(events));
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
        return engine.nettyServer(
                keys(), new AttestedClientVerifier(verifier, late, freshness()), hooks(late), protocols);
    }

    /** For a Netty client; else as {@link #nettyServer}. */
    public SslContext nettyClient(PeerEvents events, List<String> protocols) throws SSLException {
        AcceptedAtEnd late = new AcceptedAtEnd(events);
        return engine.nettyClient(
                keys(), new AttestedServerVerifier(verifier, late, freshness()), hooks(late), protocols);
    }

    private EngineHooks hooks(AcceptedAtEnd events) {
        return freshness() == Freshness.CERTIFICATE
                ? events
                : new SessionAttestation(
                        engine, verifier, documents.orElseThrow(), sessionTimeout, System::nanoTime, events, events);
    }

    private CredentialKeyManager keys() {
        return new CredentialKeyManager(credentials, clock, engine);
    }

    /** Collects what a node trusts and who it is; what has a default says so. */
    public static final class Builder {
        private TlsEngine engine = TlsEngine.preferred();
        private CredentialSource credentials;
        private Supplier<Roster> roster;
        private NitroVerifier verifier;
        private Supplier<AttestationPolicy> policy;
        private Supplier<RevocationLists> revocation = () -> RevocationLists.NONE;
        private ConnectionLog log;
        private Clock clock = Clock.systemUTC();
        private Optional<DocumentQueue> documents = Optional.empty();
        private Duration sessionTimeout = SessionAttestation.DEFAULT_TIMEOUT;

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

        /** Where our own evidence in the session comes from; without it, no session is attested. */
        public Builder documents(DocumentQueue value) {
            documents = Optional.of(value);
            return this;
        }

        /** For session attestation, after the TLS handshake; default {@link SessionAttestation#DEFAULT_TIMEOUT}. */
        public Builder sessionTimeout(Duration value) {
            sessionTimeout = value;
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
         * @throws IllegalArgumentException if the roster demands evidence in the session, and the engine has no exporter
         *     or there are no {@link #documents}
         */
        public AttestedTls build() throws CertificateException {
            return new AttestedTls(this);
        }
    }
}
