package io.attestedmesh.transport.identity;

import io.attestedmesh.transport.engine.CertificateSize;
import io.attestedmesh.transport.engine.TlsEngine;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Clock;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * Serves whatever credential is current when a handshake asks, so a renewed one is used by the next connection without
 * a new context. It never serves an expired one: then there is no certificate, and the handshake fails.
 *
 * <p>The alias of a credential is its correlation id; handshakes that began before a renewal still find theirs.
 */
public final class CredentialKeyManager extends X509ExtendedKeyManager {
    private static final System.Logger LOG = System.getLogger(CredentialKeyManager.class.getName());
    private static final int REMEMBERED = 4;

    private final CredentialSource source;
    private final Clock clock;
    private final int maxCertificateBytes;
    private volatile Measured latest;
    private final Map<String, Credential> served = Collections.synchronizedMap(new Served());

    /** Serves certificates of any size. */
    public CredentialKeyManager(CredentialSource source, Clock clock) {
        this(source, clock, Integer.MAX_VALUE);
    }

    /** Serves nothing larger than what {@code engine} handles. */
    public CredentialKeyManager(CredentialSource source, Clock clock, TlsEngine engine) {
        this(source, clock, engine.maxCertificateBytes());
    }

    private CredentialKeyManager(CredentialSource source, Clock clock, int maxCertificateBytes) {
        this.source = source;
        this.clock = clock;
        this.maxCertificateBytes = maxCertificateBytes;
    }

    @Override
    public String chooseEngineClientAlias(String[] keyTypes, Principal[] issuers, SSLEngine engine) {
        return choose(keyTypes);
    }

    @Override
    public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
        return choose(keyType);
    }

    @Override
    public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
        return choose(keyTypes);
    }

    @Override
    public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
        return choose(keyType);
    }

    @Override
    public String[] getClientAliases(String keyType, Principal[] issuers) {
        String alias = choose(keyType);
        return alias == null ? null : new String[] {alias};
    }

    @Override
    public String[] getServerAliases(String keyType, Principal[] issuers) {
        return getClientAliases(keyType, issuers);
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        Credential credential = served.get(alias);
        return credential == null ? null : credential.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        Credential credential = served.get(alias);
        return credential == null ? null : credential.privateKey();
    }

    // what the peer says of issuers is not asked: there is one certificate, and the peer's verifier decides
    private String choose(String... keyTypes) {
        Credential credential = source.current();
        if (clock.instant().isAfter(credential.notAfter())) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "no certificate is presented: the one with id {0} expired at {1}",
                    credential.correlationId(),
                    credential.notAfter().toString());
            return null;
        }
        Measured measured = measured(credential);
        if (measured.bytes() > maxCertificateBytes) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "no certificate is presented: the one with id {0} makes {1} bytes, at most {2} are handled",
                    measured.alias(),
                    measured.bytes(),
                    maxCertificateBytes);
            return null;
        }
        for (String keyType : keyTypes) {
            if (fits(keyType, credential.leaf().getPublicKey())) {
                served.put(measured.alias(), credential);
                return measured.alias();
            }
        }
        return null;
    }

    // hashed and measured once, not at every handshake
    private Measured measured(Credential credential) {
        Measured seen = latest;
        if (seen == null || !seen.credential().equals(credential)) {
            try {
                seen = new Measured(credential, credential.correlationId(), CertificateSize.of(credential.chain()));
            } catch (CertificateEncodingException e) {
                throw new IllegalStateException("a certificate of our own without an encoding", e);
            }
            latest = seen;
        }
        return seen;
    }

    private record Measured(Credential credential, String alias, int bytes) {}

    // Bouncy Castle asks for "EC/secp256r1" and the like, the others for "EC", netty-tcnative also for "EC_EC"
    private static boolean fits(String keyType, PublicKey key) {
        int slash = keyType.indexOf('/');
        String algorithm = slash < 0 ? keyType : keyType.substring(0, slash);
        boolean sameAlgorithm = algorithm.equals(key.getAlgorithm())
                || (algorithm.equals("EC_EC") && key.getAlgorithm().equals("EC"))
                || (algorithm.equals("Ed25519") && key.getAlgorithm().equals("EdDSA"));
        if (!sameAlgorithm || slash < 0 || !(key instanceof ECPublicKey ec)) {
            return sameAlgorithm;
        }
        int bits = ec.getParams().getCurve().getField().getFieldSize();
        return keyType.substring(slash + 1).equals("secp" + bits + "r1");
    }

    private static final class Served extends LinkedHashMap<String, Credential> {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Credential> eldest) {
            return size() > REMEMBERED;
        }
    }
}
