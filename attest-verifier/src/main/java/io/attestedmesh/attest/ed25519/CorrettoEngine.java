package io.attestedmesh.attest.ed25519;

import io.attestedmesh.attest.evidence.Bytes;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Provider;
import java.security.Signature;
import java.util.Optional;

/** Amazon Corretto Crypto Provider: computes R from S, k and the key, and compares bytes (RFC 8032, section 5.1.7). */
final class CorrettoEngine implements Engine {
    /** Its {@link Signature} holds no more than this; longer messages are left to Bouncy Castle. */
    static final int LONGEST = 1 << 20;

    private static final Logger LOG = System.getLogger(CorrettoEngine.class.getName());
    private static final String ALGORITHM = "Ed25519";

    // RFC 8032, section 7.1, test 1: of the empty message.
    private static final Bytes SEED = Bytes.fromHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    private static final Bytes KEY = Bytes.fromHex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    private static final Bytes SIGNATURE =
            Bytes.fromHex("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                    + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b");

    /** The same with S + L. */
    private static final Bytes LARGE_S =
            Bytes.fromHex("e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                    + "4c8c7872aa064e049dbb3013fbf29380d25bf5f0595bbe24655141438e7a101b");

    /** By the same key of the same message, R = B + (0, -1): valid with a cofactor only. */
    private static final Bytes MIXED_R =
            Bytes.fromHex("9599999999999999999999999999999999999999999999999999999999999999"
                    + "4ffbf43ac9ee88d2ea30ffd0e52e2d88f035f3cafeafde602c1d888d7a966b0a");

    private final Provider provider;
    private final Engine forLong = new BouncyCastleEngine();

    private CorrettoEngine(Provider provider) {
        this.provider = provider;
    }

    /** Empty if the provider has no Ed25519, as its older versions, or is wrong or lax about known signatures. */
    static Optional<CorrettoEngine> of(Provider provider) {
        if (provider.getService("Signature", ALGORITHM) == null) {
            return Optional.empty();
        }
        CorrettoEngine engine = new CorrettoEngine(provider);
        try {
            if (engine.signsAndVerifiesTheKnown()) {
                return Optional.of(engine);
            }
            LOG.log(Level.WARNING, "{0} computes Ed25519 wrongly; going on without it", engine.name());
        } catch (GeneralSecurityException | LinkageError | RuntimeException e) {
            LOG.log(Level.WARNING, engine.name() + " does not compute Ed25519; going on without it", e);
        }
        return Optional.empty();
    }

    private boolean signsAndVerifiesTheKnown() throws GeneralSecurityException {
        byte[] empty = new byte[0];
        Verifier verifier = verifier(KEY);
        return Bytes.of(signer(SEED, KEY).sign(empty)).equals(SIGNATURE)
                && verifier.verifies(empty, SIGNATURE.toByteArray())
                && !verifier.verifies(new byte[1], SIGNATURE.toByteArray())
                && !verifier.verifies(empty, LARGE_S.toByteArray())
                && !verifier.verifies(empty, MIXED_R.toByteArray());
    }

    @Override
    public String name() {
        return provider.getName() + " " + provider.getVersionStr();
    }

    @Override
    public Verifier verifier(Bytes publicKey) throws InvalidKeyException {
        Verifier ofLong = forLong.verifier(publicKey);
        EncodedKey.Public key = new EncodedKey.Public(publicKey);
        return (message, signature) ->
                message.length > LONGEST ? ofLong.verifies(message, signature) : verifies(key, message, signature);
    }

    private boolean verifies(EncodedKey.Public key, byte[] message, byte[] signature) {
        try {
            Signature check = Signature.getInstance(ALGORITHM, provider);
            check.initVerify(key);
            check.update(message);
            return check.verify(signature);
        } catch (GeneralSecurityException e) {
            // Of 64 bytes, right or wrong, it gives a verdict: "false" here would be one that others do not give.
            throw new IllegalStateException(name() + " failed to verify", e);
        }
    }

    @Override
    public Signer signer(Bytes seed, Bytes publicKey) {
        Signer ofLong = forLong.signer(seed, publicKey);
        EncodedKey.Private key = new EncodedKey.Private(seed);
        return message -> message.length > LONGEST ? ofLong.sign(message) : sign(key, message);
    }

    private byte[] sign(EncodedKey.Private key, byte[] message) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM, provider);
            signature.initSign(key);
            signature.update(message);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(name() + " failed to sign", e);
        }
    }
}
