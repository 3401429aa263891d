package io.attestedmesh.transport.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.tls.AttestedPeer;
import io.attestedmesh.attest.tls.Freshness;
import io.attestedmesh.transport.ConnectionLog;
import io.attestedmesh.transport.SimulatedMesh;
import io.attestedmesh.transport.TestPki;
import io.attestedmesh.transport.identity.Credential;
import io.attestedmesh.transport.identity.CredentialSource;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A certificate is public: whoever presents one without its key is nobody, and leaves no trace of having been let in. */
class StolenCertificateTest {
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private SimulatedMesh mesh;

    @BeforeEach
    void found() throws Exception {
        mesh = new SimulatedMesh();
    }

    private SSLEngine server(String engine) throws Exception {
        SSLEngine server = mesh.builder(
                        TlsEngine.byName(engine),
                        CredentialSource.of(mesh.honestA()),
                        new ConnectionLog(meters, Optional.empty()))
                .roster(() -> mesh.roster(Freshness.CERTIFICATE))
                .build()
                .sslContext()
                .createSSLEngine();
        server.setUseClientMode(false);
        return server;
    }

    private static SSLEngine client(List<X509Certificate> chain, PrivateKey key) throws Exception {
        SSLContext context = SSLContext.getInstance("TLSv1.3", "SunJSSE");
        context.init(
                new KeyManager[] {new AnyKey(chain, key)}, new TrustManager[] {new AnyServer()}, new SecureRandom());
        SSLEngine client = context.createSSLEngine("a.example", 443);
        client.setUseClientMode(true);
        return client;
    }

    private double accepted() {
        return meters.find("amesh.tls.accepted").counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "jdk"})
    void chainWithAnotherKey_isNeitherLoggedAsAccepted_norOnTheSession(String engine) throws Exception {
        SSLEngine server = server(engine);
        SSLEngine thief = client(mesh.honestB().chain(), TestPki.newKeys().getPrivate());
        assertThatThrownBy(() -> MemoryHandshake.run(thief, server)).isInstanceOf(SSLException.class);
        assertThat(accepted()).isZero();
        assertThat(AttestedPeer.of(server.getSession())).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"conscrypt", "bcjsse", "jdk"})
    void chainWithItsKey_isAcceptedOnce_andOnTheSession(String engine) throws Exception {
        SSLEngine server = server(engine);
        Credential ofB = mesh.honestB();
        MemoryHandshake.run(client(ofB.chain(), ofB.privateKey()), server);
        assertThat(accepted()).isEqualTo(1);
        assertThat(AttestedPeer.of(server.getSession())).isPresent();
    }

    private static final class AnyKey extends X509ExtendedKeyManager {
        private static final String ALIAS = "any";
        private final List<X509Certificate> chain;
        private final PrivateKey key;

        AnyKey(List<X509Certificate> chain, PrivateKey key) {
            this.chain = chain;
            this.key = key;
        }

        @Override
        public String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
            return ALIAS;
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
            return ALIAS;
        }

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            return null;
        }

        @Override
        public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            return null;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return chain.toArray(X509Certificate[]::new);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return key;
        }
    }
}
