package io.attestedmesh.attest.verify;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Optional;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * The JCA provider that checks signatures of evidence.
 *
 * <p>{@link #fastest} takes Amazon Corretto Crypto Provider where its native library loads, else Bouncy Castle, else
 * what the platform has. No provider is registered with {@link Security}: other code of the process is not affected.
 */
public final class CryptoProvider {
    private static final Logger LOG = System.getLogger(CryptoProvider.class.getName());

    private final Provider provider;

    private CryptoProvider(Provider provider) {
        this.provider = provider;
    }

    /** The same answer throughout a process; logged the first time. */
    public static CryptoProvider fastest() {
        return Fastest.FOUND;
    }

    public static CryptoProvider of(Provider provider) {
        return new CryptoProvider(provider);
    }

    /** Name and version, as shown in logs and {@code --json}. */
    public String name() {
        return provider.getName() + " " + provider.getVersionStr();
    }

    /** Whether this is Amazon Corretto Crypto Provider, the fastest at signatures. */
    public boolean isCorretto() {
        return provider.getName().startsWith("AmazonCorretto");
    }

    public Provider provider() {
        return provider;
    }

    /** A key on P-384 from its DER SubjectPublicKeyInfo. */
    PublicKey publicKey(byte[] subjectPublicKeyInfo) throws GeneralSecurityException {
        return KeyFactory.getInstance("EC", provider).generatePublic(new X509EncodedKeySpec(subjectPublicKeyInfo));
    }

    /** Whether {@code key} signed {@code message} by ECDSA with SHA-384. */
    boolean isSignedBy(PublicKey key, byte[] message, EcdsaSignature signature) throws GeneralSecurityException {
        Signature check = Signature.getInstance("SHA384withECDSA", provider);
        check.initVerify(key);
        check.update(message);
        return check.verify(signature.der());
    }

    /** Amazon Corretto Crypto Provider if it is on the class path, loads and passes its self tests. */
    static Optional<CryptoProvider> accp() {
        return load("com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider");
    }

    /** By reflection: the class is there on some platforms only, and its native library may still not load. */
    static Optional<CryptoProvider> load(String className) {
        try {
            Class<?> type = Class.forName(className);
            Provider instance = (Provider) type.getField("INSTANCE").get(null);
            type.getMethod("assertHealthy").invoke(instance);
            return Optional.of(of(instance));
        } catch (ClassNotFoundException e) {
            return Optional.empty();
        } catch (ReflectiveOperationException | LinkageError | RuntimeException e) {
            LOG.log(Level.WARNING, className + " is present but does not work; going on without it", e);
            return Optional.empty();
        }
    }

    /** Bouncy Castle: the registered one, else a new one; empty where it is not on the class path. */
    static Optional<CryptoProvider> bouncyCastle() {
        try {
            Provider registered = Security.getProvider(BouncyCastleProvider.PROVIDER_NAME);
            return Optional.of(of(registered == null ? new BouncyCastleProvider() : registered));
        } catch (LinkageError e) {
            LOG.log(Level.WARNING, "Bouncy Castle does not load; signatures of evidence are checked slowly", e);
            return Optional.empty();
        }
    }

    /** What the platform itself offers for ECDSA. */
    static CryptoProvider platform() {
        try {
            return of(Signature.getInstance("SHA384withECDSA").getProvider());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java platform has no ECDSA with SHA-384", e);
        }
    }

    private static final class Fastest {
        static final CryptoProvider FOUND =
                accp().or(CryptoProvider::bouncyCastle).orElseGet(CryptoProvider::platform);

        static {
            LOG.log(Level.INFO, "signatures of evidence are checked by {0}", FOUND.name());
        }
    }
}
