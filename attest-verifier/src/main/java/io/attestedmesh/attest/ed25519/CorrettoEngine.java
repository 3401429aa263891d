package io.attestedmesh.attest.ed25519;

import io.attestedmesh.attest.evidence.Bytes;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Provider;
import java.security.Signature;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;

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
        Signer signer = signer(SEED, KEY);
        return Bytes.of(signer.sign(empty)).equals(SIGNATURE)
                && !Bytes.of(signer.sign(new byte[1])).equals(SIGNATURE)
                && Bytes.of(signer.sign(empty)).equals(SIGNATURE)
                && verifier.verifies(empty, SIGNATURE.toByteArray())
                && !verifier.verifies(new byte[1], SIGNATURE.toByteArray())
                && !verifier.verifies(empty, LARGE_S.toByteArray())
                && !verifier.verifies(empty, MIXED_R.toByteArray())
                && verifier.verifies(empty, SIGNATURE.toByteArray()); // nothing is left of what came before
    }

    /**
     * The provider's objects for one key, used again and again, each by one thread at a time: to make one takes as long as half a
     * signature, and leaves native memory to the collector. Thread-safe.
     */
    private final class Prepared {
        /** More threads than that hardly ever use one key at a time. */
        private static final int KEPT = 8;

        private final Init init;
        private final Queue<Signature> idle = new ArrayBlockingQueue<>(KEPT);

        Prepared(Init init) {
            this.init = init;
        }

        /** One that throws is not used again: nobody knows what is left in it. */
        <T> T with(Use<T> use) throws GeneralSecurityException {
            Signature ready = idle.poll();
            if (ready == null) {
                ready = Signature.getInstance(ALGORITHM, provider);
                init.of(ready);
            }
            T result = use.of(ready);
            boolean unused = idle.offer(ready);
            return result;
        }
    }

    private interface Init {
        void of(Signature fresh) throws InvalidKeyException;
    }

    private interface Use<T> {
        T of(Signature ready) throws GeneralSecurityException;
    }

    @Override
    public String name() {
        return provider.getName() + " " + provider.getVersionStr();
    }

    @Override
    public Verifier verifier(Bytes publicKey) throws InvalidKeyException {
        Verifier ofLong = forLong.verifier(publicKey);
        EncodedKey.Public key = new EncodedKey.Public(publicKey);
        Prepared prepared = new Prepared(fresh -> fresh.initVerify(key));
        return (message, signature) ->
                message.length > LONGEST ? ofLong.verifies(message, signature) : verifies(prepared, message, signature);
    }

    private boolean verifies(Prepared prepared, byte[] message, byte[] signature) {
        try {
            return prepared.with(verifying -> {
                verifying.update(message);
                return verifying.verify(signature);
            });
        } catch (GeneralSecurityException e) {
            // Of 64 bytes, right or wrong, it gives a verdict: "false" here would be one that others do not give.
            throw new IllegalStateException(name() + " failed to verify", e);
        }
    }

    @Override
    public Signer signer(Bytes seed, Bytes publicKey) {
        Signer ofLong = forLong.signer(seed, publicKey);
        EncodedKey.Private key = new EncodedKey.Private(seed);
        Prepared prepared = new Prepared(fresh -> fresh.initSign(key));
        return message -> message.length > LONGEST ? ofLong.sign(message) : sign(prepared, message);
    }

    private byte[] sign(Prepared prepared, byte[] message) {
        try {
            return prepared.with(signing -> {
                signing.update(message);
                return signing.sign();
            });
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(name() + " failed to sign", e);
        }
    }
}
